//! Does the page say that there is no such page, whatever its status says?
//!
//! In doubt it is the page. To teach it another language: what a page calls itself in [`NAMES`], and one in
//! `tests/it/extract/walls.rs`.

use dom_query::Document;

use super::wall;
use crate::text::clean;

/// What a page calls itself that is not there: a part of its title between what sites set around it, lower case.
const NAMES: [&str; 30] = [
    "404",
    "404 error",
    "404 not found",
    "404 page not found",
    "error 404",
    "http 404",
    "not found",
    "page not found",
    "page not found (404)",
    "oops! page not found",
    "sorry, page not found",
    "file not found",
    "nothing found",
    "this page could not be found",
    "404: this page could not be found",
    "this page does not exist",
    "page does not exist",
    "page doesn't exist",
    "seite nicht gefunden",
    "page introuvable",
    "page non trouvée",
    "página no encontrada",
    "página não encontrada",
    "pagina non trovata",
    "pagina niet gevonden",
    "sidan hittades inte",
    "siden blev ikke fundet",
    "nie znaleziono strony",
    "страница не найдена",
    "ページが見つかりません",
];
/// What stands between a page's name and its site's.
const SEPARATORS: [char; 8] = ['|', '-', '–', '—', '·', '•', ':', '»'];

/// By its title, on a page that says little else or says so again in its heading; what calls itself an article is one.
pub(super) fn is_missing(document: &Document) -> bool {
    let says_so = |selector| names_missing(&document.select_single(selector).text());
    says_so("title")
        && (wall::says_little(document) || says_so("h1"))
        && !document.select("meta[property='og:type'][content='article']").exists()
}

fn names_missing(text: &str) -> bool {
    let text = clean::line(text, 200).unwrap_or_default().to_lowercase().replace('’', "'");
    let is_name = |part: &str| NAMES.contains(&part.trim_matches(|c: char| c.is_whitespace() || "!.…".contains(c)));
    is_name(&text) || text.split(SEPARATORS).any(is_name)
}
