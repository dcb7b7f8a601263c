//! The text that a reader came for, without what stands around it.

use brainly::extract::FullTextType;

use super::read;

const ARTICLE: &str = include_str!("pages/article.html");

#[test]
fn an_article_comes_without_menus_comments_and_scripts() {
    let found = read(ARTICLE);

    let text = found.full_text.unwrap();
    assert!(text.starts_with("The first firing is the one that people remember."), "{text}");
    assert!(text.contains("Cone 6 bends at about 1222 °C"));
    for around in ["Subscribe to our newsletter", "trackVisitor", "Great post!", "All rights reserved"] {
        assert!(!text.contains(around), "{around}");
    }
    assert_eq!(found.full_text_type, Some(FullTextType::Article));
}

#[test]
fn a_line_that_only_one_reader_takes_for_text_is_left_out_of_text_and_markup() {
    let words =
        "Clay that looks dry still holds water, and water that turns to steam within a wall has to go somewhere";
    let paragraphs =
        (0..8).map(|n| format!("<p>{words}, {n} times over, said the potter.</p>")).collect::<Vec<_>>().concat();
    let share =
        "<div class='share-tools post-meta'><a href='/s'>Tell your friends about this firing, or print it</a></div>";
    let found =
        read(&format!("<title>x</title><body><div class=content><h1>Kilns</h1>{paragraphs}{share}</div></body>"));
    let (text, html) = (found.full_text.unwrap(), found.reader_html.unwrap());
    for n in 0..8 {
        assert!(text.contains(&format!("{n} times over")) && html.contains(&format!("{n} times over")));
    }
    assert!(!text.contains("Tell your friends") && !html.contains("Tell your friends"), "{text}");
}

/// A page as manuals have them: one long section of prose among short ones that look like nothing much to a reader of articles.
fn manual(head: &str, around: &str) -> String {
    let prose: Vec<String> = (0..6)
        .map(|n| format!("<p>The kiln is fired slowly, {n} times over, so that the water can leave the clay, and then faster.</p>"))
        .collect();
    let options: Vec<String> =
        (0..30).map(|n| format!("<dt>--cone-{n}</dt><dd><p>Fires up to cone {n} and holds it.</p></dd>")).collect();
    let section =
        |name: &str, body: &str| format!("<div class=sect1><h2>{name}</h2><div class=sectionbody>{body}</div></div>");
    let sections = [
        section("Synopsis", "<pre>kiln [--cone=n] [--hold] shelf</pre>"),
        section("Description", &prose.concat()),
        section("Options", &format!("<dl>{}</dl>", options.concat())),
        section("Exit status", "<p>Zero when nothing has cracked.</p>"),
        section("Environment", "<dl><dt>KILN_SHELF</dt><dd>The shelf to begin with.</dd></dl>"),
    ];
    format!(
        "<html lang=en><head><title>kiln(1)</title>{head}</head><body><div id=header><h1>kiln(1)</h1></div>{around}{}</body></html>",
        sections.concat()
    )
}

#[test]
fn a_page_of_many_short_sections_is_kept_whole() {
    for page in [manual("", ""), manual("", "<nav><a href=/>All commands</a></nav><main>")] {
        let found = read(&page);

        let (text, html) = (found.full_text.unwrap(), found.reader_html.unwrap());
        for part in
            ["kiln [--cone=n]", "5 times over", "--cone-0", "Fires up to cone 29", "nothing has cracked", "KILN_SHELF"]
        {
            assert!(text.contains(part) && html.contains(part), "{part}: {text}");
        }
        assert!(text.lines().count() > 20, "its lines stay lines: {text}");
        assert!(!text.contains("All commands"));
    }
}

#[test]
fn what_both_readers_lose_of_a_page_of_reference_is_kept_where_its_author_marks_the_whole() {
    let prose =
        "<p>The kiln is fired slowly, so that the water can leave the clay, and then faster, until the cone bends.</p>";
    let menu = |name: &str| {
        let entry = |n| format!("<dt>{name} {n}</dt><dd><p>Opens the {name} of shelf {n}, if there is one.</p></dd>");
        format!("<section id=menu-{name}><h2>{name}</h2><dl>{}</dl></section>", (0..40).map(entry).collect::<String>())
    };
    let theme =
        "<div role=main class=document itemscope itemtype='http://schema.org/Article'><div itemprop=articleBody>";
    let comments = format!("<div class=comments><h2>Comments</h2><p>{}</p></div>", "Mine cracked. ".repeat(9));
    for around in ["<main>", theme] {
        let found = read(&format!(
            "<html lang=en><head><title>Kilns</title></head><body><nav><a href=/>All commands</a></nav>{around}<h1>Kilns</h1>\
             {}<section><h2>Firing</h2>{}</section>{comments}",
            ["Shelves", "Doors", "Peepholes"].map(menu).concat(),
            prose.repeat(12)
        ));
        let (text, html) = (found.full_text.unwrap(), found.reader_html.unwrap());
        for part in ["Opens the Shelves of shelf 0", "Opens the Peepholes of shelf 39", "until the cone bends"] {
            assert!(text.contains(part) && html.contains(part), "{around} {part}: {text}");
        }
        assert!(!text.contains("All commands") && !text.contains("Mine cracked"), "{around}: {text}");
    }
}

#[test]
fn a_page_without_an_article_gives_the_words_of_its_body() {
    let found = read(
        "<title>Hours</title><body><nav><a href=/>Home</a></nav><script>no()</script><div>Open from nine to five.</div>\
         <footer>Imprint</footer></body>",
    );
    assert_eq!(found.full_text.as_deref(), Some("Open from nine to five."));
}

#[test]
fn a_page_that_a_script_has_yet_to_draw_gives_only_what_it_says_about_itself() {
    let found = read(
        "<html lang=en><head><title>Board</title><meta name=description content='All tasks.'></head><body>\
         <noscript>You need to enable JavaScript to run this app.</noscript><div id=root>Loading…</div>\
         <script src=/main.js></script></body></html>",
    );
    assert_eq!(found.title.as_deref(), Some("Board"));
    assert_eq!(found.description.as_deref(), Some("All tasks."));
    assert_eq!((found.full_text, found.full_text_type), (None, None));
}

#[test]
fn words_of_neighbouring_blocks_do_not_grow_together() {
    let text = read(
        "<title>x</title><article><h2>One</h2><p>Two</p><ul><li>Three<li>Four</ul><table><tr><td>Five<td>Six</table>",
    )
    .full_text
    .unwrap();
    assert_eq!(text.split_whitespace().collect::<Vec<_>>(), ["One", "Two", "Three", "Four", "Five", "Six"]);
}

#[test]
fn reading_time_counts_words_and_characters_of_scripts_without_spaces() {
    let seconds = |text: &str| read(&format!("<title>x</title><article><p>{text}</p></article>")).reading_time_seconds;
    assert_eq!(seconds(&"kiln ".repeat(230)), Some(60));
    assert_eq!(seconds(&"窯".repeat(500)), Some(60));
    assert_eq!(seconds("don't"), Some(1));
    assert_eq!(read("<title>only a title</title>").reading_time_seconds, None);
}

#[test]
fn each_kind_of_text_has_its_word() {
    let words = [FullTextType::Transcript, FullTextType::Article, FullTextType::Markdown, FullTextType::Plain];
    assert_eq!(words.map(FullTextType::as_str), ["transcript", "article", "markdown", "plain"]);
}
