//! Notion's rich text: pieces of text, each with its decorations.

use serde_json::Value;

/// The text alone.
pub(super) fn plain(pieces: &Value) -> String {
    each(pieces).map(|(text, decorations)| said(text, decorations)).collect()
}

/// The text as Markdown, on one line or several.
pub(super) fn markdown(pieces: &Value) -> String {
    each(pieces).map(|(text, decorations)| decorated(&said(text, decorations), decorations)).collect()
}

fn each(pieces: &Value) -> impl Iterator<Item = (&str, &[Value])> {
    pieces.as_array().into_iter().flatten().filter_map(|piece| {
        let decorations = piece[1].as_array().map(Vec::as_slice).unwrap_or_default();
        Some((piece[0].as_str()?, decorations))
    })
}

/// What a piece says; a lone sign stands for a formula, a date or a mention.
fn said(text: &str, decorations: &[Value]) -> String {
    for decoration in decorations {
        match decoration[0].as_str() {
            Some("e") if text == "⁍" => return format!("${}$", decoration[1].as_str().unwrap_or_default()),
            Some("d") if text == "‣" => return decoration[1]["start_date"].as_str().unwrap_or_default().to_owned(),
            Some("lm") if text == "‣" => return decoration[1]["title"].as_str().unwrap_or_default().to_owned(),
            _ => {}
        }
    }
    if text == "‣" { String::new() } else { text.to_owned() }
}

fn decorated(text: &str, decorations: &[Value]) -> String {
    let words = text.trim();
    if words.is_empty() {
        return text.to_owned();
    }
    let (before, after) = text.split_once(words).unwrap_or_default();
    let mut out = words.to_owned();
    let has = |name: &str| decorations.iter().any(|decoration| decoration[0] == name);
    for (name, sign) in [("c", "`"), ("b", "**"), ("i", "*"), ("s", "~~")] {
        if has(name) {
            out = format!("{sign}{out}{sign}");
        }
    }
    let link = decorations.iter().find(|decoration| decoration[0] == "a").and_then(|link| link[1].as_str());
    if let Some(link) = link.filter(|link| link.starts_with("http")) {
        out = format!("[{out}]({link})");
    }
    format!("{before}{out}{after}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn decorations_become_markdown_and_signs_what_they_stand_for() {
        let pieces = json!([
            ["Fire "], ["slowly ", [["b"], ["i"]]], ["at ", []], ["⁍", [["e", "6 + 4"]]], [" from "],
            ["‣", [["d", { "type": "date", "start_date": "2024-05-06" }]]], [" by "], ["‣", [["u", "someone"]]],
            ["here", [["a", "https://example.org/"]]], [5], ["code", [["c"]]],
        ]);
        assert_eq!(
            markdown(&pieces),
            "Fire ***slowly*** at $6 + 4$ from 2024-05-06 by [here](https://example.org/)`code`"
        );
        assert_eq!(plain(&pieces), "Fire slowly at $6 + 4$ from 2024-05-06 by herecode");
        assert_eq!(markdown(&json!(null)), "");
    }
}
