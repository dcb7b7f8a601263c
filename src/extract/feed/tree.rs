//! XML as a small tree, in one pass and within bounds: what lies too deep or comes too late is left out.
//!
//! Entities that a document declares for itself are not known here, so none can grow; elements of namespaces that feeds
//! use are called by the prefix that everybody gives them, whatever prefix the document chose.

use std::collections::HashMap;
use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::text::markup;

/// The most elements.
const MAX_ELEMENTS: usize = 300_000;
/// The most elements within one another.
const MAX_DEPTH: usize = 64;
/// The most attributes of one.
const MAX_ATTRIBUTES: usize = 32;
/// The most prefixes that a document may declare.
const MAX_PREFIXES: usize = 64;
/// The longest tag, in bytes.
const MAX_TAG: usize = 16 * 1024;

/// Namespaces, lower case, and their usual prefixes; of the main vocabularies none.
const NAMESPACES: [(&str, &str); 10] = [
    ("http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"),
    ("https://podcastindex.org/namespace/1.0", "podcast"),
    ("https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", "podcast"),
    ("http://purl.org/rss/1.0/modules/content/", "content"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://search.yahoo.com/mrss/", "media"),
    ("http://www.w3.org/2005/atom", "atom"),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://purl.org/rss/1.0/", ""),
    ("http://www.w3.org/1999/xhtml", ""),
];

#[derive(Debug, Default)]
pub(super) struct Element {
    /// Prefix and name as in `itunes:duration`, lower case.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    content: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Text(String),
    Element(Element),
}

impl Element {
    /// The root of the document, with as much in it as could be read.
    pub(super) fn parse(xml: &str) -> Option<Self> {
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut tree = Tree::default();
        while tree.elements < MAX_ELEMENTS {
            match reader.read_event() {
                Ok(Event::Start(tag)) => tree.open(&tag),
                Ok(Event::Empty(tag)) => {
                    tree.open(&tag);
                    tree.close();
                }
                Ok(Event::End(tag)) => tree.close_named(&text(tag.name().as_ref())),
                Ok(Event::Text(text)) => tree.push(&text),
                Ok(Event::CData(text)) => tree.push(&text),
                Ok(Event::GeneralRef(name)) => tree.push(&markup::decode_entities(&format!("&{};", &*name))),
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
            if tree.is_closed() {
                break;
            }
        }
        tree.into_root()
    }

    pub(super) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.content.iter().filter_map(move |node| match node {
            Node::Element(element) if element.name == name => Some(element),
            _ => None,
        })
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.find(name, |_| true)
    }

    /// The first child `name` that is as wanted.
    pub(super) fn find(&self, name: &str, is_wanted: impl Fn(&Self) -> bool) -> Option<&Self> {
        self.content.iter().find_map(|node| match node {
            Node::Element(element) if element.name == name && is_wanted(element) => Some(element),
            _ => None,
        })
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The texts right within it, unless there is nothing but space.
    pub(super) fn text(&self) -> Option<String> {
        let texts = self.content.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        let text: String = texts.collect();
        (!text.trim().is_empty()).then_some(text)
    }

    /// The text of the child `name`.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        self.child(name)?.text()
    }

    /// Everything within it as markup.
    pub(super) fn markup(&self) -> String {
        let mut out = String::new();
        for node in &self.content {
            match node {
                Node::Text(text) => out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;")),
                Node::Element(element) => {
                    let name = &element.name;
                    let _ = write!(out, "<{name}>{}</{name}>", element.markup());
                }
            }
        }
        out
    }
}

/// A tree that is being built.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    prefixes: HashMap<String, &'static str>,
    elements: usize,
    /// Open elements that are left out.
    skipped: usize,
}

impl Tree {
    fn open(&mut self, tag: &BytesStart<'_>) {
        self.elements += 1;
        if self.skipped > 0 || self.open.len() == MAX_DEPTH || tag.len() > MAX_TAG {
            self.skipped += 1;
            return;
        }
        let mut element = Element::default();
        for attribute in tag.attributes().with_checks(false).take(MAX_ATTRIBUTES).filter_map(Result::ok) {
            let (name, value) = (text(attribute.key.as_ref()), markup::decode_entities(&text(&attribute.value)));
            match name.strip_prefix("xmlns:") {
                Some(prefix) => self.declare(prefix, &value),
                None => element.attributes.push((name.to_ascii_lowercase(), value)),
            }
        }
        element.name = self.canonical(&text(tag.name().as_ref()));
        self.open.push(element);
    }

    fn declare(&mut self, prefix: &str, namespace: &str) {
        let namespace = namespace.trim().to_ascii_lowercase();
        let known = NAMESPACES.iter().find(|(known, _)| *known == namespace);
        if let Some((_, usual)) = known.filter(|_| self.prefixes.len() < MAX_PREFIXES) {
            self.prefixes.insert(prefix.to_ascii_lowercase(), usual);
        }
    }

    fn canonical(&self, name: &str) -> String {
        let name = name.to_ascii_lowercase();
        let Some((prefix, local)) = name.split_once(':') else { return name };
        match self.prefixes.get(prefix).copied() {
            Some("") => local.to_owned(),
            Some(usual) => format!("{usual}:{local}"),
            None => name,
        }
    }

    fn push(&mut self, text: &str) {
        let Some(open) = self.open.last_mut() else { return };
        match open.content.last_mut() {
            Some(Node::Text(last)) => last.push_str(text),
            _ => open.content.push(Node::Text(text.to_owned())),
        }
    }

    /// Closes the last open element of this name, and what is open within it; none where there is none.
    fn close_named(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let name = self.canonical(name);
        if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            while self.open.len() > at {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let Some(done) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.content.push(Node::Element(done)),
            None => self.root = Some(done),
        }
    }

    fn is_closed(&self) -> bool {
        self.root.is_some()
    }

    /// What is still open is closed: a feed that breaks off has its beginning.
    fn into_root(mut self) -> Option<Element> {
        self.skipped = 0;
        while !self.open.is_empty() {
            self.close();
        }
        self.root
    }
}

fn text(bytes: impl AsRef<str>) -> String {
    bytes.as_ref().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Element;
    use crate::extract::feed::xml;

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(parts in prop::collection::vec(prop_oneof![
            Just("<rss>".to_owned()), Just("<channel>".to_owned()), Just("<item>".to_owned()), Just("</item>".to_owned()),
            Just("<link href='x' rel=\"enclosure\"/>".to_owned()), Just("<![CDATA[".to_owned()), Just("]]>".to_owned()),
            Just("<!--".to_owned()), Just("-->".to_owned()), Just("&#x0;".to_owned()), Just("&amp".to_owned()), Just("<itunes:duration>".to_owned()),
            Just("xmlns:a='http://www.w3.org/2005/Atom'".to_owned()), Just("<!DOCTYPE x [<!ENTITY a 'b'>]>".to_owned()), any::<String>(),
        ], 0..40)) {
            let text = parts.concat();
            if let Some(root) = Element::parse(&text) {
                root.markup();
            }
            xml::read(&text);
            xml::read(&format!("<rss><channel>{text}"));
        }
    }
}
