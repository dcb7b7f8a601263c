//! What is made to hurt, read as the worker reads it: no page holds a process beyond its limit, or costs more than itself.

use std::io::Write as _;
use std::time::{Duration, Instant};

use brainly::config;
use brainly::extract::{Extracted, ParseError, Parser, Raw, captions};
use flate2::write::ZlibEncoder;
use flate2::{Compress, Compression, FlushCompress};
use lopdf::xref::XrefType;
use lopdf::{Object, Stream, dictionary};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::LINK;
use super::documents::{book, bytes, pdf};

const HEAD: &str = "<html lang=en><head><title>A trap</title></head><body><p>Words before.</p>";
/// What a process may have, in bytes.
const MEMORY: u64 = 512 << 20;
/// One page, once more cheaply, and a machine that is busy with other tests.
const MOST: Duration = Duration::from_secs(25);

fn parser() -> Parser {
    let program = Some(env!("CARGO_BIN_EXE_brainly").into());
    Parser::new(&config::Parse { memory: MEMORY, timeout: Duration::from_secs(10), program })
}

async fn read(parser: &Parser, body: impl Into<Vec<u8>>, content_type: &str) -> Result<Extracted, ParseError> {
    let raw = Raw { body: body.into().into(), content_type: Some(content_type.into()), url: LINK.parse().unwrap() };
    let begun = Instant::now();
    let outcome = parser.read(raw).await;
    assert!(begun.elapsed() < MOST, "{:?}", begun.elapsed());
    outcome
}

/// Whatever came before, the next page is read.
async fn assert_goes_on(parser: &Parser) {
    let next = read(parser, "<title>Next</title><p>Words.</p>", "text/html").await.unwrap();
    assert_eq!((next.title.as_deref(), next.shortfall), (Some("Next"), None));
}

#[tokio::test]
async fn a_page_made_to_hurt_keeps_its_title_and_first_words() {
    let rows = [
        ("nested div", "<div>".repeat(100_000)),
        ("2,000 nested div", "<div>".repeat(2_000)),
        ("nested span", "<span>".repeat(20_000)),
        ("nested tables", "<table><tr><td>".repeat(3_000)),
        ("links", "<a href='/x'>x</a> ".repeat(100_000)),
        ("10 MB of paragraphs", "<p>One of very many paragraphs, each as long as this.</p>".repeat(10_000_000 / 57)),
        ("an attribute of 4 MB", format!("<p title='{}'>after", "x".repeat(4_000_000))),
        ("broken JSON-LD", "<script type='application/ld+json'>{\"@graph\":[{,,]}</script>".into()),
        ("JSON-LD that nests", format!("<script type='application/ld+json'>{}</script>", "[".repeat(200_000))),
        ("emoji and directions", "<p>\u{202E}\u{1F469}\u{200D}\u{1F680}\u{2066}".repeat(50_000)),
        ("script only", "<script>for(;;);</script>".into()),
        ("comments", "<!--".repeat(500_000)),
        ("entities", "&amp;&#x10FFFF;&bogus;".repeat(10_000)),
        ("select", "<select><option>".repeat(50_000)),
        ("svg and math", "<svg><math><mi><desc>".repeat(20_000)),
        ("formatting", "<b><i><a><p>".repeat(20_000)),
    ];
    let parser = parser();
    for (name, trap) in rows {
        let found = read(&parser, format!("{HEAD}{trap}"), "text/html").await.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(found.title.as_deref(), Some("A trap"), "{name}");
        let text = found.full_text.unwrap_or_default();
        assert!(text.starts_with("Words before."), "{name}: {} characters, {:.80}", text.len(), text);
    }
    assert_goes_on(&parser).await;
}

