//! Personal API tokens: made, listed, removed.

use super::{Error, Result};
use crate::app::App;
use crate::auth;
use crate::domain::{ApiTokenId, Scopes, Timestamp, TokenName, UserId};
use crate::store::{api_tokens, users};

pub use crate::store::api_tokens::ApiToken;

/// The most tokens that a user may have.
const MAX_TOKENS: usize = 100;

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewApiToken {
    /// What the owner calls it.
    pub name: TokenName,
    /// What it may do.
    pub scopes: Scopes,
    /// Void from then on; never when there is none.
    pub expires_at: Option<Timestamp>,
}

/// A token that was just made.
#[derive(Debug)]
pub struct MadeApiToken {
    /// What is kept of it.
    pub token: ApiToken,
    /// Its text, which nobody can show again.
    pub text: auth::ApiToken,
}

/// The tokens of a user, oldest first; those that have expired stay until they are removed.
///
/// # Errors
/// [`Error::Database`].
pub async fn list_api_tokens(app: &App, owner: UserId) -> Result<Vec<ApiToken>> {
    Ok(api_tokens::list(&app.db, owner).await?)
}

/// Makes a token for `owner`, as they were when their own token was checked.
///
/// # Errors
/// [`Error::Invalid`] when it would have expired already or there are too many; [`Error::InvalidToken`] when the owner's
/// sessions were ended meanwhile; [`Error::Database`].
pub async fn create_api_token(app: &App, owner: &users::User, new: NewApiToken) -> Result<MadeApiToken> {
    let now = app.clock.now();
    if new.expires_at.is_some_and(|at| at <= now) {
        return Err(Error::Invalid("expiresAt must be in the future".into()));
    }
    let text = auth::ApiToken::generate();
    let token = ApiToken {
        id: ApiTokenId::new(now),
        name: new.name.as_str().to_owned(),
        scopes: new.scopes.to_string(),
        expires_at: new.expires_at,
        last_used_at: None,
        created_at: now,
    };
    let mut tx = app.db.begin().await?;
    // A session that is being ended must not leave a key behind.
    let found = users::lock(&mut tx, owner.id).await?.ok_or(Error::InvalidToken)?;
    if found.user.tokens_valid_after != owner.tokens_valid_after {
        return Err(Error::InvalidToken);
    }
    if api_tokens::list(&mut tx, owner.id).await?.len() >= MAX_TOKENS {
        return Err(Error::Invalid(format!("You have {MAX_TOKENS} tokens, which is the most; remove one first")));
    }
    api_tokens::create(&mut tx, owner.id, &token, text.hash()).await?;
    tx.commit().await?;
    Ok(MadeApiToken { token, text })
}

/// Voids a token.
///
/// # Errors
/// [`Error::NotFound`] when there is none of that id, [`Error::Database`].
pub async fn delete_api_token(app: &App, owner: UserId, id: ApiTokenId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if !api_tokens::delete(&mut tx, owner, id).await? {
        return Err(Error::NotFound("Token"));
    }
    Ok(tx.commit().await?)
}
