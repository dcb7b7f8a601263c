//! What a page says about itself. Each fact has a list of places, the most trustworthy first, and all that they say is kept.
//!
//! Where Readability has a convention (which of two JSON-LD names is the title, what `<title>` is without the site), it is
//! followed, and what it does not look at comes after: graphs of JSON-LD, `itemprop`, tags, canonical links.

use chrono::NaiveDate;
use dom_smoothie::{Article, Metadata as Said};
use serde_json::{Map, Value};
use url::Url;

use super::byline::name;
use super::candidates::Candidates;
use super::json_ld::JsonLd;
use super::page::{Page, is_web};
use super::readers::First;
use super::{date, icon, title};
use crate::domain::SourceUrl;
use crate::extract::{Extracted, MAX_DESCRIPTION, MAX_LINK, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TITLE};
use crate::text::{bare, clean, language};

/// The most people that are named as authors.
const MAX_AUTHORS: usize = 10;
/// A moment as a page writes it, in characters.
const MAX_MOMENT: usize = 64;
/// Where the source is JSON-LD.
const DATA: &str = "json-ld";
/// Where the source is the head of the page, in one of its `<meta>` tags.
const HEAD: &str = "meta";
/// Names of `<meta>` tags that hold a title.
const TITLES: [&str; 8] =
    ["og:title", "twitter:title", "dc:title", "dc.title", "dcterms:title", "dcterms.title", "title", "parsely-title"];
/// Those that hold a description.
const DESCRIPTIONS: [&str; 7] = [
    "og:description",
    "description",
    "twitter:description",
    "dc:description",
    "dc.description",
    "dcterms:description",
    "dcterms.description",
];
/// Those that name the author.
const AUTHORS: [&str; 7] =
    ["author", "article:author", "parsely-author", "dc.creator", "dc:creator", "dcterms.creator", "byl"];
/// Those that say when it was published.
const MOMENTS: [&str; 6] =
    ["article:published_time", "datepublished", "dc.date", "parsely-pub-date", "pubdate", "date"];

/// All that was found.
#[derive(Debug)]
pub(super) struct Facts {
    title: Candidates,
    description: Candidates,
    author: Candidates,
    /// What is believed less than a byline that stands above the text.
    author_elsewhere: Candidates,
    author_url: Candidates,
    image: Candidates,
    published: Candidates,
    site: Candidates,
    language: Candidates,
    tags: Vec<String>,
    canonical_link: Option<String>,
    oembed_link: Option<String>,
    icon: Option<String>,
    /// The page says of itself that it is an article.
    pub(super) is_article: bool,
    /// The text that its data hold.
    pub(super) text: Option<String>,
    /// The page says that not everybody may read it to its end; and its words in all, where it says that too.
    pub(super) closed: Option<Closed>,
}

/// What a page says of the part of it that not everybody may read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closed {
    /// Words of the whole text.
    pub(super) words: Option<u64>,
}

impl Closed {
    /// Is `text` less than the whole? Where nobody says how long that is, it is believed to be.
    pub(super) fn is_short(self, text: &str) -> bool {
        self.words.is_none_or(|words| (bare::words(text).count() as u64) < words * 4 / 5)
    }
}

impl Facts {
    /// From the page's tree, which Readability has not taken apart yet.
    pub(super) fn read(first: &First, url: &Url) -> Self {
        let (page, data) = (Page::new(first.document(), url), JsonLd::read(first.document()));
        let mut facts = Self {
            title: Candidates::new(MAX_TITLE),
            description: descriptions(&page, &data, first),
            author: authors(&page, &data, first),
            author_elsewhere: authors_elsewhere(&page, &data),
            author_url: author_urls(&page, &data),
            image: images(&page, &data),
            published: moments(&page, &data, first),
            site: sites(&page, &data, first),
            language: languages(&page),
            tags: tags(&page, &data),
            canonical_link: canonical_link(&page),
            oembed_link: oembed_link(&page),
            icon: icon::of(&page),
            is_article: data.is_article() || says_article(&page),
            text: data.property("articleBody"),
            closed: (data.is_closed() || is_locked(&page)).then(|| Closed { words: data.words() }),
        };
        facts.title = titles(&page, &data, first, facts.site.best());
        facts
    }

    /// Adds what Readability found while it looked for the article: a byline in the text, and how the text begins.
    pub(super) fn add_article(&mut self, article: &Article) {
        // A page that names no author in its data often does above its text.
        let byline = article.byline.as_deref().and_then(name).unwrap_or_default();
        self.author.add("byline", byline);
        self.description.add("text", article.excerpt.as_deref().unwrap_or_default());
    }

    /// Adds a day that nothing says in so many words.
    pub(super) fn add_day(&mut self, day: NaiveDate) {
        self.published.add("page", day.to_string());
    }

