//! Each format: known by its beginning, read with everything that it says.

use std::io::{Cursor, Write as _};

use brainly::imports::{Entry, Error, Format, parse, sniff};
use proptest::prelude::*;

use super::files::*;

fn read(format: Format, text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    parse(format, &mut Cursor::new(text), &mut |entry| {
        found.push(entry);
        true
    })
    .unwrap();
    found
}

fn entry(link: &str, title: &str, note: &str, tags: &[&str], archived: bool, favorite: bool) -> Entry {
    Entry {
        link: link.to_owned(),
        title: title.to_owned(),
        note: note.to_owned(),
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        saved_at: Some("2024-05-06T07:08:09Z".parse().unwrap()),
        archived,
        favorite,
    }
}

#[test]
fn each_format_is_known_by_its_beginning() {
    for (format, text) in [
        (Format::Netscape, NETSCAPE),
        (Format::Netscape, LINKDING_HTML),
        (Format::Netscape, POCKET_HTML),
        (Format::Pocket, POCKET),
        (Format::Raindrop, RAINDROP),
        (Format::Instapaper, INSTAPAPER),
        (Format::Readwise, READWISE),
        (Format::Omnivore, OMNIVORE),
        (Format::Linkding, LINKDING),
        (Format::Linkwarden, LINKWARDEN),
        (Format::Karakeep, KARAKEEP),
        (Format::Links, LINKS),
    ] {
        assert_eq!(sniff(text.as_bytes()), Some(format), "{text}");
        assert_eq!(format.as_str().parse(), Ok(format));
    }
    assert_eq!(sniff(b"PK\x03\x04"), Some(Format::Omnivore));
    for other in ["", "words", "{}", "[]", "a,b,c\n"] {
        assert_eq!(sniff(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn tables_are_read_with_quotes_lists_and_flags() {
    let (one_two, at) = (["one", "two"], "https://example.org/");
    assert_eq!(
        read(Format::Raindrop, RAINDROP),
        [entry(&format!("{at}r"), "R", "my note\n\nmarked words", &["one", "two", "Craft", "Clay"], false, true)]
    );
    assert_eq!(
        read(Format::Instapaper, INSTAPAPER),
        [
            entry(&format!("{at}i"), "I", "chosen words", &one_two, true, false),
            entry(&format!("{at}j"), "J", "", &["Clay"], false, false)
        ]
    );
    assert_eq!(read(Format::Readwise, READWISE), [entry(&format!("{at}w"), "W", "", &one_two, true, false)]);
    let pocket = read(Format::Pocket, POCKET);
    assert_eq!(pocket.len(), 5);
    assert_eq!(
        (pocket[4].title.as_str(), pocket[4].saved_at, pocket[4].tags.as_slice()),
        ("two\nlines", None, &["a, comma".to_owned()][..])
    );
}

#[test]
fn json_is_read_wherever_its_links_stand() {
    let (one_two, at) = (["one", "two"], "https://example.org/");
    assert_eq!(read(Format::Omnivore, OMNIVORE), [entry(&format!("{at}o"), "O", "", &one_two, true, false)]);
    assert_eq!(read(Format::Linkding, LINKDING), [entry(&format!("{at}l"), "L", "d\n\nn", &one_two, true, false)]);
    assert_eq!(
        read(Format::Linkwarden, LINKWARDEN),
        [entry(&format!("{at}lw"), "W", "d", &["one", "Craft"], false, true)]
    );
    let karakeep = read(Format::Karakeep, KARAKEEP);
    assert_eq!(karakeep[0], entry(&format!("{at}k"), "K", "n", &one_two, true, false));
    assert!(karakeep.len() == 3 && karakeep[1].link.is_empty(), "a text is no link, and is told as such");
    assert_eq!(karakeep[2], entry(&format!("{at}t"), "T", "n\n\nchosen words", &[], false, false));
}

/// A zip as Omnivore wrote it, with one list in each of `lists`.
fn omnivore_zip(lists: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("content/o.html", "<p>o</p>")].iter().chain(lists) {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn the_zip_that_omnivore_exported_is_read_list_by_list() {
    let later = OMNIVORE.replace("/o\"", "/later\"");
    let file = omnivore_zip(&[("metadata_100_to_120.json", &later), ("metadata_20_to_40.json", OMNIVORE)]);
    let mut found = Vec::new();

    parse(Format::Omnivore, &mut Cursor::new(&file), &mut |entry| {
        found.push(entry.link);
        true
    })
    .unwrap();

    assert_eq!(found, ["https://example.org/o", "https://example.org/later"]);
    for other in [&omnivore_zip(&[])[..], &file[..file.len() - 10], b"PK\x03\x04"] {
        let refused = parse(Format::Omnivore, &mut Cursor::new(other), &mut |_| true);
        assert!(matches!(refused, Err(Error::NotOfFormat(..))), "{refused:?}");
    }
}

#[test]
fn json_of_any_length_is_handed_on_as_it_comes() {
    let links = r#"{"content":{"url":"https://example.org/x"},"title":"t"},"#.repeat(10_000);
    let text = format!(r#"{{"lists":[[1],{{"a":null}}],"bookmarks":[{links}"#);
    let mut from = Cursor::new(text);
    let (mut taken, mut ahead) = (0, 0);

    let refused = parse(Format::Karakeep, &mut from, &mut |entry| {
        taken += usize::from(entry.link == "https://example.org/x");
        true
    });
    let stopped = parse(
        Format::Karakeep,
        {
            from.set_position(0);
            &mut from
        },
        &mut |_| {
            ahead += 1;
            ahead < 10
        },
    );

    assert!(matches!(refused, Err(Error::NotOfFormat(..))) && taken == 10_000, "its end is missing: {refused:?}");
    assert!(matches!(stopped, Err(Error::Stopped)) && from.position() < 200_000, "the rest was not even read");
}

#[test]
fn json_that_breaks_off_or_has_no_links_is_told() {
    for (format, text, handed_on) in [
        (Format::Karakeep, r#"{"bookmarks":[{"title":"a"},{"title":"b"},{"tit"#, 2),
        (Format::Karakeep, r#"{"lists":[]}"#, 0),
        (Format::Karakeep, "[]", 0),
        (Format::Linkding, r#"{"results":[]} and more"#, 0),
        (Format::Linkwarden, r#"{"collections":{}}"#, 0),
    ] {
        let mut taken = 0;
        let refused = parse(format, &mut Cursor::new(text), &mut |_| {
            taken += 1;
            true
        });
        assert!(matches!(refused, Err(Error::NotOfFormat(..))) && taken == handed_on, "{text}: {refused:?}, {taken}");
    }
    let late = r#"{"collections":[{"links":[{"url":"https://example.org/a"}],"name":"Craft"},{"links":null}]}"#;
    assert_eq!(read(Format::Linkwarden, late)[0].tags, ["Craft"], "whether its name comes before or after");
}

#[test]
fn bookmark_files_are_read_with_folders_notes_and_entities() {
    let found = read(Format::Netscape, NETSCAPE);

    assert_eq!(
        found[0],
        entry("https://example.org/a?b=1&c=2", "A <b> & c", "said of a\nin two lines", &["x", "Y y"], false, false)
    );
    assert_eq!(
        (found[1].link.as_str(), found[1].tags.as_slice()),
        ("https://example.org/pot", &["Pots".to_owned()][..])
    );
    assert_eq!(found[2].link, "place:sort=8");
    assert_eq!((found[3].title.as_str(), found[3].tags.len(), found.len()), ("Last", 0, 4));
    assert_eq!(found[3].saved_at.unwrap().timestamp(), 1_714_979_289);
    assert_eq!(
        read(Format::Netscape, LINKDING_HTML),
        [entry("https://example.org/d", "D", "about\n\nnoted", &["t"], true, false)]
    );
    assert_eq!(
        read(Format::Netscape, POCKET_HTML),
        [
            entry("https://example.org/u", "U", "", &["one", "two"], false, false),
            entry("https://example.org/r", "R", "", &[], true, false)
        ]
    );
}

#[test]
fn a_list_is_read_line_by_line() {
    let links = read(Format::Links, LINKS);

    assert_eq!(
        (links[0].link.as_str(), links[1].link.as_str(), links[1].title.as_str()),
        ("https://example.org/1", "http://example.org/2", "The second")
    );
}

#[test]
fn whoever_has_enough_stops_the_reading() {
    let mut taken = 0;
    let stopped = parse(Format::Links, &mut Cursor::new(LINKS), &mut |_| {
        taken += 1;
        false
    });
    assert!(matches!(stopped, Err(Error::Stopped)) && taken == 1);
}

proptest! {
    #[test]
    fn no_file_makes_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), cut in 0..400_usize) {
        let halves = [NETSCAPE, POCKET, KARAKEEP].map(|text| text.as_bytes()[..cut.min(text.len())].to_vec());
        for bytes in halves.iter().chain([&bytes]) {
            let _ = sniff(bytes);
            for format in Format::ALL {
                let _ = parse(format, &mut Cursor::new(bytes), &mut |_| true);
            }
        }
    }
}
