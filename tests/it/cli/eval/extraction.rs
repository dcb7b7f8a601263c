//! `eval extraction` on small folders in the forms that others use.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::cli::binary::Binary;

const FIRST: &str = "The first firing is the one that people remember, since you load the shelves and close the lid and then wait \
    for a day and a night without being able to look inside the kiln at all.";
const SECOND: &str = "Begin slowly, because clay that looks dry still holds water, and water that turns to steam within a wall has \
    to go somewhere: a hundred degrees an hour is plenty until the kiln has passed six hundred.";
const THIRD: &str = "When the middle cone touches its base, turn the kiln off, and leave it shut until you can hold your hand on \
    the lid; the pots that come out whole are those that you did not hurry.";

fn page(head: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en-GB\"><head><meta charset=\"windows-1251\"><title>Kilns</title>{head}</head><body>\
         <nav><a href=/>Home</a></nav><article><h1>Kilns — é</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></article>\
         <footer>Imprint</footer></body></html>"
    )
}

fn pack(file: &Path, text: &str) {
    let mut packed = GzEncoder::new(fs::File::create(file).unwrap(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap();
}

fn figures(brainly: &Binary, arguments: &[&str]) -> Value {
    let arguments = [&["eval", "extraction", "pages", "--json"], arguments].concat();
    serde_json::from_str(&brainly.run(&arguments).assert_code(0).stdout).unwrap()
}

#[test]
fn a_folder_with_ground_truth_gives_precision_recall_and_exact_pages() {
    let brainly = Binary::new();
    let folder = brainly.folder().join("pages");
    fs::create_dir_all(folder.join("html")).unwrap();
    let text = format!("{FIRST}\n{SECOND}\n{THIRD}");
    let truth = json!({
        "exact": { "articleBody": text, "url": "http://example.org/a" },
        "half": { "articleBody": format!("{text} {}", "And then the rest of it. ".repeat(30)), "url": "example.org/b" },
        "lost": { "articleBody": "Something that nobody could have found here, not a single word in a row." },
    });
    fs::write(folder.join("ground-truth.json"), truth.to_string()).unwrap();
    for name in ["exact", "half"] {
        pack(&folder.join(format!("html/{name}.html.gz")), &page(""));
    }
    fs::write(folder.join("html/lost.html"), "").unwrap();

    let figures = figures(&brainly, &["--output", "read.json"]);

    assert_eq!(
        (&figures["pages"], &figures["lost"], &figures["unread"]),
        (&json!(3), &json!(1), &json!(1)),
        "{figures}"
    );
    assert_eq!(figures["worst"][0]["page"], "lost");
    let number = |name: &str| figures[name].as_f64().unwrap();
    // Two pages have text, and all that was found is true but for the heading.
    assert!(number("precision") > 0.9, "{figures}");
    assert!(number("recall") < 0.67 && number("recall") > 0.4, "{figures}");
    assert!(number("pagesPerSecond") > 0.0);
    assert_eq!(figures["metadata"], json!({}));
    let read: Value = serde_json::from_str(&fs::read_to_string(brainly.folder().join("read.json")).unwrap()).unwrap();
    assert!(read["exact"]["articleBody"].as_str().unwrap().contains(SECOND), "{read}");
    assert!(!read["exact"]["articleBody"].as_str().unwrap().contains("Imprint"));
}

#[test]
fn readability_s_folders_give_the_agreement_of_each_fact_too() {
    let brainly = Binary::new();
    let folder = brainly.folder().join("pages/001");
    fs::create_dir_all(&folder).unwrap();
    let head = "<meta property='og:title' content='How to fire'><meta property='og:site_name' content='Almanac'>\
        <meta property='article:published_time' content='2025-03-09T08:30:00+01:00'><meta name=author content='Ada Marsh'>";
    fs::write(folder.join("source.html"), page(head)).unwrap();
    fs::write(folder.join("expected.html"), format!("<div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>")).unwrap();
    let expected = json!({
        "title": "How  to fire", "byline": "Bo Lind", "dir": null, "lang": "en", "siteName": "Almanac",
        "publishedTime": "2025-03-09", "readerable": true, "excerpt": "",
    });
    fs::write(folder.join("expected-metadata.json"), expected.to_string()).unwrap();
    fs::create_dir_all(brainly.folder().join("pages/not-a-page")).unwrap();

    let figures = figures(&brainly, &[]);

    assert_eq!(figures["pages"], 1);
    for (field, agreed) in [("title", 1), ("byline", 0), ("siteName", 1), ("publishedTime", 1), ("lang", 1)] {
        let expected = json!({ "pages": 1, "agreed": agreed, "rate": f64::from(agreed) });
        assert_eq!(figures["metadata"][field], expected, "{field}: {figures}");
    }
    assert!(figures["metadata"].get("excerpt").is_none(), "nothing is expected of it");
    assert_eq!(
        figures["disagreements"][0],
        json!({ "page": "001", "field": "byline", "expected": "Bo Lind", "found": "Ada Marsh" })
    );
    let shown = brainly.run(&["eval", "extraction", "pages"]).assert_code(0);
    assert!(shown.stdout.contains("001: byline is \"Ada Marsh\", not \"Bo Lind\""), "{}", shown.stdout);
    assert!(shown.stderr.contains("1/1 001"), "{}", shown.stderr);
}

#[test]
fn a_folder_of_another_form_is_refused() {
    let brainly = Binary::new();
    fs::create_dir_all(brainly.folder().join("pages")).unwrap();
    let ended = brainly.run(&["eval", "extraction", "pages"]).assert_code(1);
    assert!(ended.stderr.contains("neither a ground-truth.json"), "{}", ended.stderr);
    brainly.run(&["eval", "extraction", "nowhere"]).assert_code(1);
}
