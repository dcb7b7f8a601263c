//! Whose token is this, and what may it do?

use chrono::TimeDelta;

use super::{Error, Result};
use crate::app::App;
use crate::auth::api_token;
use crate::domain::{ApiTokenId, Scopes};
use crate::store::{api_tokens, users};

/// Somebody whose token holds.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub user: users::User,
    /// What the token may do.
    pub scopes: Scopes,
    /// Not a sign-in, but a personal API token.
    pub by_api_token: bool,
}

/// Finds the user of a session token or a personal API token.
///
/// # Errors
/// [`Error::InvalidToken`] when it does not hold, or no longer; [`Error::Database`] when that can't be known now.
pub async fn authenticate(app: &App, token: &str) -> Result<Caller> {
    let caller =
        if api_token::looks_like(token) { by_api_token(app, token).await? } else { by_session(app, token).await? };
    if caller.user.disabled_at.is_some() { Err(Error::InvalidToken) } else { Ok(caller) }
}

async fn by_session(app: &App, token: &str) -> Result<Caller> {
    let claims = app.tokens.verify(token, app.clock.now()).map_err(|_| Error::InvalidToken)?;
    let user = users::find(&app.db, claims.user).await?.ok_or(Error::InvalidToken)?;
    if claims.revoked_by(user.tokens_valid_after) {
        return Err(Error::InvalidToken);
    }
    Ok(Caller { user, scopes: Scopes::ALL, by_api_token: false })
}

async fn by_api_token(app: &App, token: &str) -> Result<Caller> {
    let now = app.clock.now();
    let found = api_tokens::find_by_hash(&app.db, api_token::hash(token)).await?.ok_or(Error::InvalidToken)?;
    if found.expires_at.is_some_and(|at| at <= now) {
        return Err(Error::InvalidToken);
    }
    // To the minute: a busy script must not turn each of its reads into a write.
    if found.last_used_at.is_none_or(|at| now - at >= TimeDelta::minutes(1)) {
        note_use(app.clone(), found.id);
    }
    let scopes = found.scopes.parse().map_err(|_| Error::InvalidToken)?;
    Ok(Caller { user: found.user, scopes, by_api_token: true })
}

/// In the background: nobody waits for it, and a failure harms nobody.
fn note_use(app: App, id: ApiTokenId) {
    tokio::spawn(async move {
        let noted = async {
            let mut tx = app.db.begin().await?;
            api_tokens::touch(&mut tx, id, app.clock.now()).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the last use of an API token was not noted");
        }
    });
}
