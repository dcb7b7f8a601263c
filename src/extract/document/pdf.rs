//! PDFs: their text page by page, and what they say about themselves. A scan is told, not read.
//!
//! Two libraries in turn: `unpdf` knows columns and tables, and where it finds nothing, `lopdf` mends more of what is broken.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::LoadOptions;
use serde_json::json;
use unpdf::render::PageSelection;
use unpdf::{ErrorMode, PageStreamOptions, ParseEvent, ParseOptions, PdfParser};
use url::Url;

use super::Parts;
use crate::domain::Timestamp;
use crate::extract::article::{date, plain};
use crate::extract::{Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TITLE, ParseError};
use crate::text::clean;

/// The most pages that are read.
const MAX_PAGES: usize = 500;
/// The most bytes that one stream of a PDF may unpack to, where the library leaves the choice.
const MAX_STREAM: usize = 64 * 1024 * 1024;

/// The mark at the end of a PDF, and how far from there it is looked for, in bytes.
const END: &[u8] = b"%%EOF";
const WITHIN: usize = 1024;
/// What is missing of a PDF whose pages came without what stands on them.
const CUT_OFF: &str = "The document is cut off: its text can't be read";

/// What one of the libraries makes of a PDF.
#[derive(Default)]
struct Found {
    parts: Parts,
    title: Option<String>,
    author: Option<String>,
    subject: Option<String>,
    keywords: Option<String>,
    created: Option<Timestamp>,
    pages: usize,
    /// Pages whose text could be had, for whatever there was.
    with_text: usize,
}

/// Why a library makes nothing of it.
enum Failed {
    Encrypted,
    Broken,
}

pub(in crate::extract) fn read(body: &[u8], url: &Url) -> Result<Extracted, ParseError> {
    let first = guarded(|| by_unpdf(body));
    let found = match first {
        Ok(found) if found.with_text > 0 => Ok(found),
        Err(Failed::Encrypted) => Err(Failed::Encrypted),
        first => guarded(|| by_lopdf(body)).ok().filter(|found| found.with_text > 0).map_or(first, Ok),
    };
    match found {
        Ok(found) if found.with_text == 0 && is_cut_off(body) => {
            Ok(Extracted { shortfall: Some(CUT_OFF.to_owned()), ..extracted(found, url) })
        }
        Ok(found) => Ok(extracted(found, url)),
        Err(Failed::Encrypted) => Ok(Extracted {
            title: plain::file_name(url),
            site_name: plain::site_name(url),
            shortfall: Some("The document is encrypted".into()),
            ..Extracted::default()
        }),
        Err(Failed::Broken) => Err(ParseError::Unreadable),
    }
}

/// Whether the mark is missing with which every PDF ends, give or take what servers add.
fn is_cut_off(body: &[u8]) -> bool {
    !body[body.len().saturating_sub(WITHIN)..].windows(END.len()).any(|bytes| bytes == END)
}

/// A panic of a library is no more than a PDF that it can't read.
fn guarded(read: impl FnOnce() -> Result<Found, Failed>) -> Result<Found, Failed> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Failed::Broken))
}

