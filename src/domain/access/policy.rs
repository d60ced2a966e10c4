//! The token policy: who may hold tokens, and for how long. It binds when a token is made and whenever it is used.

use serde_json::json;

use super::administrator::ConfirmedAdministrator;
use super::store;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Change, Db, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::{Account, Role, Roles};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::workspaces::MemberRoles;

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

/// How long a token may go unused before it is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idle(Option<i64>);

impl Idle {
    /// For ever.
    pub const UNBOUNDED: Self = Self(None);

    /// So many days: 1 to 3650, else nothing.
    pub fn days(days: i64) -> Option<Self> {
        (1..=3650).contains(&days).then_some(Self(Some(days)))
    }

    /// The number of days, if there is a bound.
    pub fn as_days(self) -> Option<i64> {
        self.0
    }

    /// Whether a token that was last used, or else made, at this instant has gone unused for too long.
    pub fn is_over(self, last: Timestamp, now: Timestamp) -> bool {
        self.0.is_some_and(|days| last + Span::days(days) <= now)
    }
}

/// What the policy looks at in the owner of a token.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// What they may be.
    pub roles: &'a Roles,
    /// Since when signing in asks them for a second factor.
    pub second_factor: Option<Timestamp>,
    /// What they are in the workspace that the token is locked to, if it is.
    pub member: Option<&'a MemberRoles>,
}

impl<'a> Owner<'a> {
    /// The same, of a token that is locked to a workspace where they are this.
    #[must_use]
    pub fn with(self, member: Option<&'a MemberRoles>) -> Self {
        Self { member, ..self }
    }
}

