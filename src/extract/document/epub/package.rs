//! The files that describe a book: where its package is, what that says, and in which order to read.
//!
//! XML is read event by event; no entity but the built-in ones is known, so none can multiply.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::text::markup;

/// The most chapters, and the most values of one fact.
const MAX_CHAPTERS: usize = 2_000;
const MAX_VALUES: usize = 30;
/// The longest fact, in bytes.
const MAX_VALUE: usize = 64 * 1024;

/// What a book says about itself, in the order in which it says it.
#[derive(Default)]
pub(super) struct Package {
    pub(super) titles: Vec<String>,
    pub(super) creators: Vec<String>,
    pub(super) languages: Vec<String>,
    pub(super) dates: Vec<String>,
    pub(super) descriptions: Vec<String>,
    pub(super) subjects: Vec<String>,
    pub(super) publishers: Vec<String>,
    /// Paths by id.
    files: HashMap<String, String>,
    /// Ids in reading order.
    order: Vec<String>,
}

impl Package {
    /// Reads as much of `xml` as is well formed.
    pub(super) fn read(xml: &str) -> Self {
        let mut package = Self::default();
        let mut value: Option<(String, String)> = None;
        events(xml, |event| match event {
            Event::Start(element) | Event::Empty(element) => {
                package.note(element);
                value = Some((name(element), String::new()));
            }
            Event::Text(text) => push(&mut value, &text.xml10_content()),
            Event::CData(text) => push(&mut value, &text.xml10_content()),
            Event::GeneralRef(entity) => push(&mut value, &markup::decode_entities(&format!("&{};", &**entity))),
            Event::End(_) => {
                if let Some((name, text)) = value.take() {
                    package.keep(&name, text.trim());
                }
            }
            _ => {}
        });
        package
    }

    /// The paths of its chapters, as the package writes them.
    pub(super) fn chapters(&self) -> impl Iterator<Item = &str> {
        self.order.iter().filter_map(|id| self.files.get(id)).map(String::as_str)
    }

    fn note(&mut self, element: &BytesStart<'_>) {
        match name(element).as_str() {
            "item" if self.files.len() < MAX_CHAPTERS => {
                if let (Some(id), Some(path)) = (attribute(element, "id"), attribute(element, "href")) {
                    self.files.insert(id, path);
                }
            }
            "itemref" if self.order.len() < MAX_CHAPTERS => self.order.extend(attribute(element, "idref")),
            _ => {}
        }
    }

    fn keep(&mut self, name: &str, text: &str) {
        let values = match name {
            "title" => &mut self.titles,
            "creator" => &mut self.creators,
            "language" => &mut self.languages,
            "date" => &mut self.dates,
            "description" => &mut self.descriptions,
            "subject" => &mut self.subjects,
            "publisher" => &mut self.publishers,
            _ => return,
        };
        if values.len() < MAX_VALUES && !text.is_empty() {
            values.push(text.to_owned());
        }
    }
}

/// Where the package is, as the container says.
pub(super) fn root_file(container: &str) -> Option<String> {
    let mut path = None;
    each(container, "rootfile", |element| path = path.take().or_else(|| attribute(element, "full-path")));
    path
}

/// With what files of the book are encrypted.
pub(super) fn algorithms(encryption: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_data = false;
    events(encryption, |event| match event {
        Event::Start(element) | Event::Empty(element) => match name(element).as_str() {
            "EncryptedData" => is_data = true,
            // What a key is encrypted with is no matter: it opens what is named beside it.
            "EncryptedKey" => is_data = false,
            "EncryptionMethod" if is_data && names.len() < MAX_CHAPTERS => {
                names.extend(attribute(element, "Algorithm"));
            }
            _ => {}
        },
        _ => {}
    });
    names
}

/// The path in the zip that `link` leads to from the file at `base`; `None` when it leaves the book.
pub(super) fn joined(base: &str, link: &str) -> Option<String> {
    let link = link.split('#').next()?;
    let link = percent_decode_str(link).decode_utf8().ok()?;
    let mut path: Vec<&str> = base.split('/').collect();
    path.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(path.pop()?),
            part => path.push(part),
        }
    }
    Some(path.join("/"))
}

fn each(xml: &str, wanted: &str, mut take: impl FnMut(&BytesStart<'_>)) {
    events(xml, |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && name(element) == wanted
        {
            take(element);
        }
    });
}

fn events(xml: &str, mut take: impl FnMut(&Event<'_>)) {
    let mut reader = Reader::from_str(xml);
    // Books end elements that were never begun.
    reader.config_mut().check_end_names = false;
    while let Ok(event) = reader.read_event() {
        if matches!(event, Event::Eof) {
            return;
        }
        take(&event);
    }
}

/// Without its prefix: books choose their own.
fn name(element: &BytesStart<'_>) -> String {
    String::from(element.local_name().into_inner())
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
    Some(markup::decode_entities(&found.value))
}

fn push(value: &mut Option<(String, String)>, text: &str) {
    if let Some((_, value)) = value.as_mut().filter(|(_, value)| value.len() + text.len() <= MAX_VALUE) {
        value.push_str(text);
    }
}
