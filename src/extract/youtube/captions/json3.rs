//! `fmt=json3`: events with a time, each of a few words.
//!
//! Read one by one, so that a file of a million empty events takes no memory.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::{MAX_PIECE, MAX_SEGMENTS, segment};
use crate::extract::Segment;

#[derive(Deserialize)]
struct Captions {
    #[serde(default, deserialize_with = "segments")]
    events: Vec<Segment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(default)]
    t_start_ms: f64,
    #[serde(default)]
    d_duration_ms: f64,
    /// None in events that only style others.
    #[serde(default, deserialize_with = "words")]
    segs: String,
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    utf8: String,
}

/// The pieces. Events that only roll the lines on (`aAppend`) hold a line break and nothing else.
pub(super) fn parse(text: &str) -> Vec<Segment> {
    serde_json::from_str::<Captions>(text).map(|captions| captions.events).unwrap_or_default()
}

fn segments<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<Segment>, D::Error> {
    each(list, |segments: &mut Vec<Segment>, event: Event| {
        segments.extend(segment(&event.segs, event.t_start_ms / 1_000.0, event.d_duration_ms / 1_000.0));
        segments.len() < MAX_SEGMENTS
    })
}

fn words<'de, D: Deserializer<'de>>(list: D) -> Result<String, D::Error> {
    each(list, |text: &mut String, words: Words| {
        text.push_str(&words.utf8);
        text.len() < 4 * MAX_PIECE
    })
}

/// Takes a list's elements one by one as long as `take` wants more, and steps over the rest.
fn each<'de, D, T, A>(list: D, take: impl FnMut(&mut A, T) -> bool) -> Result<A, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
    A: Default,
{
    list.deserialize_seq(Each { take, kinds: PhantomData })
}

struct Each<F, T, A> {
    take: F,
    kinds: PhantomData<(T, A)>,
}

impl<'de, F: FnMut(&mut A, T) -> bool, T: Deserialize<'de>, A: Default> Visitor<'de> for Each<F, T, A> {
    type Value = A;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(mut self, mut list: S) -> Result<A, S::Error> {
        let mut taken = A::default();
        while let Some(element) = list.next_element()? {
            if !(self.take)(&mut taken, element) {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                break;
            }
        }
        Ok(taken)
    }
}
