//! Codes of an authenticator app: TOTP (RFC 6238) with six digits, 30 seconds and HMAC-SHA-1, which is what every app
//! can do. One step before and after the present one is accepted, each once.

use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use super::enrolling::Enrolling;
use super::{Typed, store};
use crate::base::id::AccountId;
use crate::base::rng::Rng;
use crate::base::seal::Place;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Cx, Error, Tx};
use crate::domain::Ctx;

/// How many digits a code has.
pub(super) const DIGITS: usize = 6;
/// How many bytes a secret has: 160 bits, as RFC 4226 §4 recommends.
const SECRET: usize = 20;
/// How long a secret that was shown can still be switched on.
const OFFERED: Span = Span::hours(1);

/// The secret that the app and this service share.
pub struct AuthenticatorSecret(Zeroizing<[u8; SECRET]>);

/// Why no set-up was begun.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The account has an authenticator app.
    #[error("an authenticator app is set up already")]
    AlreadyOn,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl AuthenticatorSecret {
    fn generate(rng: &Rng) -> Self {
        let mut bytes = Zeroizing::new([0u8; SECRET]);
        rng.fill(&mut *bytes);
        Self(bytes)
    }

    /// 32 characters of base32 (RFC 4648), for typing.
    pub fn base32(&self) -> String {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let digits = self.0.chunks_exact(5).flat_map(|chunk| {
            let bits = chunk.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            (0..8).rev().map(move |place| ALPHABET[(bits >> (5 * place) & 31) as usize])
        });
        digits.map(char::from).collect()
    }

    /// What the QR code says (Key URI Format of Google Authenticator).
    pub fn uri(&self, service: &str, email: &str) -> String {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let (service, email, secret) = (encoded(service), encoded(email), self.base32());
        format!("otpauth://totp/{service}:{email}?secret={secret}&issuer={service}&algorithm=SHA1&digits=6&period=30")
    }

    fn totp(&self) -> Totp {
        Builder::new().with_secret(*self.0).with_skew(1).build().expect("160 bits and six digits are what RFC 4226 asks for")
    }

    /// The step whose code was typed, if it is the present one or a neighbour. Codes are compared in constant time.
    fn step(&self, typed: &str, now: Timestamp) -> Option<i64> {
        let step = self.totp().check(typed, u64::try_from(now.unix_seconds()).ok()?)?;
        i64::try_from(step).ok()
    }

    fn seal(&self, ctx: &Ctx, account: AccountId) -> String {
        ctx.keys.seal(&ctx.rng, place(&account.to_db()), &*self.0)
    }

    fn unseal(ctx: &Ctx, account: AccountId, sealed: &str) -> db::Result<Self> {
        let bytes = ctx.keys.unseal(place(&account.to_db()), sealed);
        let bytes = bytes.and_then(|bytes| <[u8; SECRET]>::try_from(&bytes[..]).ok());
        bytes.map(|bytes| Self(Zeroizing::new(bytes))).ok_or(Error::corrupt("authenticator secret"))
    }
}

fn place(row: &str) -> Place<'_> {
    Place { table: "totp", row }
}

/// Begins to set up an app: makes a secret, or gives the one again that was made within the last hour, so that a page
/// that is reloaded shows what was scanned already. It counts for nothing until it is switched on.
///
/// # Errors
/// When the account has an app.
pub async fn begin(ctx: &Ctx, by: &Enrolling) -> Result<AuthenticatorSecret, BeginError> {
    let now = ctx.now();
    if let Some(secret) = offered(&mut ctx.db.read().await?, ctx, by.id(), now).await? {
        return Ok(secret);
    }
    let secret = AuthenticatorSecret::generate(&ctx.rng);
    let mut tx = ctx.db.write().await?;
    if !store::offer(&mut tx, by.id(), &secret.seal(ctx, by.id()), now).await? {
        return Err(BeginError::AlreadyOn);
    }
    tx.commit().await?;
    Ok(secret)
}

async fn offered(cx: &mut Cx, ctx: &Ctx, account: AccountId, now: Timestamp) -> db::Result<Option<AuthenticatorSecret>> {
    let row = store::totp(cx, account).await?;
    let row = row.filter(|row| row.confirmed_at.is_none() && now.since(row.created_at) < OFFERED);
    row.map(|row| AuthenticatorSecret::unseal(ctx, account, &row.secret)).transpose()
}

/// Switches the app on with one of its codes; false when the code is wrong, or there is nothing to switch on.
pub(in crate::domain) async fn switch_on_in(tx: &mut Tx, ctx: &Ctx, by: &Enrolling, typed: &str) -> db::Result<bool> {
    let now = ctx.now();
    let Typed::Digits(digits) = Typed::parse(typed) else { return Ok(false) };
    let Some(secret) = offered(tx, ctx, by.id(), now).await? else { return Ok(false) };
    match secret.step(&digits, now) {
        Some(step) => store::switch_on(tx, by.id(), step, now).await,
        None => Ok(false),
    }
}

/// Uses up a code: true once for each step.
pub(super) async fn use_in(tx: &mut Tx, ctx: &Ctx, account: AccountId, digits: &str, now: Timestamp) -> db::Result<bool> {
    let Some(row) = store::totp(tx, account).await?.filter(|row| row.confirmed_at.is_some()) else { return Ok(false) };
    match AuthenticatorSecret::unseal(ctx, account, &row.secret)?.step(digits, now) {
        Some(step) => store::use_step(tx, account, step).await,
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn secret() -> AuthenticatorSecret {
        AuthenticatorSecret(Zeroizing::new(*b"12345678901234567890"))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn r57_the_codes_are_those_of_the_standard() {
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")] {
            assert_eq!(secret().step(code, at(time)), Some(time / 30), "{time}");
        }
        assert_eq!(secret().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let uri = secret().uri("My Latchkey", "a+b@example.com");
        assert!(uri.starts_with("otpauth://totp/My%20Latchkey:a%2Bb%40example.com?secret=GEZDG"), "{uri}");
    }

    #[test]
    fn r57_a_code_is_good_one_step_before_and_after_its_own() {
        let code = "081804"; // of the step that begins at 1111111080
        let begins = 1_111_111_080;
        for (seconds, good) in [(-31, false), (-30, true), (0, true), (29, true), (59, true), (60, false)] {
            assert_eq!(secret().step(code, at(begins + seconds)).is_some(), good, "{seconds} s");
        }
    }
}
