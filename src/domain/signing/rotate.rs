//! Making keys, and putting them out of use.

use serde_json::{Value, json};

use super::store::{self, KeyRow};
use super::{LEEWAY, LONGEST_LIFE, keyring};
use crate::base::jwt::PrivateKey;
use crate::base::net::Origin;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event, Outcome};

/// How long a key is published before it signs: longer than anybody keeps what is published.
const AHEAD: Span = Span::minutes(10);
/// How long a key signs.
const SIGNS: Span = Span::days(90);

/// How a key makes way for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// In its time: no token is refused because of it.
    Overlapping,
    /// At once, with every token that it signed: it has leaked.
    AtOnce,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The new key's name.
    pub kid: String,
    /// From when it signs.
    pub signs_from: Timestamp,
}

/// Reads the keys, and makes the first one where there is none. Of several processes that start at once one makes it.
///
/// # Errors
/// When the database does not do it, or holds a key that is not ours.
pub async fn open(ctx: &Ctx) -> db::Result<()> {
    let now = ctx.now();
    if keyring::load(ctx).await?.signing(now).is_some() {
        return Ok(());
    }
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    if store::newest(&mut tx).await?.is_none() {
        store::insert(&mut tx, &new_key(ctx, now), now).await?;
        tx.commit().await?;
    }
    keyring::load(ctx).await.map(drop)
}

/// Makes a new key.
///
/// # Errors
/// When the database does not do it; then the old one is still there.
pub async fn rotate(ctx: &Ctx, how: Rotation, origin: &Origin) -> db::Result<Rotated> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let rotated = rotate_in(&mut tx, ctx, how, origin).await?;
    tx.commit().await?;
    keyring::load(ctx).await?;
    Ok(rotated)
}

/// What has to be done from time to time: looks for keys that other processes made, makes the next one when its time has
/// come, and deletes those that no living token needs.
///
/// # Errors
/// When the database does not do it.
pub async fn tend(ctx: &Ctx) -> db::Result<()> {
    let now = ctx.now();
    let due = |newest: Option<Timestamp>| newest.is_some_and(|from| from + SIGNS <= now);
    let mut cx = ctx.db.read().await?;
    let (newest, ended) = (store::newest(&mut cx).await?, store::has_ended(&mut cx, now - LEEWAY).await?);
    drop(cx);
    if due(newest) || ended {
        let mut tx = ctx.db.write().await?;
        tx.alone().await?;
        // Another process may have come first.
        if due(store::newest(&mut tx).await?) {
            rotate_in(&mut tx, ctx, Rotation::Overlapping, &Origin::local("the schedule")).await?;
        }
        store::delete_ended(&mut tx, now - LEEWAY).await?;
        tx.commit().await?;
    }
    keyring::load(ctx).await.map(drop)
}

async fn rotate_in(tx: &mut Tx, ctx: &Ctx, how: Rotation, origin: &Origin) -> db::Result<Rotated> {
    let now = ctx.now();
    let signs_from = match how {
        Rotation::Overlapping => now + AHEAD,
        Rotation::AtOnce => now,
    };
    match how {
        Rotation::Overlapping => store::end_newest(tx, signs_from, signs_from + LONGEST_LIFE + LEEWAY).await?,
        Rotation::AtOnce => {
            tx.narrow(Change::Policy, now).await?;
            store::delete_all(tx).await?
        }
    };
    let key = new_key(ctx, signs_from);
    store::insert(tx, &key, now).await?;
    audit::record(tx, ctx, now, event(how, &key.id, origin)).await?;
    Ok(Rotated { kid: key.id, signs_from })
}

fn event<'a>(how: Rotation, kid: &str, origin: &'a Origin) -> Event<'a> {
    let details: Value = match how {
        Rotation::Overlapping => Value::Null,
        Rotation::AtOnce => json!({ "at_once": true }),
    };
    let (actor, action, outcome, target) = (Actor::System, Action::SigningKeyRotated, Outcome::Done, kid.to_owned());
    Event { actor, origin, action, outcome, account: None, workspace: None, target, details }
}

fn new_key(ctx: &Ctx, signs_from: Timestamp) -> KeyRow {
    let seed = zeroize::Zeroizing::new(ctx.rng.bytes32());
    let public = PrivateKey::from_seed(&seed).public();
    let id = public.thumbprint();
    let private_key = ctx.keys.seal(&ctx.rng, keyring::place(&id), &*seed);
    KeyRow { public_key: public.x(), private_key, signs_from, signs_until: None, published_until: None, id }
}
