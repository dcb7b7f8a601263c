//! What a page says about itself: which place is believed, and what is refused.

use chrono::DateTime;
use serde_json::json;

use super::{LINK, read, read_at};

const ARTICLE: &str = include_str!("pages/article.html");
const GRAPH: &str = include_str!("pages/graph.html");

fn with_head(head: &str) -> brainly::extract::Extracted {
    read(&format!("<html><head><title>Fallback</title>{head}</head><body><p>Text.</p></body></html>"))
}

fn json_ld(json: &str) -> brainly::extract::Extracted {
    with_head(&format!("<script type=\"application/ld+json\">{json}</script>"))
}

#[test]
fn meta_tags_say_who_when_where_and_what() {
    let found = read(ARTICLE);

    assert_eq!(found.title.as_deref(), Some("How to fire a kiln at cone 6"));
    assert_eq!(found.description.as_deref(), Some("A slow guide to the first glaze firing."));
    assert_eq!(found.author.as_deref(), Some("Ada Marsh"));
    assert_eq!(found.site_name.as_deref(), Some("The Potter’s Almanac"));
    assert_eq!(found.thumbnail_url.as_deref(), Some("https://www.example.org/images/kiln.jpg"));
    assert_eq!(found.published_at, Some(DateTime::parse_from_rfc3339("2025-03-09T07:30:00Z").unwrap().to_utc()));
    assert_eq!(found.tags, ["kilns", "glaze", "firing", "cone 6"]);
    assert_eq!(found.language.as_deref(), Some("en"));
    assert_eq!(found.canonical_link.as_deref(), Some("https://example.org/posts/kiln-at-cone-6"));
}

#[test]
fn a_graph_of_json_ld_is_read_and_its_references_followed() {
    let found = read(GRAPH);

    assert_eq!(found.title.as_deref(), Some("Ash & slip: two glazes from the garden"));
    assert_eq!(found.author.as_deref(), Some("Bo Lind, Cy Twombly"));
    assert_eq!(found.author_url.as_deref(), Some("https://www.example.org/people/bo"));
    assert_eq!(found.site_name.as_deref(), Some("Garden Glazes"));
    assert_eq!(found.thumbnail_url.as_deref(), Some("https://www.example.org/ash.jpg"));
    assert_eq!(found.description.as_deref(), Some("Wood ash makes a glaze."));
    assert_eq!(found.published_at.unwrap().to_rfc3339(), "2024-11-02T00:00:00+00:00");
    assert_eq!(found.tags, ["ash", "slip"]);
}

#[test]
fn json_ld_is_believed_before_open_graph_and_open_graph_before_the_title() {
    let meta = "<meta property='og:title' content='Open'><meta name='twitter:title' content='Bird'>";
    let json = "<script type='application/ld+json'>{\"@type\": \"NewsArticle\", \"headline\": \"Json\"}</script>";
    assert_eq!(with_head(&format!("{meta}{json}")).title.as_deref(), Some("Json"));
    assert_eq!(with_head(meta).title.as_deref(), Some("Open"));
    assert_eq!(with_head("<meta name='twitter:title' content='Bird'>").title.as_deref(), Some("Bird"));
    assert_eq!(with_head("").title.as_deref(), Some("Fallback"));
    assert_eq!(read("<h1> Only a\n heading </h1>").title.as_deref(), Some("Only a heading"));
}

#[test]
fn clumsy_json_ld_is_mended() {
    for json in [
        "{\"@type\": \"Article\", \"headline\": \"Ash\", }",
        "{\"@type\": \"Article\", \"headline\": \"Ash\", \"description\": \"a \\\"tab\\\"\t, ]\", \"x\": [1 , ], }",
        "{\"@type\": \"Article\", \"keywords\": [\"a\", \"b\",], \"headline\": \"Ash\"}",
        "{\"@type\": \"Article\", \"description\": \"two\nlines\", \"headline\": \"Ash\"}",
        "//<![CDATA[\n{\"@type\": \"Article\", \"headline\": \"Ash\"}\n//]]>",
        "<!-- {\"@type\": \"Article\", \"headline\": \"Ash\"} -->",
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;Ash&quot;}",
        "[{\"@type\": \"BreadcrumbList\", \"name\": \"Way\"}, {\"@type\": [\"Thing\", \"https://schema.org/BlogPosting\"], \"headline\": \"Ash\"}]",
    ] {
        assert_eq!(json_ld(json).title.as_deref(), Some("Ash"), "{json}");
    }
}

