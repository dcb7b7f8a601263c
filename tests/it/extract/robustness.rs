//! Pages made to hurt, and pages made carelessly: each is read, in bounds, or refused in words.

use brainly::extract::FullTextType;
use brainly::text::clean;
use brainly::text::markup::{self, TooComplex};

use super::read;

const HEAD: &str = "<html lang=en><head><title>A trap</title><meta name=description content='Deep.'></head><body>";

/// Each of them takes a parser of HTML minutes, or its stack, when it is let loose.
fn traps() -> Vec<(&'static str, String)> {
    let formatting = (0..400).map(|i| format!("<b id={i}>")).collect::<Vec<_>>().concat();
    vec![
        ("nested div", "<div>".repeat(100_000)),
        ("nested span", "<span>".repeat(100_000)),
        ("nested table", "<table><tr><td>".repeat(20_000)),
        ("table with its content outside", format!("<table>{}", "<div>".repeat(100_000))),
        ("closed again", format!("{}{}", "<i>".repeat(50_000), "</i>".repeat(50_000))),
        ("many elements", "<br>".repeat(200_000)),
        ("formatting that comes back", format!("<p>{formatting}{}", "<p>x".repeat(50_000))),
    ]
}

#[test]
fn a_trap_is_given_up_and_its_head_and_words_remain() {
    for (name, trap) in traps() {
        let page = format!("{HEAD}<p>Words before.</p>{trap}");
        assert_eq!(markup::parse(&page).err(), Some(TooComplex), "{name}");

        let found = read(&page);
        assert_eq!(found.title.as_deref(), Some("A trap"), "{name}");
        assert_eq!(found.description.as_deref(), Some("Deep."), "{name}");
        assert!(found.full_text.unwrap().starts_with("Words before."), "{name}");
        assert_eq!(found.full_text_type, Some(FullTextType::Plain), "{name}");
    }
}

#[test]
fn a_trap_without_a_mark_between_head_and_body_keeps_what_it_says_of_itself() {
    for before in [
        "<!doctype html><title>A trap</title>\n<meta name=description content='Deep.'>\n<!-- x -->",
        "<TITLE>A trap</TITLE><meta name=description content=Deep.>First. ",
    ] {
        let found = read(&format!("{before}<p>Words before.</p>{}", "<div>".repeat(100_000)));
        assert_eq!((found.title.as_deref(), found.description.as_deref()), (Some("A trap"), Some("Deep.")), "{before}");
        let first = if before.ends_with("First. ") { "First." } else { "Words before." };
        assert!(found.full_text.unwrap().starts_with(first), "{before}");
    }
    let found = read(&format!("Words alone. {}", "word ".repeat(1_000_000)));
    assert!(found.full_text.unwrap().starts_with("Words alone."));
}

/// Each attribute is compared with all before it: the parser's patience ends, not ours.
#[test]
fn an_element_with_ever_more_attributes_is_given_up() {
    let attributes = (0..200_000).map(|i| format!("a{i} ")).collect::<Vec<_>>().concat();
    let found = read(&format!("{HEAD}<p>Words before.</p><p {attributes}>Words after.</p>"));
    assert!(found.full_text.unwrap().starts_with("Words before."));
    assert_eq!(found.title.as_deref(), Some("A trap"));
}

#[test]
fn a_tag_with_many_names_and_a_long_value_does_not_multiply() {
    let (names, value) = ("og:title ".repeat(50_000), "x".repeat(1_000_000));
    let found = read(&format!("<meta property='{names}' content='{value}'><p>Words.</p>"));
    assert_eq!(found.title.unwrap().len(), 500);
}

#[test]
fn json_ld_made_to_hurt_is_left_aside() {
    let deep = format!("{{\"@context\": \"https://schema.org\", \"@graph\": {}", "[{\"a\":".repeat(100_000));
    let wide = format!("{{\"@context\": \"https://schema.org\", \"@graph\": [{}1]}}", "1,".repeat(300_000));
    let long = format!(
        "{{\"@context\": \"https://schema.org\", \"@type\": \"Article\", \"name\": \"{}\"}}",
        "x".repeat(2_000_000)
    );
    for json in [deep, wide, long] {
        let found = read(&format!("{HEAD}<script type='application/ld+json'>{json}</script><p>Words.</p>"));
        assert_eq!(found.title.as_deref(), Some("A trap"));
    }
}

