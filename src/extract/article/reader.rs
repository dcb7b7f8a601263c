//! The article as a reader shows it: markup that can do no harm, wherever a client puts it.
//!
//! What is allowed is listed; all else goes. Links and images lead to the web, absolute, and nothing is kept that runs, styles,
//! frames, submits or tells others who reads.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::Builder;
use dom_query::{Document, NodeRef};
use url::Url;

use super::page::is_web;
use crate::extract::{MAX_LINK, MAX_TEXT};
use crate::text::bare;

/// What may stand in it.
const TAGS: &str = "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption \
    figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small strong sub summary \
    sup table tbody td tfoot th thead time tr u ul var wbr";
/// What goes with all that it holds.
const SILENT: &str = "script style noscript template svg math iframe object embed select textarea button title dialog";
/// Elements that make lines of their own; the innermost of them hold the lines that readers vote on.
const BLOCKS: &str = "p li h1 h2 h3 h4 h5 h6 pre blockquote dd dt figcaption tr div section article ul ol table";

/// Takes the blocks out of an article's tree whose lines are all among `dropped`.
pub(super) fn drop_blocks(document: &Document, dropped: &HashSet<String>) {
    if dropped.is_empty() {
        return;
    }
    let is_block =
        |node: &NodeRef<'_>| node.node_name().is_some_and(|name| BLOCKS.split(' ').any(|block| *block == *name));
    let root = document.root();
    let blocks = root.descendants_it().filter(is_block);
    let innermost: Vec<NodeRef<'_>> =
        blocks.filter(|block| !block.descendants_it().any(|inner| inner.id != block.id && is_block(&inner))).collect();
    for block in innermost {
        let text = block.formatted_text();
        let mut lines = text.lines().map(bare::joined).filter(|words| !words.is_empty()).peekable();
        if lines.peek().is_some() && lines.all(|words| dropped.contains(&words)) {
            block.remove_from_parent();
        }
    }
}

/// `html` made harmless; `None` when nothing is left of it, or too much. Links are completed by `base`.
pub(super) fn sanitize(html: &str, base: &Url) -> Option<String> {
    let base = base.clone();
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.split(' ').collect())
        .clean_content_tags(SILENT.split(' ').collect())
        .generic_attributes(["dir", "lang", "title"].into())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt", "width", "height"])),
            ("ol", HashSet::from(["start", "reversed"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan", "scope"])),
            ("col", HashSet::from(["span"])),
            ("colgroup", HashSet::from(["span"])),
            ("time", HashSet::from(["datetime"])),
        ]))
        .set_tag_attribute_value("img", "loading", "lazy")
        .set_tag_attribute_value("img", "referrerpolicy", "no-referrer")
        .url_schemes(["http", "https", "mailto"].into())
        .link_rel(Some("noopener nofollow"))
        .strip_comments(true)
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("a", "href") => absolute(&base, value, true).map(Cow::Owned),
            ("img", "src") => absolute(&base, value, false).map(Cow::Owned),
            _ => Some(Cow::Borrowed(value)),
        });
    let clean = builder.clean(html).to_string();
    let clean = clean.trim();
    (!clean.is_empty() && clean.len() <= MAX_TEXT).then(|| clean.to_owned())
}

/// A link of the web, or, where a person may click it, one that writes a mail.
fn absolute(base: &Url, link: &str, may_be_mail: bool) -> Option<String> {
    let url = base.join(link.trim()).ok()?;
    let is_fine = is_web(&url) && url.has_host() || may_be_mail && url.scheme() == "mailto";
    (is_fine && url.as_str().len() <= MAX_LINK).then(|| url.into())
}
