//! Compresses answers for clients that ask for it: gzip, br or zstd.

use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, DefaultPredicate, Predicate, SizeAbove};

/// Answers below this many bytes fit into one packet anyhow.
const SMALLEST: u16 = 1024;

/// Compresses what is large enough and not compressed by its nature, and says `Vary: Accept-Encoding`.
pub(super) fn layer() -> CompressionLayer<And<DefaultPredicate, SizeAbove>> {
    // Answers are made for one person and sent once: time counts more than the last percent.
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(DefaultPredicate::new().and(SizeAbove::new(SMALLEST)))
}
