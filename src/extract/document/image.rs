//! Pictures: what kind, and how large. The picture itself is never decoded.

use serde_json::json;
use url::Url;

use crate::extract::Extracted;
use crate::extract::article::plain;

/// A larger picture is not offered as a thumbnail: whoever decodes it needs memory for each of its points.
const MAX_POINTS: u64 = 40_000_000;
/// How far into a file its size is looked for, in bytes: cameras put a small picture before it.
const MAX_HEADER: usize = 256 * 1024;

/// A format of pictures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::extract) enum Format {
    Png,
    Gif,
    Jpeg,
    Webp,
    Avif,
    Heic,
    Ico,
    Svg,
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
            Self::Ico => "image/x-icon",
            Self::Svg => "image/svg+xml",
        }
    }

    /// Width and height as the header says them, in points.
    fn size(self, body: &[u8]) -> Option<(u32, u32)> {
        let body = &body[..body.len().min(MAX_HEADER)];
        match self {
            Self::Png => Some((u32_be(body, 16)?, u32_be(body, 20)?)),
            Self::Gif => Some((u16_le(body, 6)?, u16_le(body, 8)?)),
            Self::Jpeg => size_of_jpeg(body),
            Self::Webp => size_of_webp(body),
            Self::Avif | Self::Heic => size_of_heif(body),
            // A byte each, and none for 256.
            Self::Ico => Some((*body.get(6)?, *body.get(7)?)).map(|(width, height)| (side(width), side(height))),
            Self::Svg => None,
        }
    }
}

pub(in crate::extract) fn read(format: Format, body: &[u8], url: &Url) -> Extracted {
    let size = format.size(body).filter(|(width, height)| *width > 0 && *height > 0);
    let is_sane = size.is_some_and(|(width, height)| u64::from(width) * u64::from(height) <= MAX_POINTS);
    Extracted {
        title: plain::file_name(url),
        site_name: plain::site_name(url),
        thumbnail_url: is_sane.then(|| url.to_string()),
        provider_data: Some(json!({
            "format": format.media_type(),
            "width": size.map(|(width, _)| width),
            "height": size.map(|(_, height)| height),
        })),
        ..Extracted::default()
    }
}

/// Segment by segment, up to the one that begins the picture.
fn size_of_jpeg(body: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let [0xFF, marker] = *body.get(at..at + 2)? else { return None };
        match marker {
            // Fill, and markers without a segment.
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Some((u16_be(body, at + 7)?, u16_be(body, at + 5)?));
            }
            _ => at += 2 + usize::try_from(u16_be(body, at + 2)?).ok()?,
        }
    }
}

fn size_of_webp(body: &[u8]) -> Option<(u32, u32)> {
    match body.get(12..16)? {
        b"VP8 " => Some((u16_le(body, 26)? & 0x3FFF, u16_le(body, 28)? & 0x3FFF)),
        b"VP8L" => {
            let bits = u32::from_le_bytes(body.get(21..25)?.try_into().ok()?);
            Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        b"VP8X" => {
            let side = |at: usize| Some(u16_le(body, at)? + (u32::from(*body.get(at + 2)?) << 16) + 1);
            Some((side(24)?, side(27)?))
        }
        _ => None,
    }
}

/// The largest of the pictures that a container holds.
fn size_of_heif(body: &[u8]) -> Option<(u32, u32)> {
    let boxes = body.windows(4).enumerate().filter(|(_, name)| name == b"ispe");
    let sizes = boxes.filter_map(|(at, _)| Some((u32_be(body, at + 8)?, u32_be(body, at + 12)?)));
    sizes.take(64).max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))
}

fn side(byte: u8) -> u32 {
    if byte == 0 { 256 } else { byte.into() }
}

fn u32_be(body: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(body.get(at..at + 4)?.try_into().ok()?))
}

fn u16_be(body: &[u8], at: usize) -> Option<u32> {
    Some(u16::from_be_bytes(body.get(at..at + 2)?.try_into().ok()?).into())
}

fn u16_le(body: &[u8], at: usize) -> Option<u32> {
    Some(u16::from_le_bytes(body.get(at..at + 2)?.try_into().ok()?).into())
}
