//! JSON-LD, however clumsy, within an honest page.

#![no_main]

use brainly::extract::article;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|data: &str| {
    let url = Url::parse("https://www.example.org/posts/kiln").expect("a link");
    let page = format!(
        "<!doctype html><html lang=en><head><title>Kilns</title><script type=\"application/ld+json\">{data}</script></head>\
         <body><p>Fire it slowly.</p></body></html>"
    );
    let _ = article::read(page.as_bytes(), Some("text/html; charset=utf-8"), &url);
});