#[tokio::test]
async fn what_holds_nothing_is_refused_in_words() {
    let noise: Vec<u8> = (0..1_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    let parser = parser();
    for (body, error) in [
        (noise, ParseError::UnsupportedType("binary data".into())),
        (Vec::new(), ParseError::Unreadable),
        (b"<script>for(;;);</script>".to_vec(), ParseError::Unreadable),
    ] {
        assert_eq!(read(&parser, body, "text/html").await.unwrap_err(), error);
    }
    assert_eq!(parser.processes().len(), 1, "none was lost");
}

/// So many bytes of spaces, deflated: one piece over and over, since the real thing would take a minute to make.
fn deflated(length: usize) -> Vec<u8> {
    const PIECE: usize = 4 << 20;
    let mut encoder = Compress::new(Compression::best(), false);
    let mut piece = Vec::with_capacity(PIECE);
    encoder.compress_vec(&vec![b' '; PIECE], &mut piece, FlushCompress::Full).unwrap();
    [b"\x78\xDA", &piece.repeat(length / PIECE)[..], b"\x03\x00"].concat()
}

/// A PDF whose one page shows `content` as it is, packed as the dictionary says.
fn pdf_with(content: Stream) -> Vec<u8> {
    let mut document = pdf(&["Words."], &[("Title", "A trap")]);
    let page = *document.get_pages().values().next().unwrap();
    let content = document.add_object(content);
    document.get_dictionary_mut(page).unwrap().set("Contents", content);
    bytes(document)
}

#[tokio::test]
async fn a_pdf_that_unpacks_without_end_costs_no_more_than_its_process() {
    let parser = parser();
    let filter = || Object::Name(b"FlateDecode".to_vec());
    let once = Stream::new(dictionary! { "Filter" => filter() }, deflated(2 << 30));
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&deflated(2 << 30)).unwrap();
    let twice = Stream::new(dictionary! { "Filter" => vec![filter(), filter()] }, encoder.finish().unwrap());
    for content in [once, twice] {
        let body = pdf_with(content);
        assert!(body.len() < 3 << 20);
        match read(&parser, body, "application/pdf").await {
            Ok(found) => assert_eq!(found.full_text, None),
            Err(error) => assert!(matches!(error, ParseError::TooCostly | ParseError::Unreadable), "{error}"),
        }
    }
    assert_goes_on(&parser).await;
}

#[tokio::test]
async fn a_pdf_that_leads_in_circles_ends() {
    let parser = parser();
    // Pages that are their own children.
    let mut tree = pdf(&["Words."], &[]);
    let root = tree.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    tree.get_dictionary_mut(root).unwrap().set("Kids", vec![Object::Reference(root); 50]);
    // A page that draws a form that draws itself, ten times over.
    let mut form = pdf(&["Words."], &[]);
    let id = form.new_object_id();
    let draws = b"/X Do ".repeat(10);
    let resources = dictionary! { "XObject" => dictionary! { "X" => id } };
    let own = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()], "Resources" => resources.clone() };
    form.objects.insert(id, Stream::new(own, draws.clone()).into());
    let page = *form.get_pages().values().next().unwrap();
    let content = form.add_object(Stream::new(dictionary! {}, draws));
    form.get_dictionary_mut(page).unwrap().set("Contents", content);
    form.get_dictionary_mut(page).unwrap().set("Resources", resources);
    // A reference that is itself, and an index that is its own predecessor, or very long.
    let mut itself = pdf(&["Words."], &[]);
    let id = itself.new_object_id();
    itself.objects.insert(id, Object::Reference(id));
    itself.trailer.set("Info", id);
    let mut plain = pdf(&["Words."], &[]);
    plain.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    let plain = bytes(plain);
    let at = plain.windows(5).position(|bytes| bytes == b"xref\n").unwrap();
    let with_index = |from: &str, to: &str| {
        let index = String::from_utf8(plain[at..].to_vec()).unwrap();
        assert!(index.contains(from), "{index}");
        [&plain[..at], index.replacen(from, to, 1).as_bytes()].concat()
    };
    let prev = with_index("trailer\n<<", &format!("trailer\n<</Prev {at} "));
    let long = with_index("xref\n0 ", "xref\n0 4294967295\n0 ");
    let deep = with_index("trailer\n<<", &format!("trailer\n<</Deep {}", "[".repeat(500_000)));

    for (name, body) in [
        ("tree", bytes(tree)),
        ("form", bytes(form)),
        ("reference", bytes(itself)),
        ("prev", prev),
        ("long", long),
        ("deep", deep),
    ] {
        let outcome = read(&parser, body, "application/pdf").await;
        assert!(!matches!(outcome, Err(ParseError::Uncontained)), "{name}");
    }
    assert_goes_on(&parser).await;
}

