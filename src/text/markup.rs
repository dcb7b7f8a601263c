//! HTML into a tree, or, where the tree would be a trap, straight into words.
//!
//! Parsers of HTML are linear on pages that people write and worse on pages made to hurt: a hundred thousand nested
//! elements or attributes take them minutes. [`parse`] therefore feeds the parser piece by piece and stops when tree or
//! time get out of hand; [`strip`] reads any page once, from left to right, and needs no tree.

mod markdown;
mod strip;
mod tags;

use std::time::{Duration, Instant};

use dom_query::{Document, NodeRef};
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document, tree_builder::TreeBuilderOpts};

pub use markdown::to_markdown;
pub use strip::{decode_entities, strip};
pub use tags::{Piece, meta, tags};

/// The longest page that becomes a tree, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most elements of a tree.
pub const MAX_ELEMENTS: usize = 150_000;
/// The most elements within one another.
pub const MAX_DEPTH: usize = 512;
/// Texts and comments count as well, but there are about as many of them as of elements.
const MAX_NODES: usize = 3 * MAX_ELEMENTS;
/// Between two looks at the tree, in bytes: little enough that no piece can do much harm.
const PIECE: usize = 1024;
/// What is left for tricks that show neither in depth nor in size. Large honest pages take a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(5);

/// A page whose tree would be too large, too deep, or too slow to build.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the page is too complex to be read as a tree")]
pub struct TooComplex;

/// The tree of a page, scripting off: `noscript` is part of it.
///
/// # Errors
/// [`TooComplex`], before much time has gone by.
pub fn parse(html: &str) -> Result<Document, TooComplex> {
    if html.len() > MAX_BYTES {
        return Err(TooComplex);
    }
    let began = Instant::now();
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() },
        ..ParseOpts::default()
    };
    let mut parser = parse_document(Document::default(), options);
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.ceil_char_boundary(PIECE));
        parser.process(piece.into());
        let tree = &parser.tokenizer.sink.sink;
        if tree.tree.len() > MAX_NODES || open_elements(tree) > MAX_DEPTH || began.elapsed() > PATIENCE {
            return Err(TooComplex);
        }
        // The parser's complaints are of no use to anybody, and there may be millions.
        tree.errors.borrow_mut().clear();
        rest = after;
    }
    let document = parser.finish();
    if is_bounded(&document) { Ok(document) } else { Err(TooComplex) }
}

/// About how many elements are open at this point of the page: the length of the tree's last branch. What stands in a
/// table but not in its cells is moved before the table, so that branch counts as well.
fn open_elements(document: &Document) -> usize {
    let branch = |start| std::iter::successors(start, NodeRef::last_child).take(MAX_DEPTH + 1);
    let last: Vec<NodeRef<'_>> = branch(document.root().last_child()).collect();
    let table = last.iter().rposition(|node| node.node_name().is_some_and(|name| &*name == "table"));
    let moved = table.map_or(0, |at| at + branch(last[at].prev_sibling()).count());
    last.len().max(moved)
}

/// How many elements a tree has.
pub fn elements(document: &Document) -> usize {
    document.root().descendants_it().filter(NodeRef::is_element).count()
}

/// Counts exactly, without recursion: a branch that was closed again, or moved out of a table, counts too.
fn is_bounded(document: &Document) -> bool {
    let mut elements = 0;
    let mut waiting = vec![(document.root(), 0)];
    while let Some((node, depth)) = waiting.pop() {
        elements += usize::from(node.is_element());
        if depth > MAX_DEPTH || elements > MAX_ELEMENTS {
            return false;
        }
        waiting.extend(node.children_it(true).map(|child| (child, depth + 1)));
    }
    true
}
