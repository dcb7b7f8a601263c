//! RSS (all of them) and Atom, with what podcasts add: iTunes' elements and those of the podcast namespace
//! (<https://podcasting2.org/podcast-namespace>).

use super::model::{self, Enclosure, Entry, Feed, Transcript};
use super::tree::Element;

/// Transcripts of an episode that are looked at.
const MAX_TRANSCRIPTS: usize = 20;
/// The most entries of a feed.
const MAX_ENTRIES: usize = 10_000;

pub(super) fn read(text: &str) -> Option<Feed> {
    let root = Element::parse(text)?;
    let feed = match root.name.as_str() {
        "rss" => of_rss(root.child("channel")?, root.child("channel")?.children("item")),
        // RSS 1.0 has its items beside the channel.
        "rdf:rdf" | "rdf" => of_rss(root.child("channel")?, root.children("item")),
        "feed" => of_atom(&root, ""),
        "atom:feed" => of_atom(&root, "atom:"),
        _ => return None,
    };
    Some(feed.sorted())
}

fn of_rss<'a>(channel: &'a Element, items: impl Iterator<Item = &'a Element>) -> Feed {
    let named = |names: &[&str]| names.iter().find_map(|name| channel.text_of(name));
    let image = channel.child("image").and_then(|image| image.text_of("url"));
    let categories =
        channel.children("itunes:category").filter_map(|category| category.attribute("text").map(str::to_owned));
    let plain = channel.children("category").filter_map(Element::text);
    Feed {
        format: "rss",
        title: named(&["title"]),
        description: named(&["description", "itunes:summary", "itunes:subtitle"]),
        author: named(&["itunes:author", "dc:creator", "managingeditor"]),
        link: named(&["link"]),
        image: channel.child("itunes:image").and_then(|image| image.attribute("href")).map(str::to_owned).or(image),
        language: named(&["language", "dc:language"]),
        tags: model::tags(categories.chain(plain)),
        entries: items.take(MAX_ENTRIES).map(of_item).collect(),
    }
}

fn of_item(item: &Element) -> Entry {
    let named = |names: &[&str]| names.iter().find_map(|name| item.text_of(name));
    let number = |name| item.text_of(name).and_then(|text| text.trim().parse().ok());
    let guid = item.child("guid");
    let guid_link = guid.filter(|guid| guid.attribute("ispermalink") != Some("false")).and_then(Element::text);
    let image = item.child("itunes:image").and_then(|image| image.attribute("href"));
    let image = image.or_else(|| item.child("media:thumbnail")?.attribute("url"));
    Entry {
        id: guid.and_then(Element::text).map(|id| id.trim().to_owned()),
        title: named(&["title", "itunes:title"]),
        link: named(&["link"]).or_else(|| guid_link.filter(|link| link.trim().starts_with("http"))),
        author: named(&["dc:creator", "author", "itunes:author"]),
        published: named(&["pubdate", "dc:date"]).and_then(|text| model::moment(&text)),
        html: named(&["content:encoded", "description", "itunes:summary", "media:description"]),
        image: image.map(str::to_owned),
        tags: model::tags(item.children("category").filter_map(Element::text)),
        season: number("podcast:season").or_else(|| number("itunes:season")),
        episode: number("podcast:episode").or_else(|| number("itunes:episode")),
        duration: named(&["itunes:duration"]).and_then(|text| model::seconds(&text)),
        enclosure: item.child("enclosure").and_then(|enclosure| enclosure_at(enclosure, "url")),
        transcripts: item.children("podcast:transcript").filter_map(transcript).take(MAX_TRANSCRIPTS).collect(),
        chapters: item.child("podcast:chapters").and_then(|chapters| chapters.attribute("url")).map(str::to_owned),
    }
}

fn enclosure_at(element: &Element, name: &str) -> Option<Enclosure> {
    Some(Enclosure {
        url: element.attribute(name)?.trim().to_owned(),
        kind: element.attribute("type").map(|kind| kind.trim().to_ascii_lowercase()),
        length: element.attribute("length").and_then(|length| length.trim().parse().ok()),
    })
}

fn transcript(element: &Element) -> Option<Transcript> {
    Some(Transcript {
        url: element.attribute("url")?.trim().to_owned(),
        kind: element.attribute("type").unwrap_or_default().trim().to_ascii_lowercase(),
        language: element.attribute("language").map(str::to_owned),
    })
}

fn of_atom(feed: &Element, prefix: &str) -> Feed {
    let named = |names: &[&str]| names.iter().find_map(|name| feed.text_of(&format!("{prefix}{name}")));
    Feed {
        format: "atom",
        title: named(&["title"]),
        description: named(&["subtitle", "tagline"]),
        author: author(feed, prefix),
        link: link(feed, prefix, "alternate").map(str::to_owned),
        image: named(&["logo", "icon"]),
        language: feed.attribute("xml:lang").map(str::to_owned),
        tags: Vec::new(),
        entries: feed
            .children(&format!("{prefix}entry"))
            .take(MAX_ENTRIES)
            .map(|entry| of_entry(entry, prefix))
            .collect(),
    }
}

fn of_entry(entry: &Element, prefix: &str) -> Entry {
    let named = |names: &[&str]| names.iter().find_map(|name| entry.text_of(&format!("{prefix}{name}")));
    let html = |name: &str| {
        let content = entry.child(&format!("{prefix}{name}"))?;
        if content.attribute("type") == Some("xhtml") { Some(content.markup()) } else { content.text() }
    };
    let name = format!("{prefix}link");
    let enclosure = entry.children(&name).find(|link| link.attribute("rel") == Some("enclosure"));
    let terms = format!("{prefix}category");
    // Video sites tell what a video is about in a group of media elements.
    let media = entry.child("media:group");
    Entry {
        id: named(&["id"]).map(|id| id.trim().to_owned()),
        title: named(&["title"]),
        link: link(entry, prefix, "alternate").map(str::to_owned),
        author: author(entry, prefix),
        published: named(&["published", "issued", "updated", "modified"]).and_then(|text| model::moment(&text)),
        html: html("content").or_else(|| html("summary")).or_else(|| media?.text_of("media:description")),
        image: media.and_then(|media| media.child("media:thumbnail")?.attribute("url")).map(str::to_owned),
        tags: model::tags(entry.children(&terms).filter_map(|term| term.attribute("term").map(str::to_owned))),
        duration: entry.text_of("itunes:duration").and_then(|text| model::seconds(&text)),
        enclosure: enclosure.and_then(|link| enclosure_at(link, "href")),
        transcripts: entry.children("podcast:transcript").filter_map(transcript).take(MAX_TRANSCRIPTS).collect(),
        ..Entry::default()
    }
}

fn author(element: &Element, prefix: &str) -> Option<String> {
    element.child(&format!("{prefix}author"))?.text_of(&format!("{prefix}name"))
}

/// The link of this relation; one without any is the alternate.
fn link<'a>(element: &'a Element, prefix: &str, rel: &str) -> Option<&'a str> {
    element
        .find(&format!("{prefix}link"), |link| link.attribute("rel").unwrap_or("alternate") == rel)?
        .attribute("href")
}
