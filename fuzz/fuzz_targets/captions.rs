//! Captions and transcripts, in all their forms: every piece says something, at a time that there is.

#![no_main]

use brainly::extract::captions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for piece in captions(text) {
        assert!(!piece.text.is_empty());
        assert!(piece.start.is_finite() && piece.start >= 0.0);
        assert!(piece.duration.is_finite() && piece.duration >= 0.0);
    }
});
