//! One of a person's tokens, with everything that may be known of it.

pub(super) mod store;

use super::addresses::AddressList;
use super::list::{SecretFacts, Summary};
use crate::base::id::CredentialId;
use crate::base::text::Label;
use crate::base::time::{Span, Timestamp};
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::Scopes;
use crate::domain::accounts::Person;

/// A token as its own page shows it.
#[derive(Debug, Clone)]
pub struct Detail {
    /// What a list shows of it, with the secret that was replaced last.
    pub summary: Summary,
    /// From where it may be used; nothing if what is stored cannot be read, and then it is refused everywhere.
    pub allowed_addresses: Option<AddressList>,
    /// When somebody said that its secret had leaked.
    pub leaked_at: Option<Timestamp>,
    /// Why it was revoked, if somebody said why.
    pub revoked_reason: Option<String>,
    /// The secret that is good now.
    pub current: SecretFacts,
}

/// What a new token must be to do the same as one that is there.
#[derive(Debug, Clone)]
pub struct Duplicate {
    /// A name that is free: the token's own if it has ended, else that of a copy.
    pub name: String,
    /// Its scopes; nothing if what is stored cannot be read.
    pub scopes: Option<Scopes>,
    /// The workspace that it is locked to, by its name in addresses.
    pub workspace: Option<String>,
    /// From where it may be used; nothing if what is stored cannot be read.
    pub allowed_addresses: Option<AddressList>,
    /// How long it lives, in days rounded up; nothing for ever.
    pub days: Option<i64>,
}

/// One of the person's tokens; somebody else's does not exist.
///
/// # Errors
/// When the database does not answer.
pub async fn find(ctx: &Ctx, of: &Person, id: CredentialId) -> db::Result<Option<Detail>> {
    store::find(&mut ctx.db.read().await?, of.id(), id).await
}

/// What the form for a new token begins with, when it is to be like this one; somebody else's does not exist.
///
/// # Errors
/// When the database does not answer.
pub async fn duplicate_of(ctx: &Ctx, of: &Person, id: CredentialId) -> db::Result<Option<Duplicate>> {
    let found = find(ctx, of, id).await?;
    Ok(found.map(|token| token.duplicate(ctx.now())))
}

impl Detail {
    fn duplicate(self, now: Timestamp) -> Duplicate {
        let Summary { name, scopes, created_at, expires_at, place, .. } = &self.summary;
        Duplicate {
            name: if self.summary.is_living(now) { copy_of(name) } else { name.clone() },
            scopes: scopes.clone(),
            workspace: place.as_ref().filter(|place| place.roles.is_some()).map(|place| place.slug.clone()),
            days: expires_at.map(|end| days_up(end.since(*created_at))),
            allowed_addresses: self.allowed_addresses,
        }
    }
}

/// The name of a copy, cut so that it fits.
fn copy_of(name: &str) -> String {
    const COPY: &str = " (copy)";
    let fits = Label::MAX - COPY.len();
    format!("{}{COPY}", name.chars().take(fits).collect::<String>().trim_end())
}

fn days_up(span: Span) -> i64 {
    let day = Span::days(1).micros();
    (span.micros() + day - 1) / day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_any_name_is_a_name() {
        assert_eq!(copy_of("CI deploy"), "CI deploy (copy)");
        for name in ["é".repeat(100), format!("{} x", "a".repeat(92))] {
            assert!(Label::parse(&copy_of(&name)).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_life_is_told_in_days_that_are_enough() {
        assert_eq!([Span::ZERO, Span::seconds(1), Span::days(30), Span::hours(721)].map(days_up), [0, 1, 30, 31]);
    }
}
