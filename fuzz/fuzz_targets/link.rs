//! Links as people save them: whatever is written, reading it twice changes nothing, and some provider or none claims it.

#![no_main]

use brainly::domain::SourceUrl;
use brainly::provider;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(link) = SourceUrl::parse(text) else { return };
    let again = SourceUrl::parse(link.as_str()).expect("a link stays one");
    assert_eq!(again.as_str(), link.as_str());
    assert_eq!(again.canonical(), link.canonical());
    let recognized = provider::recognize(&link);
    assert_eq!(recognized.kind, provider::recognize(&again).kind);
});
