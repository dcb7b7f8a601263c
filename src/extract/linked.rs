//! The article that a post is about: read after the post, kept with it.

use super::sites::{self, Link};
use super::{Extracted, FullTextType, MAX_TEXT, Reach};
use crate::domain::SourceUrl;
use crate::text::clean;

/// Reads what `post` links to and puts it before what was said of it. The post is there with or without it: what is
/// missing becomes the shortfall of `found`.
///
/// Goes one step: a post that another post is about is read without its own article.
pub(super) async fn add_article(reach: &Reach<'_>, post: &Link<'_>, found: &mut Extracted, link: &str) {
    let Ok(article) = link.parse::<SourceUrl>() else { return };
    if !post.is_first {
        return;
    }
    match sites::read_linked(reach, &article).await {
        Ok(article) => match article.wall {
            None => join(found, article),
            Some(wall) => found.shortfall = Some(missing(&wall.for_people())),
        },
        Err(error) => found.shortfall = Some(missing(&error.for_people())),
    }
}

fn missing(why: &str) -> String {
    format!("The article itself could not be read: {why}")
}

/// The article comes first; what was said of it after.
fn join(found: &mut Extracted, article: Extracted) {
    let said = found.full_text.take();
    let texts: Vec<String> = article.full_text.into_iter().chain(said).collect();
    found.full_text = clean::block(&texts.join("\n\n"), MAX_TEXT);
    found.full_text_type = found.full_text.is_some().then_some(FullTextType::Plain);
    found.description = article.description;
    found.thumbnail_url = article.thumbnail_url.or(found.thumbnail_url.take());
    found.language = article.language;
    found.tags.extend(article.tags);
    found.shortfall = found.shortfall.take().or(article.shortfall);
}
