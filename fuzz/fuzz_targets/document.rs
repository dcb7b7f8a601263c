//! PDFs, EPUBs and pictures. What takes them apart is other people's work, which may give up loudly: a worker has a process of
//! its own for that, so a panic counts only when it is ours. What never comes back, or takes all memory, counts in any case.

#![no_main]

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Once;

use brainly::extract::article;
use libfuzzer_sys::fuzz_target;
use url::Url;

static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| {
        set_hook(Box::new(|panic| {
            let ours = panic.location().is_some_and(|place| place.file().contains("src/extract/") || place.file().contains("src/text/"));
            if ours {
                eprintln!("{panic}");
                std::process::abort();
            }
        }));
    });
    let url = Url::parse("https://www.example.org/papers/kiln").expect("a link");
    let _ = catch_unwind(AssertUnwindSafe(|| article::read(bytes, None, &url)));
});
