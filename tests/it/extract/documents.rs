//! Papers, books and pictures: what is understood of each, and what each says when it can't be read.

use std::io::{Cursor, Write as _};

use brainly::extract::{Extracted, FullTextType, ParseError};
use lopdf::content::{Content, Operation};
use lopdf::encryption::{EncryptionState, EncryptionVersion, Permissions};
use lopdf::{Document, Object, Stream, dictionary};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{LINK, read_at};

/// A page that holds a picture and no text.
const PICTURE: &str = "";

/// A PDF whose pages show one line each.
pub(crate) fn pdf(pages: &[&str], info: &[(&str, &str)]) -> Document {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let kids: Vec<Object> = pages
        .iter()
        .map(|text| {
            let mut operations = vec![Operation::new("q", vec![]), Operation::new("Q", vec![])];
            if !text.is_empty() {
                operations = vec![
                    Operation::new("BT", vec![]),
                    Operation::new("Tf", vec!["F1".into(), 12.into()]),
                    Operation::new("Td", vec![50.into(), 700.into()]),
                    Operation::new("Tj", vec![Object::string_literal(*text)]),
                    Operation::new("ET", vec![]),
                ];
            }
            let content = Stream::new(dictionary! {}, Content { operations }.encode().unwrap());
            let content = document.add_object(content);
            let page = dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content };
            document.add_object(page).into()
        })
        .collect();
    let count = i64::try_from(kids.len()).unwrap();
    let size: Vec<Object> = vec![0.into(), 0.into(), 595.into(), 842.into()];
    let all = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources, "MediaBox" => size };
    document.objects.insert(tree, all.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut told = dictionary! {};
    for (key, value) in info {
        told.set(*key, Object::string_literal(*value));
    }
    let told = document.add_object(told);
    document.trailer.set("Info", told);
    document
}