fn by_unpdf(body: &[u8]) -> Result<Found, Failed> {
    let failed = |error| match error {
        unpdf::Error::Encrypted | unpdf::Error::InvalidPassword => Failed::Encrypted,
        _ => Failed::Broken,
    };
    let parser = PdfParser::from_bytes_with_options(body, ParseOptions::new().sequential()).map_err(failed)?;
    let mut found = Found::default();
    // All fields: the defaults start a pool of threads to count them.
    let options = PageStreamOptions {
        error_mode: ErrorMode::Lenient,
        extract_text: true,
        extract_resources: false,
        min_image_dimension: 64,
        pages: PageSelection::All,
        password: None,
        parallel: false,
        suppress_low_confidence_ocr: true,
        window_size: 1,
        emit_progress_every: u32::MAX,
    };
    parser
        .for_each_page(options, |event| {
            let text = match event {
                ParseEvent::DocumentStart { metadata, page_count, .. } => {
                    found.pages = page_count as usize;
                    found.title = metadata.title;
                    found.author = metadata.author;
                    found.subject = metadata.subject;
                    found.keywords = metadata.keywords;
                    found.created = metadata.created;
                    return ControlFlow::Continue(());
                }
                ParseEvent::PageParsed(page) => page.plain_text(),
                ParseEvent::PageFailed { .. } => String::new(),
                ParseEvent::Progress { .. } | ParseEvent::DocumentEnd { .. } => return ControlFlow::Continue(()),
            };
            if found.push(&text) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .map_err(failed)?;
    Ok(found)
}

fn by_lopdf(body: &[u8]) -> Result<Found, Failed> {
    let options = LoadOptions::with_max_decompressed_size(MAX_STREAM);
    let document = lopdf::Document::load_mem_with_options(body, options).map_err(|_| Failed::Broken)?;
    if document.is_encrypted() {
        return Err(Failed::Encrypted);
    }
    let info = document.trailer.get(b"Info").and_then(|info| document.dereference(info)).ok();
    let info = info.and_then(|(_, info)| info.as_dict().ok());
    let told = |key: &[u8]| {
        let value = info?.get(key).and_then(|value| document.dereference(value)).ok()?.1;
        lopdf::decode_text_string(value).ok()
    };
    let mut found = Found {
        title: told(b"Title"),
        author: told(b"Author"),
        subject: told(b"Subject"),
        keywords: told(b"Keywords"),
        created: told(b"CreationDate").and_then(|text| date::parse(text.trim_start_matches("D:").get(..8)?)),
        ..Found::default()
    };
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    found.pages = pages.len();
    for page in pages {
        let text = document.extract_text_with_limit(&[page], MAX_STREAM).unwrap_or_default();
        if !found.push(&text) {
            break;
        }
    }
    Ok(found)
}

impl Found {
    /// Adds the text of the next page. Says whether to go on.
    fn push(&mut self, text: &str) -> bool {
        self.with_text += usize::from(text.chars().any(char::is_alphanumeric));
        self.parts.push(text) && self.parts.starts.len() < MAX_PAGES
    }
}

fn extracted(found: Found, url: &Url) -> Extracted {
    let (read, pages) = (found.parts.starts.len(), found.pages);
    let shortfall = if found.with_text * 5 < read.max(1) {
        Some("The document is scanned: its pages are pictures, whose text is not read".to_owned())
    } else if read < pages {
        Some(format!("Only the first {read} of {pages} pages were read"))
    } else {
        None
    };
    let (text, starts) = found.parts.into_text();
    let line = |text: Option<String>, max| text.and_then(|text| clean::line(&text, max));
    let title = line(found.title, MAX_TITLE).and_then(|title| without_program(&title));
    let title = title.or_else(|| plain::first_line(text.as_deref()?)).or_else(|| plain::file_name(url));
    let tags = found.keywords.unwrap_or_default();
    let tags = tags.split([',', ';']).filter_map(|tag| clean::line(tag, MAX_TAG)).take(MAX_TAGS).collect();
    Extracted {
        title,
        description: line(found.subject, MAX_DESCRIPTION),
        author: line(found.author, MAX_NAME),
        published_at: found.created,
        tags,
        site_name: plain::site_name(url),
        full_text_type: text.is_some().then_some(FullTextType::Plain),
        full_text: text,
        provider_data: Some(json!({ "format": "pdf", "pageCount": pages, "pages": starts })),
        shortfall,
        ..Extracted::default()
    }
}

/// Programs put their own name, or the name of a file, where a title should be.
fn without_program(title: &str) -> Option<String> {
    let title = title
        .strip_prefix("Microsoft Word - ")
        .or_else(|| title.strip_prefix("Microsoft PowerPoint - "))
        .unwrap_or(title);
    let says_nothing = ["untitled", "document", "title"].contains(&title.to_lowercase().as_str());
    (!says_nothing && title.chars().any(char::is_alphabetic)).then(|| title.to_owned())
}
