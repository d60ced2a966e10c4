//! The gate: the one place through which a session of any kind is begun.
//!
//! | pathway | what comes to the gate |
//! |---|---|
//! | `POST /sign-in` | [`sign_in`](super::sign_in()), with the password |
//! | `POST /setup/{code}` | [`sign_in`](super::sign_in()), with the password that was just set |
//! | `POST /sign-in/second-step` | [`second_step`](super::second_step()), with a session that waits for a code |
//! | `POST /v1/auth/login` | [`log_in`](super::log_in()), with the password and the code at once |
//! | `POST /v1/auth/token` | [`enter`](super::enter()), the same for a program that will hold tokens |
//! | `POST /api/signin` | [`sign_in_at_once`](super::sign_in_at_once()), the same for a browser's cookie |
//! | `POST /api/signin` | [`enter`](super::enter()), for tokens |
//! | `POST /auth/login` | [`enter_in`](super::enter_in()), the same in one workspace |
//! | `POST /oauth2/token` | [`admit_app`](super::admit_app()), for an app that a signed-in person has allowed to act for them |
//!
//! Nothing else makes one: a [`Begun`] and an [`Admitted`] are built here alone, and so is a row of `sessions`. "Confirm it's you", a change of
//! the password and setting up a second factor begin nothing: they change the session they stand in.
//!
//! For each the gate looks at the state of the account as it is now, at the second factor, and at the counter of
//! [`attempts`], and it writes the event and the mails, in the one transaction that makes the session.

use super::half::HalfSession;
use super::notice::{self, Known};
use super::session::{GrantTerms, Kind, NewSession};
use super::store;
use crate::base::id::{AccountId, SessionId};
use crate::base::net::Origin;
use crate::base::secret::{Digest, PlainSecret, base62_of_32};
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Tx};
use crate::domain::access;
use crate::domain::accounts::{self, Account, PasswordHash, Person, Roles};
use crate::domain::attempts::{self, Attempt};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::second_factor::{self, Method};
use crate::domain::{Ctx, SessionLimits};

/// How long a session waits for the second factor.
pub(super) const PATIENCE: Span = Span::minutes(5);

/// A session that has just begun.
pub struct Begun {
    stage: Stage,
    key: PlainSecret,
    marks: String,
}

/// A person whom a program has just signed in as. What it presents from now on is made in the same transaction.
pub(in crate::domain) struct Admitted {
    tx: Tx,
    person: Person,
    marks: String,
}

impl Admitted {
    /// The transaction that made the session, and whom it acts as.
    pub fn into_parts(self) -> (Tx, Person) {
        (self.tx, self.person)
    }

    /// The same of a browser's session, with the marks that tell this browser from a stranger's.
    pub fn into_marked_parts(self) -> (Tx, Person, String) {
        (self.tx, self.person, self.marks)
    }
}

/// What a password alone does not prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingFactor {
    /// The account has a second factor, and nothing of it was shown.
    NotShown,
    /// The code is wrong, or was used before.
    WrongCode,
    /// The account has to have a second factor, and has none yet.
    NotSetUp,
}

/// How far a program has come.
pub(super) enum Entry {
    /// All the way, in a transaction that waits for its commit.
    In(Box<Admitted>),
    /// The password was right, and not enough.
    Needs(MissingFactor),
    /// Nowhere: the account is not what it was when the password was compared.
    Nowhere,
}

/// How far somebody has come.
pub enum Stage {
    /// All the way.
    Whole(Box<Person>),
    /// The password was right; a code has to follow.
    AwaitsCode,
    /// The account needs a second factor and has none: it has to be set up first.
    MustSetUp,
}

impl Begun {
    /// A session in which somebody has come all the way at once.
    pub(super) fn whole(person: Person, key: PlainSecret, marks: String) -> Self {
        Self { stage: Stage::Whole(Box::new(person)), key, marks }
    }

    /// How far they have come.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The person, if they have come all the way.
    pub fn person(&self) -> Option<&Person> {
        match &self.stage {
            Stage::Whole(person) => Some(person),
            Stage::AwaitsCode | Stage::MustSetUp => None,
        }
    }

    /// The same, without the session.
    pub fn into_person(self) -> Option<Person> {
        match self.stage {
            Stage::Whole(person) => Some(*person),
            Stage::AwaitsCode | Stage::MustSetUp => None,
        }
    }

    /// The key for the cookie.
    pub fn key(&self) -> &PlainSecret {
        &self.key
    }

    /// The marks for the cookie that tells this browser from a stranger's; empty before all is shown.
    pub fn marks(&self) -> &str {
        &self.marks
    }
}

/// Somebody whose password was right.
pub(super) struct Claim<'a> {
    /// The account, as it was when the password was compared.
    pub account: &'a Account,
    /// The attempt that it was.
    pub attempt: &'a Attempt,
    /// The hash to keep instead, where the one that matched is weaker than hashes are made now.
    pub stronger: Option<PasswordHash>,
    /// From where.
    pub origin: &'a Origin,
}

