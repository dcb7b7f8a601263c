//! An item as a Markdown document: title, link, text.

use super::{Error, Result, read_content};
use crate::app::App;
use crate::domain::{ContentId, UserId};
use crate::text::{clean, markup};

/// The text of an item of `owner`, in the trash or not, as Markdown under its title. What was Markdown already stays as it is.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs, or has no text; [`Error::Database`].
pub async fn read_markdown(app: &App, owner: UserId, id: ContentId) -> Result<String> {
    let found = read_content(app, owner, id).await?;
    let text = found.texts.full_text.ok_or(Error::NotFound("Text"))?;
    if found.item.full_text_type.as_deref() == Some("markdown") {
        return Ok(text);
    }
    let html = found.texts.reader_html;
    // Large texts take a while; other requests shall not wait for them.
    let converted = tokio::task::spawn_blocking(move || html.and_then(|html| markup::to_markdown(&html)));
    let text = converted.await.unwrap_or_default().unwrap_or(text);
    let title = clean::line(&found.item.title, usize::MAX).unwrap_or_default();
    let link = Some(found.item.link).filter(|link| !link.is_empty()).map(|link| format!("<{link}>\n\n"));
    Ok(format!("# {title}\n\n{}{text}\n", link.unwrap_or_default()))
}
