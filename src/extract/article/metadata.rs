//! What a page says about itself. Each fact has a list of places, the most trustworthy first.

use dom_query::Document;
use url::Url;

use super::json_ld::JsonLd;
use super::page::{Page, is_web};
use super::{date, title};
use crate::domain::{SourceUrl, Timestamp};
use crate::extract::{Extracted, MAX_DESCRIPTION, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TITLE};
use crate::text::{clean, language};

/// The most people that are named as authors.
const MAX_AUTHORS: usize = 10;

pub(super) fn read(document: &Document, url: &Url) -> Extracted {
    let (page, data) = (Page::new(document, url), JsonLd::read(document));
    let site_name = own_site_name(&page, &data);
    Extracted {
        title: page_title(&page, &data, site_name.as_deref()),
        description: description(&page, &data),
        author: author(&page, &data),
        author_url: author_url(&page, &data),
        thumbnail_url: thumbnail(&page, &data),
        published_at: published_at(&page, &data),
        tags: tags(&page, &data),
        language: page_language(&page),
        site_name: site_name.or_else(|| clean::line(url.host_str()?.trim_start_matches("www."), MAX_NAME)),
        canonical_link: canonical_link(&page),
        oembed_link: oembed_link(&page),
        ..Extracted::default()
    }
}

/// The first of `candidates` that says something.
fn first<S: AsRef<str>>(candidates: impl IntoIterator<Item = S>, max: usize) -> Option<String> {
    candidates.into_iter().find_map(|text| clean::line(text.as_ref(), max))
}

fn page_title(page: &Page<'_>, data: &JsonLd, site_name: Option<&str>) -> Option<String> {
    let own = || first(page.texts("head > title, title"), MAX_TITLE);
    first(data.headline(), MAX_TITLE)
        .or_else(|| first(page.metas(&["og:title", "twitter:title"]), MAX_TITLE))
        .or_else(own)
        .map(|found| title::without_site(&found, site_name, page.url.host_str()))
        .or_else(|| first(page.texts("h1"), MAX_TITLE))
}

fn description(page: &Page<'_>, data: &JsonLd) -> Option<String> {
    first(data.property("description"), MAX_DESCRIPTION)
        .or_else(|| first(page.metas(&["og:description", "description", "twitter:description"]), MAX_DESCRIPTION))
}

fn own_site_name(page: &Page<'_>, data: &JsonLd) -> Option<String> {
    first(page.metas(&["og:site_name"]), MAX_NAME)
        .or_else(|| first(data.names("publisher"), MAX_NAME))
        .or_else(|| first(page.metas(&["application-name"]), MAX_NAME))
}

fn author(page: &Page<'_>, data: &JsonLd) -> Option<String> {
    let metas = page.metas(&["author", "article:author", "parsely-author", "dc.creator", "byl"]).map(str::to_owned);
    let metas: Vec<String> = metas.collect();
    joined(&data.names("author"))
        .or_else(|| joined(&metas))
        .or_else(|| {
            first(
                page.texts("a[rel~=author], [itemprop=author] [itemprop=name]").iter().filter_map(|text| name(text)),
                MAX_NAME,
            )
        })
        .or_else(|| {
            first(page.texts("[itemprop=author], .byline, .p-author").iter().filter_map(|text| name(text)), MAX_NAME)
        })
}

/// Several authors in one line, each once.
fn joined(names: &[String]) -> Option<String> {
    let mut people: Vec<String> = Vec::new();
    for person in names.iter().filter_map(|text| name(text)).take(MAX_AUTHORS) {
        if !people.contains(&person) {
            people.push(person);
        }
    }
    clean::line(&people.join(", "), MAX_NAME)
}

/// A person's name, without "By"; a link is none, though `article:author` often holds one.
fn name(text: &str) -> Option<String> {
    let text = clean::line(text, MAX_NAME)?;
    let text = text.strip_prefix("By ").or_else(|| text.strip_prefix("by ")).unwrap_or(&text).trim();
    (!text.is_empty() && !text.contains("://")).then(|| text.to_owned())
}

fn author_url(page: &Page<'_>, data: &JsonLd) -> Option<String> {
    let links = data.link("author").into_iter().filter(|link| link.contains('/')).map(str::to_owned);
    let metas = page.metas(&["article:author"]).filter(|link| link.contains("://")).map(str::to_owned);
    let anchors = page.attributes("a[rel~=author]", "href");
    links.chain(metas).chain(anchors).find_map(|link| page.absolute(&link)).map(String::from)
}

fn thumbnail(page: &Page<'_>, data: &JsonLd) -> Option<String> {
    let open_graph = page.metas(&["og:image:secure_url", "og:image", "og:image:url"]).map(str::to_owned);
    let twitter = page.metas(&["twitter:image", "twitter:image:src"]).map(str::to_owned);
    let own = data.link("image").or_else(|| data.link("thumbnailUrl")).map(str::to_owned);
    open_graph.chain(own).chain(twitter).find_map(|link| page.absolute(&link)).map(String::from)
}

fn published_at(page: &Page<'_>, data: &JsonLd) -> Option<Timestamp> {
    let own = ["datePublished", "uploadDate", "dateCreated"].iter().filter_map(|name| data.property(name));
    let metas = ["article:published_time", "datepublished", "dc.date", "parsely-pub-date", "pubdate", "date"];
    let metas: Vec<String> = page.metas(&metas).map(str::to_owned).collect();
    let times = page.attributes("time[pubdate][datetime], time[itemprop=datePublished][datetime]", "datetime");
    let any = page.attributes("article time[datetime], time[datetime]", "datetime");
    own.chain(metas).chain(times).chain(any).find_map(|text| date::parse(&text))
}

/// The page's keywords; the same word in another case is the same tag.
fn tags(page: &Page<'_>, data: &JsonLd) -> Vec<String> {
    let lists = page.metas(&["keywords", "news_keywords"]).map(str::to_owned).chain(data.names("keywords"));
    let listed: Vec<String> =
        lists.flat_map(|list| list.split(',').take(100).map(str::to_owned).collect::<Vec<_>>()).collect();
    let single = page.metas(&["article:tag"]).map(str::to_owned).chain(page.texts("a[rel~=tag]"));
    let mut tags: Vec<String> = Vec::new();
    for tag in single.chain(listed).filter_map(|tag| clean::line(&tag, MAX_TAG)) {
        if !tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            tags.push(tag);
        }
        if tags.len() == MAX_TAGS {
            break;
        }
    }
    tags
}

fn page_language(page: &Page<'_>) -> Option<String> {
    let root = page.attributes("html[lang]", "lang").into_iter().chain(page.attributes("html", "xml:lang"));
    let metas = page.metas(&["og:locale", "content-language"]).map(str::to_owned);
    root.chain(metas).find_map(|tag| language::primary_subtag(&tag))
}

/// `rel=canonical`, believed only within the page's own site, and not when it names the home page.
fn canonical_link(page: &Page<'_>) -> Option<String> {
    let here = SourceUrl::parse(page.url.as_str()).ok()?;
    let given = page.attributes("link[rel~=canonical i]", "href");
    let absolute = given.iter().find_map(|link| page.absolute(link)).filter(is_web)?;
    here.canonical_of_page(absolute.as_str()).map(|link| link.as_str().to_owned())
}

fn oembed_link(page: &Page<'_>) -> Option<String> {
    let given = page.attributes("link[rel~=alternate i][type='application/json+oembed' i]", "href");
    given.iter().find_map(|link| page.absolute(link)).map(String::from)
}