#[test]
fn json_ld_that_is_broken_or_about_something_else_changes_nothing() {
    let deep = format!("{{\"@type\": \"Article\", \"headline\": {}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    for json in
        ["", "{", "null", "{\"@type\": 7}", "{\"@type\": \"WebPage\", \"name\": \"Page | Site\"}", "]]", deep.as_str()]
    {
        assert_eq!(json_ld(json).title.as_deref(), Some("Fallback"), "{json:.60}");
    }
}

#[test]
fn a_title_loses_the_site_s_name_and_nothing_else() {
    for (title, expected) in [
        ("Ash glazes | Example", "Ash glazes"),
        ("Ash glazes - example.org", "Ash glazes"),
        ("Example: kilns", "Example: kilns"),
        ("Example » Ash glazes", "Ash glazes"),
        ("Ash – a love story", "Ash – a love story"),
        ("Example", "Example"),
        ("Ash glazes - Part 2 - The Potter's Almanac", "Ash glazes - Part 2"),
        ("Ash glazes (Potters: the book of kilns)", "Ash glazes (Potters: the book of kilns)"),
    ] {
        let head = "<meta property='og:site_name' content='The Potter’s Almanac'>";
        let found = read(&format!("<head>{head}<title>{title}</title></head>"));
        assert_eq!(found.title.as_deref(), Some(expected));
    }
}

#[test]
fn dates_are_read_in_the_spellings_of_the_web() {
    for (written, moment) in [
        ("2025-03-09T08:30:00+01:00", "2025-03-09T07:30:00+00:00"),
        ("2025-03-09T08:30:00.123456Z", "2025-03-09T08:30:00.123+00:00"),
        ("2025-03-09T08:30:00+0100", "2025-03-09T07:30:00+00:00"),
        ("2025-03-09T08:30", "2025-03-09T08:30:00+00:00"),
        ("2025-03-09 08:30:00", "2025-03-09T08:30:00+00:00"),
        ("2025-03-09", "2025-03-09T00:00:00+00:00"),
        ("20250309", "2025-03-09T00:00:00+00:00"),
        ("March 9, 2025", "2025-03-09T00:00:00+00:00"),
        ("9 Mar 2025", "2025-03-09T00:00:00+00:00"),
        ("Sun, 09 Mar 2025 08:30:00 GMT", "2025-03-09T08:30:00+00:00"),
        ("1741509000", "2025-03-09T08:30:00+00:00"),
        ("1741509000000", "2025-03-09T08:30:00+00:00"),
    ] {
        let found = with_head(&format!("<meta property='article:published_time' content='{written}'>"));
        assert_eq!(found.published_at.map(|at| at.to_rfc3339()).as_deref(), Some(moment), "{written}");
    }
}

#[test]
fn what_is_no_date_of_a_publication_is_passed_over_for_the_next() {
    for written in ["", "yesterday", "0000-00-00", "9999-01-01", "0001-01-01T00:00:00Z", "+262142-12-31", "12"] {
        let time = "<time datetime='2024-01-02'>";
        let found = with_head(&format!("<meta property='article:published_time' content='{written}'>{time}"));
        assert_eq!(found.published_at.unwrap().to_rfc3339(), "2024-01-02T00:00:00+00:00", "{written}");
    }

    let made =
        "<script type='application/ld+json'>{\"@type\": \"NewsArticle\", \"dateCreated\": \"2024-01-03\"}</script>";
    let found = read(&format!("{made}<title>x</title><p><time itemprop=datePublished datetime=2024-01-02>"));
    assert_eq!(found.published_at.unwrap().to_rfc3339(), "2024-01-02T00:00:00+00:00", "it was published before");
}

#[test]
fn an_image_is_a_link_of_the_web_or_none() {
    for (given, expected) in [
        ("/a.png", Some("https://www.example.org/a.png")),
        ("b.png", Some("https://www.example.org/posts/b.png")),
        ("//cdn.example.net/c.png", Some("https://cdn.example.net/c.png")),
        ("http://example.net/d.png", Some("http://example.net/d.png")),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AAAA", None),
        ("ftp://example.net/e.png", None),
        ("  ", None),
    ] {
        let found = with_head(&format!("<meta property='og:image' content='{given}'>"));
        assert_eq!(found.thumbnail_url.as_deref(), expected, "{given}");
    }
    let based = with_head("<base href='https://static.example.net/x/'><meta property='og:image' content='f.png'>");
    assert_eq!(based.thumbnail_url.as_deref(), Some("https://static.example.net/x/f.png"));
    let refused =
        with_head("<meta property='og:image' content='javascript:1'><meta name='twitter:image' content='/g.png'>");
    assert_eq!(refused.thumbnail_url.as_deref(), Some("https://www.example.org/g.png"));
}

#[test]
fn a_canonical_link_is_believed_only_about_the_page_s_own_site() {
    for (given, expected) in [
        ("/posts/kiln", Some("https://www.example.org/posts/kiln")),
        ("https://blog.example.org/kiln", Some("https://blog.example.org/kiln")),
        ("https://example.net/posts/kiln", None),
        ("javascript:alert(1)", None),
        ("https://www.example.org/", None),
        ("", None),
    ] {
        let found = with_head(&format!("<link rel='canonical' href='{given}'>"));
        assert_eq!(found.canonical_link.as_deref(), expected, "{given}");
    }
    let github = "<title>x</title><link rel=canonical href='https://bob.github.io/post'>";
    assert_eq!(read_at("https://ada.github.io/post", github, None).unwrap().canonical_link, None);
}

#[test]
fn an_author_is_a_name_and_their_page_a_link() {
    let found = with_head("<meta property='article:author' content='https://example.org/ada'>");
    assert_eq!(found.author, None);
    assert_eq!(found.author_url.as_deref(), Some("https://example.org/ada"));

    let found = read("<title>x</title><p>by <a rel='author nofollow' href='/people/ada'>Ada Marsh</a></p>");
    assert_eq!(found.author.as_deref(), Some("Ada Marsh"));
    assert_eq!(found.author_url.as_deref(), Some("https://www.example.org/people/ada"));

    let teller = "<p class=byline>By </p><p><meta itemprop=author content='Ada Marsh'></p>";
    let found = read(
        &ARTICLE
            .replace("<meta name=\"author\" content=\"By Ada Marsh\">", "")
            .replace("<h1>", &format!("{teller}<h1>")),
    );
    assert_eq!(found.author.as_deref(), Some("Ada Marsh"));

    let found = json_ld("{\"@type\": \"NewsArticle\", \"creator\": {\"name\": \"Ada Marsh\"}}");
    assert_eq!(found.author.as_deref(), Some("Ada Marsh"));

    let found = json_ld("{\"@type\": \"Article\", \"author\": [\"Ada\", {\"name\": \"By Bo\"}, \"Ada\"]}");
    assert_eq!(found.author.as_deref(), Some("Ada, Bo"));
}

#[test]
fn what_was_not_believed_is_kept_with_its_source() {
    let found = with_head(
        "<meta property='og:title' content='Open'><meta name='twitter:title' content='Bird'><meta name=author content='Ada'>\
         <script type='application/ld+json'>{\"@context\": \"https://schema.org\", \"@type\": \"Article\", \"headline\": \"Json\"}</script>",
    );
    let candidates = &found.provider_data.unwrap()["candidates"];
    let titles = [("json-ld", "Json"), ("og:title", "Open"), ("twitter:title", "Bird"), ("title", "Fallback")];
    let titles: Vec<_> = titles.iter().map(|(source, value)| json!({ "source": source, "value": value })).collect();
    assert_eq!(candidates["title"], json!(titles));
    assert_eq!(candidates["author"], json!([{ "source": "author", "value": "Ada" }]));
    assert!(candidates.get("image").is_none());
}

#[test]
fn candidates_are_bounded() {
    let many =
        (0..2_000).map(|n| format!("<meta property='og:title' content='{n}{}'>", "x".repeat(600))).collect::<Vec<_>>();
    let candidates = with_head(&many.concat()).provider_data.unwrap();
    let titles = candidates["candidates"]["title"].as_array().unwrap();
    assert!(titles.len() <= 8 && titles.iter().all(|title| title["value"].as_str().unwrap().len() <= 500));
}

#[test]
fn a_byline_is_kept_as_the_page_has_it_and_a_first_paragraph_describes_a_page_that_does_not() {
    let found = read(
        ARTICLE
            .replace("<meta name=\"author\" content=\"By Ada Marsh\">", "")
            .replace(
                "<h1>How to fire a kiln at cone 6</h1>",
                "<h1>How to fire a kiln at cone 6</h1><p class=byline>Words and pots by Ada Marsh</p>",
            )
            .replace("<meta name=\"description\" content=\"A slow guide to the first glaze firing.\">", "")
            .as_str(),
    );
    assert_eq!(found.author.as_deref(), Some("Words and pots by Ada Marsh"));
    assert!(found.description.unwrap().starts_with("The first firing is the one that people remember."));
}

#[test]
fn a_day_that_stands_only_in_the_link_is_believed_last() {
    let at =
        |html: &str| read_at("https://example.org/2019/02/10/kilns", html, Some("text/html")).unwrap().published_at;
    let text = "<p>The first firing is the one that people remember, since nobody can look inside. </p>".repeat(12);
    let page = format!("<title>Kilns</title><article>{text}</article>");
    assert_eq!(at(&page).unwrap().to_rfc3339(), "2019-02-10T00:00:00+00:00");
    let told = format!("<meta property='article:published_time' content='2020-01-02'>{page}");
    assert_eq!(at(&told).unwrap().to_rfc3339(), "2020-01-02T00:00:00+00:00");
}

#[test]
fn a_page_with_nothing_but_a_title_is_still_a_page() {
    let found = read_at(LINK, "<title>Kilns</title>", Some("text/html")).unwrap();
    assert_eq!(found.title.as_deref(), Some("Kilns"));
    assert_eq!(found.site_name.as_deref(), Some("example.org"));
    assert_eq!((found.full_text, found.shortfall.as_deref()), (None, Some("There is no text on this page")));
}

#[test]
fn the_sharpest_small_icon_is_told() {
    for (links, icon) in [
        ("<link rel='shortcut icon' href=/favicon.ico>", Some("https://www.example.org/favicon.ico")),
        (
            "<link rel=icon sizes=16x16 href=/16.png><link rel=icon sizes=180x180 href=/180.png><link rel=icon sizes=32x32 href=/32.png>",
            Some("https://www.example.org/32.png"),
        ),
        (
            "<link rel=icon href=/i.ico sizes='16x16 48x48'><link rel=ICON type=image/svg+xml href=//cdn.example.org/i.svg>",
            Some("https://cdn.example.org/i.svg"),
        ),
        ("<link rel=apple-touch-icon href=touch.png>", Some("https://www.example.org/posts/touch.png")),
        ("<link rel=icon href='data:image/png;base64,AAAA'><link rel=icon-mask href=/m.png>", None),
    ] {
        let told = with_head(links).provider_data.unwrap_or_default();
        assert_eq!(told["icon"].as_str(), icon, "{links}");
    }
}
