//! A service account that shows a secret of its own: what OAuth calls client authentication (RFC 6749 §2.3).

use super::account::of_client_id;
use crate::base::net::Origin;
use crate::db::{self, Stale};
use crate::domain::Ctx;
use crate::domain::credentials::{Demand, Granted, Kind, Refusal, Sender, Unverified, authenticate};
use crate::domain::limits::{Counted, Exhausted, Rate};

/// How many wrong secrets of one client a network may present a minute before it is told to wait. The right one is never
/// held up by them.
const WRONG: u32 = 50;
/// Longer than any id of a client.
const LONGEST_ID: usize = 100;

/// Why a service account did not show that it is the one.
#[derive(Debug, thiserror::Error)]
pub enum ServiceSignInError {
    /// Unknown id, wrong secret, another account's secret, deleted, suspended, not from here: nobody learns which.
    #[error("unknown client or wrong secret")]
    Wrong,
    /// Too many requests, or too many wrong secrets.
    #[error(transparent)]
    TooMany(Exhausted),
    /// Nobody can say now.
    #[error(transparent)]
    Stale(#[from] Stale),
    /// The database did not answer.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// The service account with this client id, if the secret is one of its own, and good now and from here.
///
/// # Errors
/// [`ServiceSignInError::Wrong`] for every reason that lies with id and secret.
pub async fn sign_in(
    ctx: &Ctx,
    client_id: &str,
    secret: &str,
    sender: Sender,
    origin: &Origin,
) -> Result<Granted, ServiceSignInError> {
    let wanted = of_client_id(client_id);
    match by_secret(ctx, secret, sender, origin).await?.filter(|granted| wanted == Some(granted.credential())) {
        Some(granted) => Ok(granted),
        None => Err(wrong(ctx, client_id, origin)),
    }
}

/// The service account whose secret this is, if it is good now and from here, without saying which one it should be.
///
/// # Errors
/// [`ServiceSignInError::Wrong`] for every reason that lies with the secret.
pub async fn recognise(ctx: &Ctx, secret: &str, sender: Sender, origin: &Origin) -> Result<Granted, ServiceSignInError> {
    match by_secret(ctx, secret, sender, origin).await? {
        Some(granted) => Ok(granted),
        None => Err(wrong(ctx, "", origin)),
    }
}

/// The account of a secret that is good.
async fn by_secret(ctx: &Ctx, secret: &str, sender: Sender, origin: &Origin) -> Result<Option<Granted>, ServiceSignInError> {
    let demand = Demand { kinds: vec![Kind::Service], sender, ..Demand::default() };
    let granted = match authenticate(ctx, secret, &demand, origin).await {
        Ok(granted) => Some(granted),
        Err(Unverified::Refused { refusal: Refusal::RateLimited(exhausted) | Refusal::TooManyUnknown(exhausted), .. }) => {
            return Err(ServiceSignInError::TooMany(exhausted));
        }
        Err(Unverified::Refused { .. }) => None,
        Err(Unverified::Stale(stale)) => return Err(stale.into()),
        Err(Unverified::Unexpected(error)) => return Err(error.into()),
    };
    // What a secret bought buys nothing: it would never end.
    Ok(granted.filter(Granted::is_secret))
}

/// Counts a wrong secret, by the client it is for and the network it comes from.
fn wrong(ctx: &Ctx, client_id: &str, origin: &Origin) -> ServiceSignInError {
    let id = if client_id.len() > LONGEST_ID { String::new() } else { client_id.to_owned() };
    let counted = Counted::WrongClientSecret(id, origin.network());
    match ctx.limits.take(counted, Rate::per_minute(WRONG), ctx.now()) {
        Ok(_) => ServiceSignInError::Wrong,
        Err(exhausted) => ServiceSignInError::TooMany(exhausted),
    }
}
