//! The token policy: who may hold tokens, and for how long. It binds when a token is made and whenever it is used.

use serde_json::json;

use super::administrator::ConfirmedAdministrator;
use super::store;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Change, Db};
use crate::domain::Ctx;
use crate::domain::accounts::{Role, Roles};
use crate::domain::audit::{self, Action, Actor, Event};

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// Whether tokens may live for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoExpiry {
    /// They may.
    Allowed,
    /// Each must have an end.
    Forbidden,
}

/// How long a token may live at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Longest(Option<i64>);

impl Longest {
    /// Without a bound.
    pub const UNBOUNDED: Self = Self(None);

    /// So many days: 1 to 3650, else nothing.
    pub fn days(days: i64) -> Option<Self> {
        (1..=3650).contains(&days).then_some(Self(Some(days)))
    }

    /// The number of days, if there is a bound.
    pub fn as_days(self) -> Option<i64> {
        self.0
    }
}

/// The roles whose holders may have tokens; `*` is everybody, an empty list nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedRoles(Vec<String>);

impl AllowedRoles {
    /// Everybody.
    pub fn everybody() -> Self {
        Self(vec!["*".to_owned()])
    }

    /// Words separated by commas or white space; `*` for everybody, nothing for nobody.
    ///
    /// # Errors
    /// The word that is no role.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut words = Vec::new();
        for word in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty()) {
            if word != "*" && Role::parse(word).is_none() {
                return Err(word.to_owned());
            }
            if !words.iter().any(|w| w == word) {
                words.push(word.to_owned());
            }
        }
        Ok(Self(words))
    }

    /// The words.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    fn include(&self, roles: &Roles) -> bool {
        self.0.iter().any(|word| word == "*" || roles.has(word))
    }
}

/// The policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPolicy {
    /// Whether people may use API tokens at all.
    pub tokens: Switch,
    /// Whose holders may.
    pub allowed_roles: AllowedRoles,
    /// How long a token may live.
    pub longest: Longest,
    /// Whether a token may live for ever.
    pub no_expiry: NoExpiry,
}

/// What an administrator wants the policy to be.
pub type PolicyDraft = TokenPolicy;

/// Why the policy forbids a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// API tokens are switched off.
    #[error("API tokens are switched off. Ask an administrator to allow them.")]
    SwitchedOff,
    /// None of the person's roles is allowed to have tokens.
    #[error("Your roles do not include one that may use API tokens. Ask an administrator.")]
    Role,
    /// The token lives longer than the policy allows.
    #[error("This token lives longer than the token policy allows. Create one with a shorter life.")]
    LivesTooLong,
}

/// Why a policy makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyProblem {
    /// A bound and no bound.
    #[error("A longest life and tokens without expiry exclude each other. Choose one.")]
    BoundAndNoExpiry,
}

/// Why the policy was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// It makes no sense.
    #[error(transparent)]
    Problem(#[from] PolicyProblem),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl TokenPolicy {
    /// Whether somebody with these roles may hold tokens.
    ///
    /// # Errors
    /// Why not.
    pub fn permits(&self, roles: &Roles) -> Result<(), Forbidden> {
        match self.tokens {
            Switch::Off => Err(Forbidden::SwitchedOff),
            Switch::On if self.allowed_roles.include(roles) => Ok(()),
            Switch::On => Err(Forbidden::Role),
        }
    }

    /// Whether a token may live from `created_at` to `expires_at`.
    ///
    /// # Errors
    /// [`Forbidden::LivesTooLong`].
    pub fn permits_life(&self, created_at: Timestamp, expires_at: Option<Timestamp>) -> Result<(), Forbidden> {
        let fits = match (expires_at, self.longest.as_days()) {
            (None, _) => self.no_expiry == NoExpiry::Allowed,
            (Some(_), None) => true,
            (Some(end), Some(days)) => end <= created_at + Span::days(days),
        };
        if fits { Ok(()) } else { Err(Forbidden::LivesTooLong) }
    }

    /// Whether an owner with these roles may use a token with this life now.
    ///
    /// # Errors
    /// Why not.
    pub fn permits_use(&self, owner: &Roles, created_at: Timestamp, expires_at: Option<Timestamp>) -> Result<(), Forbidden> {
        self.permits(owner)?;
        self.permits_life(created_at, expires_at)
    }

    fn check(&self) -> Result<(), PolicyProblem> {
        if self.no_expiry == NoExpiry::Allowed && self.longest != Longest::UNBOUNDED {
            return Err(PolicyProblem::BoundAndNoExpiry);
        }
        Ok(())
    }
}