/// Lets somebody in whose password was right: all the way, or as far as the second factor. Nothing if the account was
/// suspended, or its password changed, while this one was hashed.
pub(super) async fn admit(ctx: &Ctx, claim: Claim<'_>) -> db::Result<Option<Begun>> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let Some(account) = still_good(&mut tx, &claim, now).await? else { return Ok(None) };
    let session = SessionId::new(now, &ctx.rng);
    let key = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let new = NewSession {
        id: session,
        account: account.id,
        kind: Kind::Browser,
        key: Some(ctx.keys.digest(key.reveal())),
        limits: ctx.settings.session,
        method: None,
        terms: GrantTerms::default(),
    };
    store::insert(&mut tx, &new, claim.origin, now).await?;
    let (stage, marks) = if account.second_factor.is_some() {
        (wait_for_code(&mut tx, ctx, &claim, session, now).await?, String::new())
    } else {
        go_on(&mut tx, ctx, &claim, account, session, now).await?
    };
    tx.commit().await?;
    ctx.mail.wake();
    Ok(Some(Begun { stage, key, marks }))
}

/// The account as it is now; nothing if it was suspended, or its password changed, while this one was hashed. Keeps the
/// stronger hash, if there is one.
async fn still_good(tx: &mut Tx, claim: &Claim<'_>, now: Timestamp) -> db::Result<Option<Account>> {
    let Some(account) = accounts::by_id(tx, claim.account.id).await? else { return Ok(None) };
    let stored = |account: &Account| account.password.as_ref().map(|hash| hash.as_str().to_owned());
    if account.suspended_at.is_some() || stored(&account) != stored(claim.account) {
        return Ok(None);
    }
    if let Some(hash) = &claim.stronger {
        accounts::set_password(tx, account.id, account.password.as_ref(), hash, now).await?;
    }
    Ok(Some(account))
}

/// What the session of a program is, and by what it is found.
pub(in crate::domain) struct Program {
    /// What presents it.
    pub kind: Kind,
    /// The digest of its key, where it has one.
    pub key: Option<Digest>,
    /// How long it lives.
    pub limits: SessionLimits,
    /// What a grant may be used for.
    pub terms: GrantTerms,
    /// The roles of which the person needs one; nothing where any person will do.
    pub among: Option<Roles>,
}

impl Program {
    fn takes(&self, account: &Account) -> bool {
        self.among.as_ref().is_none_or(|among| among.words().any(|role| account.roles.has(role)))
    }
}

/// Lets a program, or a browser at a door of programs, in that presents the password and, where the account has a second factor, a code of it. There is no
/// half of such a session: whoever has not shown everything begins again.
pub(super) async fn admit_program(ctx: &Ctx, claim: Claim<'_>, code: Option<&str>, program: Program) -> db::Result<Entry> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let Some(account) = still_good(&mut tx, &claim, now).await? else { return Ok(Entry::Nowhere) };
    if !program.takes(&account) {
        let event = Event::done(Actor::Nobody, claim.origin, Action::SignedIn, account.id).refused();
        audit::record(&mut tx, ctx, now, event).await?;
        tx.commit().await?;
        return Ok(Entry::Nowhere);
    }
    let method = match (account.second_factor, code) {
        (None, _) if access::needs_factor_in(&mut tx, &account).await? => {
            return turn_back(tx, ctx, &claim, MissingFactor::NotSetUp).await;
        }
        (None, _) => None,
        (Some(_), None) => return turn_back(tx, ctx, &claim, MissingFactor::NotShown).await,
        (Some(_), Some(typed)) => match second_factor::use_code_in(&mut tx, ctx, account.id, typed, now).await? {
            Some(method) => Some(method),
            None => return turn_back(tx, ctx, &claim, MissingFactor::WrongCode).await,
        },
    };
    let session = SessionId::new(now, &ctx.rng);
    let Program { kind, key, limits, terms, .. } = program;
    let known = match kind {
        Kind::Browser => Known::of(&mut tx, ctx, &account, claim.origin).await?,
        Kind::Api | Kind::Grant => Known::of_program(&mut tx, &account, claim.origin).await?,
    };
    let new = NewSession { id: session, account: account.id, kind, key, limits, method, terms };
    store::insert(&mut tx, &new, claim.origin, now).await?;
    let arrival = Arrival { account: &account, session, attempt: claim.attempt, method, origin: claim.origin, known };
    let marks = arrive(&mut tx, ctx, arrival, now).await?;
    let person = Person::present(account, session, now, claim.origin.clone());
    Ok(Entry::In(Box::new(Admitted { tx, person, marks })))
}