#[test]
fn what_a_template_holds_is_no_part_of_the_page() {
    let found = read(&format!("{HEAD}<p>Words before.</p>{}", "<template><p>Not yet.</p>".repeat(10_000)));
    assert_eq!(found.full_text.as_deref(), Some("Words before."));
}

#[test]
fn a_page_that_is_too_long_keeps_its_first_words() {
    let found = read(&format!("{HEAD}<p>First.</p>{}<p>Last.</p>", "<p>More and more of it.</p>".repeat(200_000)));
    let text = found.full_text.unwrap();
    assert!(text.starts_with("First.\n\nMore and more of it."));
    assert!(text.len() <= brainly::extract::MAX_TEXT && !text.contains("Last."));
}

#[test]
fn a_page_as_deep_as_allowed_is_read_as_a_tree() {
    let page = format!("{HEAD}{}<p>At the bottom.</p>", "<div>".repeat(500));
    assert!(markup::parse(&page).is_ok());
    assert_eq!(read(&page).full_text.as_deref(), Some("At the bottom."));
}

#[test]
fn markup_that_never_ends_still_does() {
    for tail in
        ["<", "</", "<!", "<!--", "<p", "<p a=\"", "<script>", "<style", "<![CDATA[", "&", "&#", "&#x110000;", "<?"]
    {
        let page = format!("{HEAD}<p>Words.</p>{tail}");
        assert!(read(&page).full_text.unwrap().starts_with("Words."), "{tail}");
        assert!(markup::strip(&page, 1_000).contains("\nWords."), "{tail}");
    }
}

#[test]
fn stripped_markup_has_no_tags_comments_or_scripts() {
    let html = "a<!-- <b>no</b> --><SCRIPT>if (a < b) no()</SCRIPT> <b>bold</b>er &amp; <p title='x > y'>1 < 2</p>&#233;&nbsp;&nope;";
    let words: Vec<String> = markup::strip(html, 1_000).split_whitespace().map(str::to_owned).collect();
    assert_eq!(words.join(" "), "a bolder & 1 < 2 é &nope;");
}

#[test]
fn nothing_stored_holds_control_characters_or_hidden_directions() {
    let hostile = "a\u{0}b\u{202E}c\u{7}d\u{200B}e\u{2066}f\u{FEFF}";
    let found = read(&format!(
        "<title>{hostile}</title><meta name=description content='{hostile}'><meta name=author content='{hostile}'>\
         <meta name=keywords content='{hostile},\u{202E},k'><meta property=og:site_name content='{hostile}'><p>{hostile}</p>"
    ));
    let text = found.full_text.unwrap();
    let facts = [found.title, found.description, found.author, found.site_name, found.tags.first().cloned()];
    for fact in facts.into_iter().flatten().chain([text]) {
        let shown: String = fact.chars().filter(|c| *c != '\u{FFFD}').collect();
        assert_eq!(shown, "abcdef");
    }
    assert_eq!(found.tags.len(), 2);
}

#[test]
fn every_fact_is_bounded() {
    let huge = "ü".repeat(300_000);
    let tags = (0..1_000).map(|i| format!("tag {i} {},", "x".repeat(200))).collect::<Vec<_>>().concat();
    let found = read(&format!(
        "<title>{huge}</title><meta name=description content='{huge}'><meta name=author content='{huge}'>\
         <meta name=keywords content='{tags}'><meta property=og:image content='/{huge}'><link rel=canonical href='/{huge}'>"
    ));
    assert_eq!(found.title.unwrap().chars().count(), 500);
    assert_eq!(found.description.unwrap().chars().count(), 2_000);
    assert_eq!(found.author.unwrap().chars().count(), 200);
    assert_eq!(found.tags.len(), 30);
    assert!(found.tags.iter().all(|tag| tag.chars().count() <= 100));
    assert!(found.thumbnail_url.is_none() && found.canonical_link.is_none());
}

#[test]
fn a_text_is_cut_between_characters() {
    assert_eq!(clean::block("ééé", 5).as_deref(), Some("éé"));
    assert_eq!(clean::line("ééé é", 4).as_deref(), Some("ééé"));
    assert_eq!(clean::block(" \n\u{0}\n", 10), None);
    assert_eq!(clean::line("\u{200B} \n", 10), None);
    assert_eq!(clean::line("नमस्ते \u{200D}👩\u{200D}🚀", 50).as_deref(), Some("नमस्ते \u{200D}👩\u{200D}🚀"));
}