/// Bytes turned, cut out, doubled: what a bad disk, a bad network or a bad person does to a file.
fn mutated(good: &[u8], wounds: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (at, kind, byte) in wounds {
        let at = at % bytes.len().max(1);
        match kind % 4 {
            0 if !bytes.is_empty() => bytes[at] = *byte,
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..(at + usize::from(*byte)).min(bytes.len()))),
            _ => {
                let again = bytes[at..(at + usize::from(*byte)).min(bytes.len())].to_vec();
                bytes.splice(at..at, again);
            }
        }
    }
    bytes
}

/// The most memory that a process has had, in bytes.
fn peak(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// The same wounds on every run.
#[test]
fn damaged_captions_of_every_form_are_read_or_refused() {
    let good = [
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n<v Ada>Fire it slowly.\n\n00:03.000 --> 00:04.000\nThen wait.\n",
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nFire it slowly.\r\n\r\n2\r\n00:00:02,000 --> 00:00:04,000\r\nThen wait.\r\n",
        r#"{"events":[{"tStartMs":0,"dDurationMs":1540,"segs":[{"utf8":"Fire it"}]},{"tStartMs":1540,"aAppend":1,"segs":[{"utf8":"\n"}]}]}"#,
        r#"{"version":"1.0.0","segments":[{"speaker":"Ada","startTime":0.5,"endTime":0.75,"body":"Fire it"}]}"#,
        r#"<?xml version="1.0"?><transcript><text start="0.0" dur="1.54">Fire &amp;amp; ash</text></transcript>"#,
        r#"<timedtext format="3"><body><p t="0" d="1540"><s>Fire</s><s t="200"> it</s></p></body></timedtext>"#,
    ];
    for text in good {
        assert!(!captions(text).is_empty(), "{text}");
    }
    let wounds = prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..6);
    let config = Config { cases: 3_000, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);

    TestRunner::new_with_rng(config, rng)
        .run(&(0..good.len(), wounds), |(form, wounds)| {
            for piece in captions(&String::from_utf8_lossy(&mutated(good[form].as_bytes(), &wounds))) {
                prop_assert!(!piece.text.is_empty() && piece.start >= 0.0 && piece.duration >= 0.0, "{:?}", piece);
                prop_assert!(piece.start.is_finite() && piece.duration.is_finite(), "{:?}", piece);
            }
            Ok(())
        })
        .unwrap();
}

/// The same wounds on every run.
#[test]
fn damaged_files_of_every_kind_are_read_or_refused_and_no_process_is_lost() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let parser = parser();
    let page =
        format!("{HEAD}<script type='application/ld+json'>{{\"headline\":\"x\"}}</script><table><tr><td>a</table>");
    let png = [b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", &640_u32.to_be_bytes()[..], &480_u32.to_be_bytes()].concat();
    let info = [("Title", "Kilns"), ("CreationDate", "D:20210504")];
    let json = br#"{"version":"https://jsonfeed.org/version/1.1","title":"Kilns","items":[{"id":"1","content_text":"Fire."}]}"#;
    let feed = b"<?xml version='1.0'?><rss version='2.0'><channel><title>Kilns</title><item><title>Fire</title></item></channel></rss>";
    let good = [
        bytes(pdf(&["Kilns are hot.", "Cones bend."], &info)),
        book(&[]),
        page.into_bytes(),
        png,
        include_bytes!("pages/graph.html").to_vec(),
        json.to_vec(),
        feed.to_vec(),
    ];
    let wounds = prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..6);
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config { cases: 300, failure_persistence: None, ..Config::default() };

    let outcome = TestRunner::new_with_rng(config, rng).run(&(0..good.len(), wounds), |(kind, wounds)| {
        let outcome = runtime.block_on(read(&parser, mutated(&good[kind], &wounds), ""));
        prop_assert!(!matches!(outcome, Err(ParseError::Uncontained)));
        for id in parser.processes() {
            // What it has ever had in memory; nothing where nobody tells.
            prop_assert!(peak(id) < MEMORY, "{} bytes", peak(id));
        }
        if let Ok(found) = outcome {
            prop_assert!(found.full_text.is_none_or(|text| !text.contains('\0')));
        }
        Ok(())
    });

    outcome.unwrap();
    runtime.block_on(assert_goes_on(&parser));
}