    /// What is believed, and beside it all that was not.
    pub(super) fn into_extracted(mut self, url: &Url) -> Extracted {
        self.author.append(&self.author_elsewhere);
        let own = |fact: &Candidates| fact.best().map(str::to_owned);
        let host = || clean::line(url.host_str()?.trim_start_matches("www."), MAX_NAME);
        Extracted {
            title: own(&self.title),
            description: own(&self.description),
            author: own(&self.author),
            author_url: own(&self.author_url),
            thumbnail_url: own(&self.image),
            published_at: self.published.iter().find_map(|(_, text)| date::parse(text)),
            language: self.language.iter().find_map(|(_, tag)| language::primary_subtag(tag)),
            site_name: own(&self.site).or_else(host),
            provider_data: self.to_json(),
            tags: self.tags,
            canonical_link: self.canonical_link,
            oembed_link: self.oembed_link,
            ..Extracted::default()
        }
    }

    /// What a page in front of the one that was asked for says of the latter: all or nothing, told by a title that it gives
    /// to others and that `is_wall` does not know.
    pub(super) fn into_extracted_before_wall(mut self, url: &Url, is_wall: impl Fn(&str) -> bool) -> Extracted {
        let site = self.site.best().unwrap_or_default().to_owned();
        self.title.retain(|source, title| !matches!(source, "title" | "h1") && !is_wall(title) && title != site);
        if self.title.best().is_none() {
            return Extracted::default();
        }
        self.description.retain(|_, text| !is_wall(text));
        Extracted { canonical_link: None, oembed_link: None, tags: Vec::new(), ..self.into_extracted(url) }
    }

    fn to_json(&self) -> Option<Value> {
        let facts = [
            ("title", &self.title),
            ("description", &self.description),
            ("author", &self.author),
            ("image", &self.image),
            ("published", &self.published),
            ("siteName", &self.site),
            ("language", &self.language),
        ];
        let all: Map<String, Value> =
            facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact.to_json()?))).collect();
        let facts = [
            ("candidates", (!all.is_empty()).then_some(Value::Object(all))),
            ("icon", self.icon.clone().map(Value::String)),
        ];
        let told: Map<String, Value> =
            facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?))).collect();
        (!told.is_empty()).then_some(Value::Object(told))
    }
}

/// What one of Readability's sources says under `field`.
fn said<'a>(data: Option<&'a Said>, field: impl Fn(&'a Said) -> Option<&'a String>) -> &'a str {
    data.and_then(field).map_or("", String::as_str)
}

fn titles(page: &Page<'_>, data: &JsonLd, first: &First, site: Option<&str>) -> Candidates {
    let mut found = Candidates::new(MAX_TITLE);
    found.add(DATA, first.data.as_ref().map_or("", |data| &data.title));
    let headline = data.headline().unwrap_or_default();
    if data.is_article() {
        found.add(DATA, &headline);
    }
    if page.metas(&TITLES).next().is_some() || first.head.title != first.own_title {
        found.add(page.name_of(&TITLES, &first.head.title).unwrap_or(HEAD), &first.head.title);
    }
    found.add(DATA, headline);
    for name in TITLES {
        found.add_all(name, page.metas(&[name]));
    }
    let shown = page.texts("head > title, title");
    let is_whole = |title: &&String| !title.trim().is_empty() && !title::is_torn(title);
    let own = Some(&first.own_title).filter(is_whole).or(shown.first());
    found.add("title", own.map_or(String::new(), |title| title::without_site(title, site, page.url.host_str())));
    found.add_all("h1", page.texts("h1"));
    found
}

fn descriptions(page: &Page<'_>, data: &JsonLd, first: &First) -> Candidates {
    let mut found = Candidates::new(MAX_DESCRIPTION);
    found.add(DATA, said(first.data.as_ref(), |data| data.excerpt.as_ref()));
    let own = data.property("description").unwrap_or_default();
    if data.is_article() {
        found.add(DATA, &own);
    }
    let head = said(Some(&first.head), |head| head.excerpt.as_ref());
    found.add(page.name_of(&DESCRIPTIONS, head).unwrap_or(HEAD), head);
    found.add(DATA, own);
    for name in DESCRIPTIONS {
        found.add_all(name, page.metas(&[name]));
    }
    found
}

fn sites(page: &Page<'_>, data: &JsonLd, first: &First) -> Candidates {
    let mut found = Candidates::new(MAX_NAME);
    found.add(DATA, said(first.data.as_ref(), |data| data.site_name.as_ref()));
    found.add("og:site_name", said(Some(&first.head), |head| head.site_name.as_ref()));
    found.add_all("og:site_name", page.metas(&["og:site_name"]));
    found.add_all(DATA, data.names("publisher"));
    found.add_all("application-name", page.metas(&["application-name"]));
    found
}

fn authors(page: &Page<'_>, data: &JsonLd, first: &First) -> Candidates {
    let mut found = Candidates::new(MAX_NAME);
    found.add(DATA, name(said(first.data.as_ref(), |data| data.byline.as_ref())).unwrap_or_default());
    let head = said(Some(&first.head), |head| head.byline.as_ref());
    found.add(page.name_of(&AUTHORS, head).unwrap_or(HEAD), name(head).unwrap_or_default());
    found.add(DATA, joined(&data.names("author")));
    found
}

