//! What was sent: a page, a text, or something that can't be read?

use brainly::extract::{FullTextType, ParseError};

use super::{LINK, read_at};

const PAGE: &[u8] = b"<!doctype html><title>Kilns</title><p>Fire them slowly.</p>";

#[test]
fn what_is_no_text_is_refused_by_its_first_bytes_whatever_the_header_says() {
    let files: [(&[u8], &str); 6] = [
        (b"PK\x03\x04\x14\0", "an archive or office document"),
        (b"\x1F\x8B\x08\0", "a compressed file"),
        (b"\0\0\0\x18ftypmp42", "a video"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a recording"),
        (b"OggS\0\x02", "a recording"),
        (b"\x7FELF\x02\x01", "a program"),
    ];
    for (bytes, what) in files {
        for header in [None, Some("text/html"), Some("application/octet-stream")] {
            assert_eq!(
                read_at(LINK, bytes, header).unwrap_err(),
                ParseError::UnsupportedType(what.into()),
                "{header:?}"
            );
        }
    }
}

#[test]
fn a_text_that_speaks_of_a_format_is_a_text() {
    for text in ["About 1 AVI file", "The ftyp box", "A better WEBP, part two", "BM and MZ begin programs"] {
        assert_eq!(read_at(LINK, text, None).unwrap().full_text.as_deref(), Some(text));
    }
}

#[test]
fn what_the_header_calls_no_text_is_refused() {
    for (header, what) in [
        ("image/svg+xml", "an image"),
        ("video/mp4; codecs=avc1", "a video"),
        ("audio/mpeg", "a recording"),
        ("application/pdf", "a damaged PDF document"),
        ("application/epub+zip", "a damaged book"),
        ("application/vnd.ms-excel", "a file of the type application/vnd.ms-excel"),
    ] {
        let error = read_at(LINK, "some text", Some(header)).unwrap_err();
        assert_eq!(error, ParseError::UnsupportedType(what.into()));
        assert_eq!(error.for_people(), format!("This link leads to {what}, which can't be read"));
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_without_any_header() {
    let noise: Vec<u8> = (0..1_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    for header in [None, Some("text/plain"), Some("text/html")] {
        assert_eq!(read_at(LINK, &noise, header).unwrap_err(), ParseError::UnsupportedType("binary data".into()));
    }
}

#[test]
fn a_page_without_a_header_is_known_by_its_looks() {
    for header in [None, Some(""), Some("application/octet-stream"), Some("nonsense")] {
        let found = read_at(LINK, PAGE, header).unwrap();
        assert_eq!(found.title.as_deref(), Some("Kilns"), "{header:?}");
    }
    let xhtml =
        "<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'><head><title>Kilns</title></head></html>";
    assert_eq!(read_at(LINK, xhtml, Some("application/xml")).unwrap().title.as_deref(), Some("Kilns"));
}

#[test]
fn an_answer_with_nothing_in_it_is_unreadable() {
    for body in ["", "  \n\t ", "<html><head></head><body><script>1</script></body></html>"] {
        assert_eq!(read_at(LINK, body, Some("text/html")).unwrap_err(), ParseError::Unreadable, "{body:?}");
        assert_eq!(ParseError::Unreadable.for_people(), "There is nothing to read at this link");
    }
    assert_eq!(read_at(LINK, "", None).unwrap_err(), ParseError::Unreadable);
}

#[test]
fn a_plain_text_is_kept_as_it_is_under_its_first_line() {
    let text = "Notes on glazes\r\n\r\n  indented line   \n\n\n\nThe end.\n";

    let found = read_at("https://example.org/notes.txt", text, Some("text/plain; charset=utf-8")).unwrap();

    assert_eq!(found.title.as_deref(), Some("Notes on glazes"));
    assert_eq!(found.full_text.as_deref(), Some("Notes on glazes\n\n  indented line\n\nThe end."));
    assert_eq!(found.full_text_type, Some(FullTextType::Plain));
    assert_eq!(found.site_name.as_deref(), Some("example.org"));
}

#[test]
fn markdown_is_known_by_header_or_name_and_titled_by_its_heading() {
    let text = "[![build](b.svg)](ci)\n\n# Kiln controller #\n\nIt fires kilns.";
    for (link, header) in [
        ("https://example.org/README.md", Some("text/plain")),
        ("https://example.org/README.md", None),
        ("https://example.org/readme", Some("text/markdown")),
    ] {
        let found = read_at(link, text, header).unwrap();
        assert_eq!(found.title.as_deref(), Some("Kiln controller"));
        assert_eq!(found.full_text.as_deref(), Some(text));
        assert_eq!(found.full_text_type, Some(FullTextType::Markdown));
    }
}

#[test]
fn data_is_titled_by_the_name_of_its_file() {
    let json =
        read_at("https://example.org/data/cone%206.json", "{\n \"cone\": 6\n}", Some("application/json")).unwrap();
    assert_eq!(json.title.as_deref(), Some("cone 6.json"));
    assert_eq!(json.full_text.as_deref(), Some("{\n \"cone\": 6\n}"));

    let feed = "<?xml version='1.0'?><rss><channel><title>Kiln news</title><description>All about &amp; around kilns</description></channel></rss>";
    let feed = read_at("https://example.org/feed.xml", feed, Some("application/rss+xml")).unwrap();
    assert_eq!(feed.full_text.as_deref(), Some("Kiln news\n\nAll about & around kilns"));
}