/// The policy as it is now.
///
/// # Errors
/// When the database does not answer.
pub async fn policy(db: &Db) -> db::Result<TokenPolicy> {
    store::policy(&mut db.read().await?).await
}

/// When the policy was last changed; nothing if it is as it came.
///
/// # Errors
/// When the database does not answer.
pub async fn policy_changed_at(db: &Db) -> db::Result<Option<Timestamp>> {
    store::changed_at(&mut db.read().await?).await
}

/// Changes the policy. It binds every token on its next request.
///
/// # Errors
/// When it makes no sense.
pub async fn change_policy(ctx: &Ctx, by: &ConfirmedAdministrator, draft: PolicyDraft) -> Result<(), ChangeError> {
    draft.check()?;
    let (now, person) = (ctx.now(), by.person());
    let mut tx = ctx.db.write().await?;
    let before = store::policy(&mut tx).await?;
    if before == draft {
        return Ok(());
    }
    store::save(&mut tx, &draft, now).await?;
    tx.narrow(Change::Policy, now).await?;
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::PolicyChanged, person.id())
        .with(json!({ "before": describe(&before), "after": describe(&draft) }));
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(())
}

fn describe(policy: &TokenPolicy) -> serde_json::Value {
    json!({
        "tokens": if policy.tokens == Switch::On { "on" } else { "off" },
        "roles": policy.allowed_roles.words(),
        "longestLifeDays": policy.longest.as_days(),
        "noExpiry": if policy.no_expiry == NoExpiry::Allowed { "allowed" } else { "forbidden" },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> TokenPolicy {
        TokenPolicy {
            tokens: Switch::On,
            allowed_roles: AllowedRoles::everybody(),
            longest: Longest::days(90).expect("in range"),
            no_expiry: NoExpiry::Forbidden,
        }
    }

    #[test]
    fn nobody_is_allowed_by_an_empty_list_and_everybody_by_a_star() {
        assert_eq!(open().permits(&Roles::user()), Ok(()));
        let nobody = TokenPolicy { allowed_roles: AllowedRoles::parse("").expect("an empty list"), ..open() };
        assert_eq!(nobody.permits(&Roles::admin()), Err(Forbidden::Role));
        let admins = TokenPolicy { allowed_roles: AllowedRoles::parse("admin, ops").expect("roles"), ..open() };
        assert_eq!(admins.permits(&Roles::admin()), Ok(()));
        assert_eq!(admins.permits(&Roles::user()), Err(Forbidden::Role));
        let off = TokenPolicy { tokens: Switch::Off, ..open() };
        assert_eq!(off.permits(&Roles::admin()), Err(Forbidden::SwitchedOff));
    }

    #[test]
    fn a_life_fits_to_the_microsecond() {
        let start = Timestamp::from_micros(1_800_000_000_000_000);
        assert_eq!(open().permits_life(start, Some(start + Span::days(90))), Ok(()));
        let over = Timestamp::from_micros((start + Span::days(90)).micros() + 1);
        assert_eq!(open().permits_life(start, Some(over)), Err(Forbidden::LivesTooLong));
        assert_eq!(open().permits_life(start, None), Err(Forbidden::LivesTooLong));
    }
}
