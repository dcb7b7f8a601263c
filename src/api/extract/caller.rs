//! Who is asking, as [`crate::api::layers::authenticate`] found out.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;

use crate::actions::Caller;
use crate::api::layers::authenticate::Authenticated;
use crate::api::{Error, Result};
use crate::domain::{Scope, UserId};

/// A signed-in user whose token may do what the method means: reading for GET and HEAD, writing for the rest.
#[derive(Debug, Clone)]
pub struct CurrentUser {
    /// Who.
    pub id: UserId,
    /// All that is known of them.
    pub caller: Caller,
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let caller = match parts.extensions.get::<Authenticated>() {
            Some(Authenticated::As(caller)) => caller.clone(),
            Some(Authenticated::Refused) => return Err(Error::InvalidToken),
            Some(Authenticated::DatabaseUnavailable) => return Err(Error::DatabaseUnavailable),
            Some(Authenticated::Failed) => return Err(Error::Internal),
            None => return Err(Error::NoToken),
        };
        let needed = if matches!(parts.method, Method::GET | Method::HEAD) { Scope::Read } else { Scope::Write };
        if !caller.scopes.allows(needed) {
            return Err(Error::Forbidden("This token may not do that"));
        }
        Ok(Self { id: caller.user.id, caller })
    }
}

/// A user who signed in: what changes the account itself is not for API tokens.
#[derive(Debug, Clone)]
pub struct SessionUser {
    /// Who.
    pub id: UserId,
    /// All that is known of them.
    pub caller: Caller,
}

impl<S: Send + Sync> FromRequestParts<S> for SessionUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let CurrentUser { id, caller } = CurrentUser::from_request_parts(parts, state).await?;
        if caller.by_api_token {
            return Err(Error::Forbidden("An API token may not change the account; sign in for that"));
        }
        Ok(Self { id, caller })
    }
}

/// An administrator, whose token may do what the method means.
#[derive(Debug, Clone)]
pub struct AdminUser {
    /// Who.
    pub id: UserId,
}

impl<S: Send + Sync> FromRequestParts<S> for AdminUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let CurrentUser { id, caller } = CurrentUser::from_request_parts(parts, state).await?;
        if caller.user.is_admin { Ok(Self { id }) } else { Err(Error::Forbidden("Only an administrator may do that")) }
    }
}
