//! What is said in an episode, in whichever form its makers give it.

mod cues;
mod pieces;

use url::Url;

use crate::extract::feed::{self, Entry, Transcript};
use crate::extract::said::paragraphs;
use crate::extract::{MAX_TEXT, ParseError, Reach, Result, Segment};
use crate::text::{charset, clean, language, markup};

/// The most bytes of a transcript; a long talk with a time for each word has a few.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// The most pieces.
const MAX_SEGMENTS: usize = 50_000;
/// Forms, the best first: those with times, then those for readers.
const FORMS: [&str; 6] =
    ["text/vtt", "application/srt", "application/x-subrip", "application/json", "text/html", "text/plain"];

/// What was said.
pub(super) struct Said {
    pub(super) text: String,
    /// Empty where the form has no times.
    pub(super) segments: Vec<Segment>,
}

/// The best of an episode's transcripts; `None` when it has none.
pub(super) async fn read(reach: &Reach<'_>, entry: &Entry, base: &Url) -> Result<Option<Said>> {
    let Some(best) = entry.transcripts.iter().min_by_key(|one| (rank_language(reach, one), rank_form(one))) else {
        return Ok(None);
    };
    let url =
        feed::absolute(base, Some(&best.url)).and_then(|url| Url::parse(&url).ok()).ok_or(ParseError::Unreadable)?;
    let page = reach.fetcher.get(&reach.page(&url).accept("*/*").max_bytes(MAX_BYTES)).await?;
    let parsed = tokio::task::spawn_blocking(move || of_text(&charset::decode(&page.body, None, None)));
    Ok(Some(parsed.await.ok().flatten().ok_or(ParseError::Unreadable)?))
}

/// A language of the owner's comes first, then the episode's own.
fn rank_language(reach: &Reach<'_>, transcript: &Transcript) -> usize {
    let known = transcript.language.as_deref().and_then(language::primary_subtag);
    let Some(known) = known else { return reach.languages.len() };
    reach.languages.iter().position(|own| *own == known).unwrap_or(reach.languages.len() + 1)
}

fn rank_form(transcript: &Transcript) -> usize {
    let kind = transcript.kind.split(';').next().unwrap_or_default().trim();
    FORMS.iter().position(|form| *form == kind).unwrap_or(FORMS.len())
}

/// The types that feeds name are wrong too often; the text itself says what it is.
pub(super) fn of_text(text: &str) -> Option<Said> {
    let start = text.trim_start_matches('\u{FEFF}').trim_start();
    let segments = if start.starts_with('{') {
        pieces::read(start)
    } else if start.contains("-->") && !start.starts_with("<!") {
        cues::read(start)
    } else {
        Vec::new()
    };
    if start.starts_with('{') && segments.is_empty() {
        return None;
    }
    let text = if segments.is_empty() {
        let is_markup = start.starts_with('<');
        clean::block(&if is_markup { markup::strip(start, MAX_TEXT) } else { start.to_owned() }, MAX_TEXT)?
    } else {
        clean::block(&paragraphs(&segments), MAX_TEXT)?
    };
    Some(Said { text, segments })
}

/// A piece, unless there is nothing in it or its times are none.
fn segment(text: &str, start: f64, end: f64) -> Option<Segment> {
    let is_time = |seconds: f64| seconds.is_finite() && (0.0..1e6).contains(&seconds);
    let text = clean::line(text, MAX_TEXT).filter(|_| is_time(start))?;
    Some(Segment { text, start, duration: if is_time(end) { (end - start).max(0.0) } else { 0.0 } })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::of_text;

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_every_piece_has_its_time(parts in prop::collection::vec(prop_oneof![
            Just("WEBVTT\n\n".to_owned()), Just("00:01.000 --> 00:02.000\n".to_owned()), Just("99999999999:00:00,5 --> x\n".to_owned()),
            Just("<v Ada>".to_owned()), Just("<v".to_owned()), Just("\n\n".to_owned()), Just("-->".to_owned()), Just("1e308:1e308 --> nan:inf\n".to_owned()),
            Just("{\"segments\":[{\"startTime\":1e300,\"body\":\"x\"}]}".to_owned()), any::<String>(),
        ], 0..40)) {
            if let Some(said) = of_text(&parts.concat()) {
                prop_assert!(!said.text.is_empty());
                prop_assert!(said.segments.iter().all(|one| one.start.is_finite() && one.duration >= 0.0 && !one.text.is_empty()));
            }
        }
    }
}