/// Makes a session for tokens that an app is to hold for a person who has just allowed it, in the transaction that notes
/// this.
pub(in crate::domain) async fn admit_app(
    tx: &mut Tx,
    ctx: &Ctx,
    account: AccountId,
    program: Program,
    origin: &Origin,
) -> db::Result<SessionId> {
    let now = ctx.now();
    let id = SessionId::new(now, &ctx.rng);
    let Program { kind, key, limits, terms, .. } = program;
    store::insert(tx, &NewSession { id, account, kind, key, limits, method: None, terms }, origin, now).await?;
    Ok(id)
}

/// The password was right and not enough. A wrong code stays counted as the attempt that it was; who has shown no code
/// has not tried one.
async fn turn_back(mut tx: Tx, ctx: &Ctx, claim: &Claim<'_>, missing: MissingFactor) -> db::Result<Entry> {
    let (now, id) = (ctx.now(), claim.account.id);
    let event = match missing {
        MissingFactor::NotShown => Event::done(Actor::Account(id), claim.origin, Action::CodeAsked, id),
        MissingFactor::WrongCode => Event::done(Actor::Nobody, claim.origin, Action::CodeAsked, id).refused(),
        MissingFactor::NotSetUp => Event::done(Actor::Nobody, claim.origin, Action::SignedIn, id).refused(),
    };
    audit::record(&mut tx, ctx, now, event).await?;
    if missing != MissingFactor::WrongCode {
        attempts::give_back_in(&mut tx, claim.attempt, now).await?;
    }
    tx.commit().await?;
    Ok(Entry::Needs(missing))
}

/// The password alone proves nothing here, so it neither counts as a failure nor ends a row of them.
async fn wait_for_code(tx: &mut Tx, ctx: &Ctx, claim: &Claim<'_>, session: SessionId, now: Timestamp) -> db::Result<Stage> {
    let id = claim.account.id;
    attempts::give_back_in(tx, claim.attempt, now).await?;
    store::await_factor(tx, session, now + PATIENCE).await?;
    let event = Event::done(Actor::Account(id), claim.origin, Action::CodeAsked, id).of(session);
    audit::record(tx, ctx, now, event).await?;
    Ok(Stage::AwaitsCode)
}

/// All the way, unless the account needs a second factor that it does not have.
async fn go_on(
    tx: &mut Tx,
    ctx: &Ctx,
    claim: &Claim<'_>,
    account: Account,
    session: SessionId,
    now: Timestamp,
) -> db::Result<(Stage, String)> {
    let must_set_up = access::needs_factor_in(tx, &account).await?;
    let known = Known::of(tx, ctx, &account, claim.origin).await?;
    let arrival = Arrival { account: &account, session, attempt: claim.attempt, method: None, origin: claim.origin, known };
    let marks = arrive(tx, ctx, arrival, now).await?;
    if must_set_up {
        return Ok((Stage::MustSetUp, marks));
    }
    Ok((Stage::Whole(Box::new(Person::present(account, session, now, claim.origin.clone()))), marks))
}

/// Makes a session whole that waited for a code, under a new key. Nothing if it waits no more.
pub(super) async fn complete(
    mut tx: Tx,
    ctx: &Ctx,
    half: &HalfSession,
    attempt: &Attempt,
    method: Method,
) -> db::Result<Option<Begun>> {
    let now = ctx.now();
    let (account, session, origin) = (half.account(), half.session(), half.origin());
    let key = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let digest = ctx.keys.digest(key.reveal());
    if !store::complete(&mut tx, session, &digest, method, ctx.settings.session, now).await? {
        return Ok(None);
    }
    let known = Known::of(&mut tx, ctx, account, origin).await?;
    let arrival = Arrival { account, session, attempt, method: Some(method), origin, known };
    let marks = arrive(&mut tx, ctx, arrival, now).await?;
    tx.commit().await?;
    ctx.mail.wake();
    let stage = Stage::Whole(Box::new(Person::present(account.clone(), session, now, origin.clone())));
    Ok(Some(Begun { stage, key, marks }))
}

/// Somebody who has shown everything that was asked for.
struct Arrival<'a> {
    account: &'a Account,
    session: SessionId,
    attempt: &'a Attempt,
    method: Option<Method>,
    origin: &'a Origin,
    known: Known,
}

/// The event, the mails, the end of the row of failures. Returns the browser's marks.
async fn arrive(tx: &mut Tx, ctx: &Ctx, arrival: Arrival<'_>, now: Timestamp) -> db::Result<String> {
    let Arrival { account, session, attempt, method, origin, known } = arrival;
    attempts::succeed_in(tx, attempt).await?;
    let mut event = Event::done(Actor::Account(account.id), origin, Action::SignedIn, account.id).of(session);
    if let Some(method) = method {
        event = event.with(serde_json::json!({ "factor": method.as_str() }));
    }
    audit::record(tx, ctx, now, event).await?;
    notice::signed_in(tx, ctx, account, origin, known, attempt.failures_before()).await?;
    if let Some(Method::RecoveryCode { left }) = method {
        notice::recovery_code_used(tx, ctx, account, origin, left).await?;
    }
    Ok(attempts::remembered(ctx, origin, account.id))
}
