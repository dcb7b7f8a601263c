//! A page's tree, asked for what metadata needs: `<meta>` tags by name, texts and attributes by selector, links made
//! absolute.

use std::collections::HashMap;

use dom_query::{Document, NodeRef};
use url::Url;

use crate::extract::MAX_LINK;
use crate::text::clean;

/// The most `<meta>` tags that are looked at.
const MAX_META: usize = 1_000;
/// The most names that one of them is known by.
const MAX_META_NAMES: usize = 4;
/// As much of a text as any fact can need, in bytes.
const MAX_FACT: usize = 16 * 1024;
/// The most elements that are asked for one fact.
const MAX_FOUND: usize = 30;

pub(super) struct Page<'a> {
    document: &'a Document,
    pub(super) url: &'a Url,
    base: Url,
    meta: HashMap<String, Vec<String>>,
}

impl<'a> Page<'a> {
    pub(super) fn new(document: &'a Document, url: &'a Url) -> Self {
        let base = document.select_single("base[href]").attr("href").and_then(|href| url.join(href.trim()).ok());
        let mut page =
            Self { document, url, base: base.filter(is_web).unwrap_or_else(|| url.clone()), meta: HashMap::new() };
        page.read_meta();
        page
    }

    /// Sites write `property`, `name` and `itemprop` as they please.
    fn read_meta(&mut self) {
        for node in self.document.select("meta[content]").nodes().iter().take(MAX_META) {
            let content = node.attr_or("content", "");
            let names = ["property", "name", "itemprop", "http-equiv"].into_iter().filter_map(|key| node.attr(key));
            for name in names.filter(|_| !content.trim().is_empty()) {
                for name in name.split_whitespace().take(MAX_META_NAMES) {
                    self.meta.entry(name.to_ascii_lowercase()).or_default().push(cut(&content).to_owned());
                }
            }
        }
    }

    /// The contents of the `<meta>` tags called by one of `names`, best name first.
    pub(super) fn metas<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = &'s str> {
        names.iter().filter_map(|name| self.meta.get(*name)).flatten().map(String::as_str)
    }

    /// Which of `names` is the `<meta>` tag that holds `content`?
    pub(super) fn name_of<'n>(&self, names: &[&'n str], content: &str) -> Option<&'n str> {
        let content = clean::line(content, MAX_FACT)?;
        let holds = |name: &&str| self.metas(&[name]).any(|own| clean::line(own, MAX_FACT).as_ref() == Some(&content));
        names.iter().copied().find(holds)
    }

    /// The texts of the elements that `selector` finds, without those that say nothing.
    pub(super) fn texts(&self, selector: &str) -> Vec<String> {
        let found = self.document.select(selector);
        found
            .iter()
            .take(MAX_FOUND)
            .map(|one| cut(one.text().trim_start()).to_owned())
            .filter(|text| !text.trim().is_empty())
            .collect()
    }

    /// The elements that `selector` finds.
    pub(super) fn nodes(&self, selector: &str) -> Vec<NodeRef<'a>> {
        self.document.select(selector).nodes().iter().take(MAX_FOUND).copied().collect()
    }

    /// An attribute of the elements that `selector` finds.
    pub(super) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.document
            .select(selector)
            .iter()
            .take(MAX_FOUND)
            .filter_map(|one| one.attr(name))
            .map(|a| a.to_string())
            .collect()
    }

    /// `link` made absolute, where it is one of the web and of a sane length.
    pub(super) fn absolute(&self, link: &str) -> Option<Url> {
        let link = link.trim();
        if link.is_empty() || link.len() > MAX_LINK {
            return None;
        }
        self.base.join(link).ok().filter(|url| is_web(url) && url.has_host() && url.as_str().len() <= MAX_LINK)
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_FACT)]
}

/// Is it a link that a browser may be given as an image or a page?
pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
