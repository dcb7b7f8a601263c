//! A post, whoever told it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{CUT, SERVICE};
use crate::domain::Timestamp;
use crate::extract::{Extracted, FullTextType, MAX_DESCRIPTION, MAX_LINK, MAX_NAME, MAX_TEXT, MAX_TITLE};
use crate::text::{clean, language, markup};

/// Characters of a post that its title has room for.
const MAX_HEADLINE: usize = 100;

/// What is known of a post.
#[derive(Debug, Default)]
pub(super) struct Post {
    /// The author's name.
    pub(super) name: String,
    /// The author's handle, without `@`.
    pub(super) handle: String,
    /// With links written out.
    pub(super) text: String,
    pub(super) created_at: Option<Timestamp>,
    pub(super) language: Option<String>,
    /// What its pictures and videos show, in the author's words.
    pub(super) pictures: Vec<String>,
    /// A picture, or a still of the video.
    pub(super) image: Option<String>,
    pub(super) quoted: Option<Box<Post>>,
    /// Is this the beginning of a longer one?
    pub(super) is_cut: bool,
    pub(super) likes: Option<i64>,
    pub(super) replies: Option<i64>,
}

impl Post {
    pub(super) fn into_extracted(self, id: &str) -> Extracted {
        let full_text = clean::block(&self.whole_text(), MAX_TEXT);
        let author = clean::line(&self.name, MAX_NAME);
        let images = [self.image.as_ref(), self.quoted.as_ref().and_then(|quoted| quoted.image.as_ref())];
        let language = self.language.as_deref().and_then(language::primary_subtag).filter(|tag| tag.len() == 2);
        Extracted {
            title: clean::line(&self.title(), MAX_TITLE),
            description: clean::line(&self.text, MAX_DESCRIPTION),
            author_url: (!self.handle.is_empty()).then(|| format!("https://x.com/{}", self.handle)),
            author,
            thumbnail_url: images.into_iter().flatten().find(|link| is_image(link)).cloned(),
            published_at: self.created_at,
            language: language.or_else(|| full_text.as_deref().and_then(language::detect).map(str::to_owned)),
            site_name: Some(SERVICE.into()),
            full_text_type: full_text.is_some().then_some(FullTextType::Plain),
            full_text,
            provider_data: Some(self.data(id)),
            shortfall: self.is_cut.then(|| CUT.into()),
            ..Extracted::default()
        }
    }

    fn data(&self, id: &str) -> Value {
        let quoted = self.quoted.as_ref().map(|quoted| json!({ "handle": quoted.handle }));
        json!({ "id": id, "handle": self.handle, "likes": self.likes, "replies": self.replies, "quoted": quoted })
    }

    /// Who says what: the author's name and the first words.
    fn title(&self) -> String {
        let name = if self.name.is_empty() { SERVICE } else { &self.name };
        match clean::headline(&self.text, MAX_HEADLINE) {
            Some(words) => format!("{name}: {words}"),
            None => format!("A post by {name}"),
        }
    }

    /// The post, what its pictures show, and what it quotes.
    fn whole_text(&self) -> String {
        let mut text = self.text.clone();
        for picture in &self.pictures {
            let _ = write!(text, "\n\n[{picture}]");
        }
        if let Some(quoted) = &self.quoted {
            let _ = write!(text, "\n\n{} (@{}):\n{}", quoted.name, quoted.handle, quoted.whole_text());
        }
        text
    }
}

fn is_image(link: &str) -> bool {
    link.len() <= MAX_LINK && link.starts_with("https://")
}

/// `text` with its short links written out, those to its own pictures left away, and entities as characters.
pub(super) fn written_out<'a>(text: &str, links: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let mut text = text.to_owned();
    for (short, long) in links {
        // A link that is not X's own short form may be a part of other words.
        if short.starts_with("https://t.co/") {
            text = text.replace(short, long.unwrap_or_default());
        }
    }
    markup::decode_entities(&text).trim().to_owned()
}
