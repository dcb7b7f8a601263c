//! The picture that a site is known by in a browser's tabs.

use dom_query::NodeRef;

use super::page::Page;

/// The side from which on an icon is sharp enough, in pixels.
const SHARP: u32 = 32;

/// The link to the best icon that the page names: the smallest that is sharp, a drawing before any, else the largest.
///
/// Where the page names none there may be one at `/favicon.ico`, which nobody can know who has not looked.
pub(super) fn of(page: &Page<'_>) -> Option<String> {
    let named = |selector: &str| {
        let all = page.nodes(selector);
        let best = all.iter().filter_map(|node| Some((rank(node), page.absolute(&node.attr("href")?)?)));
        best.min_by_key(|(rank, _)| *rank).map(|(_, link)| link.to_string())
    };
    named("link[rel~=icon i][href]").or_else(|| named("link[rel~='apple-touch-icon' i][href]"))
}

/// Lower is better: drawings, then what is sharp, smaller before larger, then the rest, larger before smaller.
fn rank(node: &NodeRef<'_>) -> (u8, u32) {
    let sizes = node.attr("sizes").map(|sizes| sizes.to_ascii_lowercase()).unwrap_or_default();
    let is_drawing = sizes == "any" || node.attr("type").is_some_and(|kind| kind.contains("svg"));
    let side = sizes.split_whitespace().filter_map(square).max().unwrap_or_default();
    match side {
        _ if is_drawing => (0, 0),
        SHARP.. => (1, side),
        _ => (2, SHARP - side),
    }
}

/// The side of `32x32`.
fn square(size: &str) -> Option<u32> {
    let (width, height) = size.split_once('x')?;
    width.parse().ok().filter(|_| width == height)
}