pub(crate) fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A zip of these files, the first of them not packed.
pub(super) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (i, (name, text)) in files.iter().enumerate() {
        let method = if i == 0 { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const CONTAINER: &str = "<?xml version='1.0'?><container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>\
    <rootfile full-path='OEBPS/book.opf' media-type='application/oebps-package+xml'/></rootfiles></container>";
const PACKAGE: &str = "<?xml version='1.0'?><package xmlns='http://www.idpf.org/2007/opf' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
    <metadata><dc:title>Fire &amp; Clay</dc:title><dc:creator>Ada Potter</dc:creator><dc:creator>Bo Kiln</dc:creator>\
    <dc:language>en-GB</dc:language><dc:date>2021-05-04</dc:date><dc:publisher>Kiln Press</dc:publisher>\
    <dc:subject>Pottery</dc:subject><dc:description>&lt;p&gt;All about &lt;b&gt;kilns&lt;/b&gt;.&lt;/p&gt;</dc:description></metadata>\
    <manifest><item id='two' href='text/two.xhtml' media-type='application/xhtml+xml'/>\
    <item id='one' href='text/one%20a.xhtml#top' media-type='application/xhtml+xml'/></manifest>\
    <spine><itemref idref='one'/><itemref idref='two'/><itemref idref='missing'/></spine></package>";
const ONE: &str = "<html><head><title>no</title></head><body><h1>One</h1><p>Wet clay.</p></body></html>";
const TWO: &str = "<html><body><h1>Two</h1><p>Fired cl\u{E4}y.</p></body></html>";

/// The files of a good book, and `more`.
pub(super) fn book(more: &[(&str, &str)]) -> Vec<u8> {
    let files = [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        ("OEBPS/book.opf", PACKAGE),
        ("OEBPS/text/one a.xhtml", ONE),
        ("OEBPS/text/two.xhtml", TWO),
    ];
    zip(&[&files[..], more].concat())
}

fn read(body: &[u8]) -> Extracted {
    read_at(LINK, body, None).unwrap()
}

#[test]
fn a_pdf_gives_its_pages_and_what_it_says_about_itself() {
    let info = [
        ("Title", "Microsoft Word - Kilns of the world"),
        ("Author", "Ada Potter"),
        ("Subject", "How kilns are built"),
        ("Keywords", "kiln, clay; fire"),
        ("CreationDate", "D:20210504120000Z"),
    ];
    let found = read(&bytes(pdf(&["The first page.", PICTURE, "The third page speaks of cones."], &info)));

    assert_eq!(found.title.as_deref(), Some("Kilns of the world"));
    assert_eq!(found.author.as_deref(), Some("Ada Potter"));
    assert_eq!(found.description.as_deref(), Some("How kilns are built"));
    assert_eq!(found.tags, ["kiln", "clay", "fire"]);
    assert_eq!(found.published_at.unwrap().to_rfc3339(), "2021-05-04T12:00:00+00:00");
    assert_eq!(found.full_text_type, Some(FullTextType::Plain));
    let text = found.full_text.unwrap();
    assert_eq!(text, "The first page.\n\nThe third page speaks of cones.");
    let told = found.provider_data.unwrap();
    assert_eq!((&told["format"], &told["pageCount"]), (&json!("pdf"), &json!(3)));
    let third = usize::try_from(told["pages"][2].as_u64().unwrap()).unwrap();
    assert!(text[third..].starts_with("The third page"));
    assert_eq!(found.shortfall, None);
}

#[test]
fn a_pdf_that_is_called_something_else_or_begins_late_is_one() {
    let body = bytes(pdf(&["Kilns are hot."], &[]));
    for header in [None, Some("text/html"), Some("application/octet-stream")] {
        assert_eq!(read_at(LINK, &body, header).unwrap().full_text.as_deref(), Some("Kilns are hot."));
    }
    let late = [b"\n\n--junk--\n", &body[..]].concat();
    let found = read_at(LINK, late, Some("application/pdf")).unwrap();
    assert_eq!(found.full_text.as_deref(), Some("Kilns are hot."));
}

#[test]
fn a_pdf_without_a_title_is_called_by_its_first_line_or_its_file() {
    let named = |pages: &[&str], title: &str| {
        let body = bytes(pdf(pages, &[("Title", title)]));
        read_at("https://example.org/papers/cone%206.pdf", body, None).unwrap().title
    };
    assert_eq!(named(&["Kilns are hot"], "untitled").as_deref(), Some("Kilns are hot"));
    assert_eq!(named(&[PICTURE], "").as_deref(), Some("cone 6.pdf"));
}

#[test]
fn a_pdf_of_pictures_is_told_to_be_scanned() {
    let found = read(&bytes(pdf(&[PICTURE; 10], &[("Title", "Old letters")])));
    assert_eq!((found.title.as_deref(), found.full_text), (Some("Old letters"), None));
    assert!(found.shortfall.unwrap().contains("scanned"));

    let mut pages = [PICTURE; 10];
    pages[0] = "Archive of the town.";
    let found = read(&bytes(pdf(&pages, &[])));
    assert!(found.shortfall.unwrap().contains("scanned"), "a stamp on the first page makes it no text");
    assert_eq!(found.full_text.as_deref(), Some("Archive of the town."));
}

#[test]
fn a_pdf_that_is_cut_off_before_its_text_is_not_taken_for_a_scan() {
    let body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Len";
    let found = read(body);
    assert_eq!(
        (found.full_text, found.shortfall.as_deref()),
        (None, Some("The document is cut off: its text can't be read"))
    );
}

#[test]
fn a_pdf_that_is_too_long_gives_its_first_pages() {
    let pages: Vec<String> = (1..=510).map(|page| format!("This is page {page}.")).collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();

    let found = read(&bytes(pdf(&pages, &[])));

    assert_eq!(found.shortfall.as_deref(), Some("Only the first 500 of 510 pages were read"));
    assert!(found.full_text.unwrap().ends_with("This is page 500."));
}

#[test]
fn an_encrypted_pdf_says_so() {
    let mut document = pdf(&["Secret."], &[("Title", "Secret")]);
    document.trailer.set("ID", Object::Array(vec![Object::string_literal("A"), Object::string_literal("A")]));
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();

    let found = read_at("https://example.org/secret.pdf", bytes(document), None).unwrap();

    assert_eq!(found.shortfall.as_deref(), Some("The document is encrypted"));
    assert_eq!((found.title.as_deref(), found.full_text), (Some("secret.pdf"), None));
}

#[test]
fn a_pdf_whose_index_is_cut_off_is_mended_or_refused_in_words() {
    let body = bytes(pdf(&["Kilns are hot."], &[]));
    let at = body.windows(4).rposition(|bytes| bytes == b"xref").unwrap();
    for end in [at, body.len() - 10, body.len() / 2, 20, 5] {
        match read_at(LINK, &body[..end], None) {
            Ok(found) => assert!(found.full_text.is_none_or(|text| text == "Kilns are hot."), "{end}"),
            Err(error) => assert_eq!(error, ParseError::Unreadable, "{end}"),
        }
    }
    assert_eq!(read(&body[..body.len() - 10]).full_text.as_deref(), Some("Kilns are hot."));
}

#[test]
fn a_book_gives_its_chapters_in_their_order_and_what_it_says_about_itself() {
    let found = read(&book(&[]));

    assert_eq!(found.title.as_deref(), Some("Fire & Clay"));
    assert_eq!(found.author.as_deref(), Some("Ada Potter, Bo Kiln"));
    assert_eq!(found.description.as_deref(), Some("All about kilns."));
    assert_eq!((found.language.as_deref(), found.site_name.as_deref()), (Some("en"), Some("Kiln Press")));
    assert_eq!(found.published_at.unwrap().to_rfc3339(), "2021-05-04T00:00:00+00:00");
    assert_eq!(found.tags, ["Pottery"]);
    let text = found.full_text.unwrap();
    assert_eq!(text, "One\n\nWet clay.\n\nTwo\n\nFired cl\u{E4}y.");
    let chapters = found.provider_data.unwrap()["chapters"].clone();
    assert_eq!(chapters, json!([0, text.find("Two").unwrap()]));
    assert_eq!((found.full_text_type, found.shortfall), (Some(FullTextType::Plain), None));
}

#[test]
fn a_book_with_drm_is_told_and_one_with_mangled_fonts_is_read() {
    let encryption = |algorithm: &str| {
        format!(
            "<encryption xmlns:enc='http://www.w3.org/2001/04/xmlenc#'><enc:EncryptedData><enc:EncryptionMethod Algorithm='{algorithm}'/>\
             </enc:EncryptedData></encryption>"
        )
    };
    let locked =
        read(&book(&[("META-INF/encryption.xml", &encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc"))]));
    assert_eq!((locked.title.as_deref(), locked.full_text), (Some("Fire & Clay"), None));
    assert!(locked.shortfall.unwrap().contains("protected"));

    let fonts = read(&book(&[("META-INF/encryption.xml", &encryption("http://www.idpf.org/2008/embedding"))]));
    assert!(fonts.full_text.unwrap().contains("Wet clay.") && fonts.shortfall.is_none());
}

#[test]
fn a_zip_that_is_no_book_is_an_archive_and_a_broken_book_is_unreadable() {
    let other = zip(&[("a.txt", "text")]);
    assert_eq!(
        read_at(LINK, &other, Some("application/zip")).unwrap_err(),
        ParseError::UnsupportedType("an archive or office document".into())
    );
    assert_eq!(read_at("https://example.org/a.epub", &other, None).unwrap_err(), ParseError::Unreadable);
    let good = book(&[]);
    assert_eq!(read_at(LINK, &good[..good.len() / 2], None).unwrap_err(), ParseError::Unreadable);
}

#[test]
fn a_book_that_unpacks_to_more_than_it_may_is_given_up() {
    let zeros = "\0".repeat(3 << 20);
    let bomb = zip(&[("mimetype", "application/epub+zip"), ("META-INF/container.xml", &zeros)]);
    assert!(bomb.len() < 10_000);
    assert_eq!(read_at(LINK, &bomb, None).unwrap_err(), ParseError::TooCostly);

    let names: Vec<String> = (0..2_100).map(|i| format!("{i}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(read_at(LINK, book(&many), None).unwrap_err(), ParseError::TooCostly);
}

#[test]
fn a_book_can_not_name_what_is_outside_of_it_or_multiply_by_entities() {
    let package = "<!DOCTYPE p [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>\
        <package><metadata><title>Cl&b;ay&f;</title></metadata><manifest><item id='x' href='../../../../etc/passwd'/></manifest>\
        <spine><itemref idref='x'/></spine></package>";
    let body = zip(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        ("OEBPS/book.opf", package),
    ]);

    let found = read(&body);

    assert_eq!((found.title.as_deref(), found.full_text), (Some("Cl&b;ay&f;"), None));
}

#[test]
fn a_picture_is_told_by_kind_and_size_and_called_by_its_file() {
    let png = [b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", &640_u32.to_be_bytes()[..], &480_u32.to_be_bytes()].concat();
    let jpeg = b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xC0\0\x11\x08\x01\xE0\x02\x80".to_vec();
    let gif = [b"GIF89a", &640_u16.to_le_bytes()[..], &480_u16.to_le_bytes()].concat();
    let webp =
        [b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0", &639_u32.to_le_bytes()[..3], &479_u32.to_le_bytes()[..3]].concat();
    let avif = [b"\0\0\0\x18ftypavif....ispe\0\0\0\0", &640_u32.to_be_bytes()[..], &480_u32.to_be_bytes()].concat();
    for (body, format) in
        [(png, "image/png"), (jpeg, "image/jpeg"), (gif, "image/gif"), (webp, "image/webp"), (avif, "image/avif")]
    {
        let found = read_at("https://example.org/a/my%20kiln.img", &body, None).unwrap();
        assert_eq!(found.title.as_deref(), Some("my kiln.img"), "{format}");
        assert_eq!(found.provider_data, Some(json!({ "format": format, "width": 640, "height": 480 })));
        assert_eq!(found.thumbnail_url.as_deref(), Some("https://example.org/a/my%20kiln.img"));
        assert_eq!(found.full_text, None);
    }
}

#[test]
fn a_picture_that_is_cut_off_or_immense_has_no_thumbnail() {
    let immense = [b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", &60_000_u32.to_be_bytes()[..], &60_000_u32.to_be_bytes()].concat();
    let found = read(&immense);
    assert_eq!((found.thumbnail_url, found.provider_data.unwrap()["width"].clone()), (None, json!(60_000)));
    for body in
        [&b"\x89PNG\r\n\x1A\n\0"[..], b"\xFF\xD8\xFF", b"\xFF\xD8\xFF\xE0\0\0", b"GIF89a\x01", b"RIFF\0\0\0\0WEBPVP8L"]
    {
        let found = read(body);
        assert_eq!((found.thumbnail_url, &found.provider_data.unwrap()["width"]), (None, &json!(null)));
    }
}