impl<'a> From<&'a Account> for Owner<'a> {
    fn from(account: &'a Account) -> Self {
        Self { roles: &account.roles, second_factor: account.second_factor, member: None }
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

    /// Nobody.
    pub fn nobody() -> Self {
        Self(Vec::new())
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

    pub(super) fn include(&self, roles: &Roles) -> bool {
        self.0.iter().any(|word| word == "*" || roles.has(word))
    }

    fn include_member(&self, roles: &MemberRoles) -> bool {
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
    /// The roles in a workspace whose holders may, too, by tokens that are locked to it.
    pub allowed_workspace_roles: AllowedRoles,
    /// Whether every token must be locked to a workspace.
    pub require_workspace: Switch,
    /// How long a token may live.
    pub longest: Longest,
    /// Whether a token may live for ever.
    pub no_expiry: NoExpiry,
    /// Whether its owner needs a second factor.
    pub require_factor: Switch,
    /// How long a token may go unused.
    pub idle: Idle,
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
    /// The policy wants tokens that are locked to a workspace, and this one is not.
    #[error("The token policy asks for tokens that are locked to a workspace. Create one for one of yours.")]
    NoWorkspace,
    /// The token lives longer than the policy allows.
    #[error("This token lives longer than the token policy allows. Create one with a shorter life.")]
    LivesTooLong,
    /// The policy wants a second factor, and the person has none.
    #[error("The token policy asks for a second factor. Set one up on your security page.")]
    NoSecondFactor,
}

/// Why a policy makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyProblem {
    /// A bound and no bound.
    #[error("A longest life and tokens without expiry exclude each other. Choose one.")]
    BoundAndNoExpiry,
}

impl TokenPolicy {
    /// Whether this person may hold any token: one that is locked to nothing, or to a workspace where they are this.
    ///
    /// # Errors
    /// Why not; of several reasons, the one for a token that is locked to nothing.
    pub fn permits_any<'a>(
        &self,
        owner: impl Into<Owner<'a>>,
        memberships: impl IntoIterator<Item = &'a MemberRoles>,
    ) -> Result<(), Forbidden> {
        let owner = owner.into();
        let somewhere = |member| self.permits(owner.with(Some(member))).is_ok();
        self.permits(owner).or_else(|why| if memberships.into_iter().any(somewhere) { Ok(()) } else { Err(why) })
    }

    /// Whether this account, or an owner with these properties, may hold tokens.
    ///
    /// # Errors
    /// Why not.
    pub fn permits<'a>(&self, owner: impl Into<Owner<'a>>) -> Result<(), Forbidden> {
        let owner = owner.into();
        if self.tokens == Switch::Off {
            return Err(Forbidden::SwitchedOff);
        }
        let there = owner.member.is_some_and(|member| self.allowed_workspace_roles.include_member(member));
        if !there && !self.allowed_roles.include(owner.roles) {
            return Err(Forbidden::Role);
        }
        if self.require_workspace == Switch::On && owner.member.is_none() {
            return Err(Forbidden::NoWorkspace);
        }
        if self.require_factor == Switch::On && owner.second_factor.is_none() {
            return Err(Forbidden::NoSecondFactor);
        }
        Ok(())
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

    /// Whether this owner may use a token with this life now.
    ///
    /// # Errors
    /// Why not.
    pub fn permits_use<'a>(
        &self,
        owner: impl Into<Owner<'a>>,
        created_at: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Result<(), Forbidden> {
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

/// Whether a policy makes sense.
pub(in crate::domain) fn check_policy(draft: &PolicyDraft) -> Result<(), PolicyProblem> {
    draft.check()
}

/// Replaces the policy. It binds every token on its next request.
pub(in crate::domain) async fn save_policy_in(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    (before, draft): (&TokenPolicy, &PolicyDraft),
    refused: usize,
) -> db::Result<()> {
    let (now, person) = (ctx.now(), by.person());
    store::save(tx, draft, now).await?;
    tx.narrow(Change::Policy, now).await?;
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::PolicyChanged, person.id())
        .with(json!({ "before": describe(before), "after": describe(draft), "refused": refused }));
    audit::record(tx, ctx, now, event).await
}

fn describe(policy: &TokenPolicy) -> serde_json::Value {
    json!({
        "tokens": if policy.tokens == Switch::On { "on" } else { "off" },
        "roles": policy.allowed_roles.words(),
        "workspaceRoles": policy.allowed_workspace_roles.words(),
        "workspace": if policy.require_workspace == Switch::On { "required" } else { "optional" },
        "longestLifeDays": policy.longest.as_days(),
        "noExpiry": if policy.no_expiry == NoExpiry::Allowed { "allowed" } else { "forbidden" },
        "secondFactor": if policy.require_factor == Switch::On { "required" } else { "optional" },
        "idleDays": policy.idle.as_days(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> TokenPolicy {
        TokenPolicy {
            tokens: Switch::On,
            allowed_roles: AllowedRoles::everybody(),
            allowed_workspace_roles: AllowedRoles::nobody(),
            require_workspace: Switch::Off,
            longest: Longest::days(90).expect("in range"),
            no_expiry: NoExpiry::Forbidden,
            require_factor: Switch::Off,
            idle: Idle::UNBOUNDED,
        }
    }

    fn with(roles: &Roles) -> Owner<'_> {
        Owner { roles, second_factor: None, member: None }
    }

    #[test]
    fn nobody_is_allowed_by_an_empty_list_and_everybody_by_a_star() {
        assert_eq!(open().permits(with(&Roles::user())), Ok(()));
        let nobody = TokenPolicy { allowed_roles: AllowedRoles::parse("").expect("an empty list"), ..open() };
        assert_eq!(nobody.permits(with(&Roles::admin())), Err(Forbidden::Role));
        let admins = TokenPolicy { allowed_roles: AllowedRoles::parse("admin, ops").expect("roles"), ..open() };
        assert_eq!(admins.permits(with(&Roles::admin())), Ok(()));
        assert_eq!(admins.permits(with(&Roles::user())), Err(Forbidden::Role));
        let off = TokenPolicy { tokens: Switch::Off, ..open() };
        assert_eq!(off.permits(with(&Roles::admin())), Err(Forbidden::SwitchedOff));
    }

    #[test]
    fn roles_in_a_workspace_allow_tokens_that_are_locked_to_it_and_no_others() {
        let (user, developer) = (Roles::user(), MemberRoles::parse("developer").expect("roles"));
        let roles = |text: &str| AllowedRoles::parse(text).expect("roles");
        let policy = TokenPolicy { allowed_roles: roles("ops"), allowed_workspace_roles: roles("developer"), ..open() };
        assert_eq!(policy.permits(with(&user).with(Some(&developer))), Ok(()));
        assert_eq!(policy.permits(with(&user)), Err(Forbidden::Role));
        assert_eq!(policy.permits_any(with(&user), [&developer]), Ok(()));
        let viewer = MemberRoles::parse("viewer").expect("roles");
        assert_eq!(policy.permits_any(with(&user), [&viewer]), Err(Forbidden::Role));
        let everywhere = TokenPolicy { allowed_workspace_roles: roles("*"), ..policy };
        assert_eq!(everywhere.permits(with(&user).with(Some(&viewer))), Ok(()));
        let locked = TokenPolicy { require_workspace: Switch::On, ..open() };
        assert_eq!(locked.permits(with(&user)), Err(Forbidden::NoWorkspace));
        assert_eq!(locked.permits(with(&user).with(Some(&viewer))), Ok(()));
    }

    #[test]
    fn a_second_factor_is_asked_for_only_where_the_policy_says_so() {
        let (roles, at) = (Roles::user(), Timestamp::from_micros(1));
        let strict = TokenPolicy { require_factor: Switch::On, ..open() };
        assert_eq!(strict.permits(with(&roles)), Err(Forbidden::NoSecondFactor));
        assert_eq!(strict.permits(Owner { second_factor: Some(at), ..with(&roles) }), Ok(()));
        assert_eq!(open().permits(with(&roles)), Ok(()));
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
