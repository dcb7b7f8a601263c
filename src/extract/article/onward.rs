//! Does a page send its visitors on at once? Shortened links do, and pages that have moved, where no status says so.

use dom_query::Document;
use url::Url;

use super::page::Page;
use super::wall;

/// Who waits longer than this has something to read meanwhile, in seconds.
const MAX_DELAY: f32 = 30.0;

/// Where `<meta http-equiv=refresh>` leads, on a page that says little else and is not led back to.
pub(super) fn of(document: &Document, url: &Url) -> Option<Url> {
    let refreshes = document.select("meta[http-equiv='refresh' i][content]");
    if !refreshes.exists() {
        return None;
    }
    let page = Page::new(document, url);
    let onward = refreshes.nodes().iter().find_map(|node| {
        let to = page.absolute(target(&node.attr("content")?)?)?;
        // Whoever runs no scripts is sent to the page itself by a link that was shortened, and to an excuse by an application.
        let is_excuse = node.parent().is_some_and(|parent| parent.has_name("noscript")) && to.host() == url.host();
        (!is_excuse && without_fragment(&to) != without_fragment(url)).then_some(to)
    })?;
    wall::says_little(document).then_some(onward)
}

/// The link in `0; url=https://…`, if its time comes soon.
fn target(content: &str) -> Option<&str> {
    let (delay, rest) = content.split_once([';', ','])?;
    let is_soon = delay.trim().parse::<f32>().is_ok_and(|seconds| (0.0..=MAX_DELAY).contains(&seconds));
    let rest = rest.trim_start();
    let named = rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).and(rest.get(3..));
    let link = named.and_then(|named| named.trim_start().strip_prefix('=')).unwrap_or(rest);
    is_soon.then(|| link.trim().trim_matches(['\'', '"']))
}

fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}
