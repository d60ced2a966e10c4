//! The second factor: what somebody has to show besides the password.
//!
//! | module | what it is |
//! |---|---|
//! | [`authenticator`] | time-based codes of an app (TOTP, RFC 6238) |
//! | [`recovery`] | codes on paper, for whoever has lost the app |
//! | [`enrolling`] | who may set one up |
//!
//! Signing in with it is a matter of [`sessions`](crate::domain::sessions), who needs one of
//! [`access`](crate::domain::access).

pub mod authenticator;
pub mod enrolling;
pub mod recovery;
mod store;

use crate::base::id::AccountId;
use crate::base::time::Timestamp;
use crate::db::{self, Tx};
use crate::domain::Ctx;

pub use authenticator::{AuthenticatorSecret, BeginError, begin};
pub use enrolling::Enrolling;
pub use recovery::{MakeError, Overview, confirm, make, overview};

pub(in crate::domain) use authenticator::switch_on_in;
pub(in crate::domain) use store::switch_off as switch_off_in;

/// The ways to show that one is not somebody who merely knows the password. A passkey will be one more of them, stored in
/// a table of its own; whatever asks for a second factor goes by this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A code of an authenticator app.
    Totp,
    /// A code on paper; after it, so many are left.
    RecoveryCode {
        /// How many are left.
        left: i64,
    },
}

impl Method {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::RecoveryCode { .. } => "recovery_code",
        }
    }
}

/// What somebody typed where a code was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Typed {
    /// Six digits.
    Digits(String),
    /// Sixteen letters and digits of a recovery code, as they are kept.
    Recovery(String),
    /// Neither.
    Nothing,
}

impl Typed {
    /// White space never matters; the dashes and the case of a recovery code do not either.
    fn parse(text: &str) -> Self {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).take(64).collect();
        if text.len() == authenticator::DIGITS && text.bytes().all(|b| b.is_ascii_digit()) {
            return Self::Digits(text);
        }
        recovery::canonical(&text).map_or(Self::Nothing, Self::Recovery)
    }
}

/// Uses up a code of this account: one that was used, or is none, gives nothing.
///
/// # Errors
/// When the database does not answer, or the account's secret does not belong to its row.
pub(in crate::domain) async fn use_code_in(
    tx: &mut Tx,
    ctx: &Ctx,
    account: AccountId,
    text: &str,
    now: Timestamp,
) -> db::Result<Option<Method>> {
    match Typed::parse(text) {
        Typed::Digits(digits) => Ok(authenticator::use_in(tx, ctx, account, &digits, now).await?.then_some(Method::Totp)),
        Typed::Recovery(code) => {
            let left = recovery::use_in(tx, ctx, account, &code, now).await?;
            Ok(left.map(|left| Method::RecoveryCode { left }))
        }
        Typed::Nothing => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r57_a_code_is_six_digits_once_white_space_is_gone() {
        for text in ["123456", " 123 456 ", "1\t2\u{a0}3\n456"] {
            assert_eq!(Typed::parse(text), Typed::Digits("123456".into()), "{text:?}");
        }
        for text in ["", "12345", "1234567", "+12345", "-12345", "12345a", "١٢٣٤٥٦", "１２３４５６", "0x1234", "12345\u{200b}"]
        {
            assert_eq!(Typed::parse(text), Typed::Nothing, "{text:?}");
        }
    }

    #[test]
    fn r59_a_recovery_code_may_be_typed_as_people_do() {
        let kept = Typed::Recovery("k7xm2p9qabcd0123".into());
        for text in ["k7xm-2p9q-abcd-0123", "K7XM 2P9Q ABCD O1Z3".replace('Z', "2").as_str(), "k7xm2p9qabcdo123"] {
            assert_eq!(Typed::parse(text), kept, "{text:?}");
        }
        assert_eq!(Typed::parse("k7xm-2p9q-abcd-012u"), Typed::Nothing, "no code of ours has a u");
    }
}