/// Where Readability does not look: names of other `<meta>` tags, and bylines anywhere, which may be those of other articles.
fn authors_elsewhere(page: &Page<'_>, data: &JsonLd) -> Candidates {
    let mut found = Candidates::new(MAX_NAME);
    let metas: Vec<String> = page.metas(&AUTHORS).map(str::to_owned).collect();
    found.add(HEAD, joined(&metas));
    found.add(DATA, joined(&data.names("creator")));
    for selector in ["a[rel~=author], [itemprop=author] [itemprop=name]", "[itemprop=author], .byline, .p-author"] {
        found.add_all("byline", page.texts(selector).iter().filter_map(|text| name(text)));
    }
    found
}

/// Several authors in one line, each once.
fn joined(names: &[String]) -> String {
    let mut people: Vec<String> = Vec::new();
    for person in names.iter().filter_map(|text| name(text)).take(MAX_AUTHORS) {
        if !people.contains(&person) {
            people.push(person);
        }
    }
    people.join(", ")
}

fn author_urls(page: &Page<'_>, data: &JsonLd) -> Candidates {
    let mut found = Candidates::new(MAX_LINK);
    let links = |links: Vec<String>| links.into_iter().filter_map(|link| page.absolute(&link)).map(String::from);
    let of_data = data.link("author").into_iter().filter(|link| link.contains('/')).map(str::to_owned).collect();
    found.add_all(DATA, links(of_data));
    let metas = page.metas(&["article:author"]).filter(|link| link.contains("://")).map(str::to_owned).collect();
    found.add_all("article:author", links(metas));
    found.add_all("byline", links(page.attributes("a[rel~=author]", "href")));
    found
}

fn images(page: &Page<'_>, data: &JsonLd) -> Candidates {
    let mut found = Candidates::new(MAX_LINK);
    let mut add = |source, links: Vec<String>| {
        found.add_all(source, links.iter().filter_map(|link| page.absolute(link)).map(String::from));
    };
    let metas = |names: &[&str]| page.metas(names).map(str::to_owned).collect::<Vec<_>>();
    add("og:image", metas(&["og:image:secure_url", "og:image", "og:image:url"]));
    add(DATA, data.link("image").or_else(|| data.link("thumbnailUrl")).map(str::to_owned).into_iter().collect());
    add("twitter:image", metas(&["twitter:image", "twitter:image:src"]));
    found
}

fn moments(page: &Page<'_>, data: &JsonLd, first: &First) -> Candidates {
    let mut found = Candidates::new(MAX_MOMENT);
    found.add(DATA, said(first.data.as_ref(), |data| data.published_time.as_ref()));
    found.add_all(DATA, data.property("datePublished"));
    found.add(HEAD, said(Some(&first.head), |head| head.published_time.as_ref()));
    for name in MOMENTS {
        found.add_all(name, page.metas(&[name]));
    }
    let times = page.attributes("time[pubdate][datetime], time[itemprop=datePublished][datetime]", "datetime");
    found.add_all("time", times);
    found.add_all(DATA, ["uploadDate", "dateCreated"].iter().filter_map(|name| data.property(name)));
    found.add_all("time", page.attributes("article time[datetime], time[datetime]", "datetime"));
    found
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

fn languages(page: &Page<'_>) -> Candidates {
    let mut found = Candidates::new(MAX_MOMENT);
    let root = page.attributes("html[lang]", "lang").into_iter().chain(page.attributes("html", "xml:lang"));
    found.add_all("html", root);
    for name in ["og:locale", "content-language"] {
        found.add_all(name, page.metas(&[name]));
    }
    found
}

/// `rel=canonical`, believed only within the page's own site, and not when it names the home page.
fn canonical_link(page: &Page<'_>) -> Option<String> {
    let here = SourceUrl::parse(page.url.as_str()).ok()?;
    let given = page.attributes("link[rel~=canonical i]", "href");
    let absolute = given.iter().find_map(|link| page.absolute(link)).filter(is_web)?;
    here.canonical_of_page(absolute.as_str()).map(|link| link.as_str().to_owned())
}

/// Does it say so beside JSON-LD: in its type for those who share it, by when it was published, or by schema.org's attributes?
/// In its head, or in its markup if that tells the day too: themes for documentation call every page of theirs an article.
fn says_article(page: &Page<'_>) -> bool {
    let is_kind = |kind: &String| kind.ends_with("Article") || kind.ends_with("/BlogPosting");
    page.metas(&["og:type"]).any(|kind| kind.trim().eq_ignore_ascii_case("article"))
        || page.metas(&["article:published_time"]).next().is_some()
        || page.attributes("[itemtype]", "itemtype").iter().any(is_kind)
            && !page.attributes("[itemprop~=datePublished], [itemprop~=dateCreated]", "itemprop").is_empty()
}

/// Publishers tell so those who share their pages.
fn is_locked(page: &Page<'_>) -> bool {
    page.metas(&["article:content_tier"]).any(|tier| tier.trim().eq_ignore_ascii_case("locked"))
}

fn oembed_link(page: &Page<'_>) -> Option<String> {
    let given = page.attributes("link[rel~=alternate i][type='application/json+oembed' i]", "href");
    given.iter().find_map(|link| page.absolute(link)).map(String::from)
}
