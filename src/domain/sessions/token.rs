//! Session tokens: what a program presents that signed in by password. `{brand}_ses_` and a random text with its checksum.
//!
//! It is a session like a browser's and dies with everything that ends one; only its life is shorter, and no use prolongs
//! it. A cookie is never a session token and a session token never a cookie: each finds sessions of its own kind alone.

use crate::base::checked;
use crate::base::secret::PlainSecret;
use crate::base::time::Span;
use crate::domain::{Ctx, SessionLimits};

/// The word that tells a session token from other secrets.
const WORD: &str = "ses";

/// How long the session of a program lives. How long its password counts as just typed is decided for all sessions alike.
pub(super) const LIMITS: SessionLimits =
    SessionLimits { idle: Span::hours(24), absolute: Span::hours(24), confirm: Span::minutes(30) };

/// A new one.
pub(super) fn generate(ctx: &Ctx) -> PlainSecret {
    checked::generate(&format!("{}_{WORD}", ctx.settings.token_brand), &ctx.rng)
}

/// Whether a text is a session token, as far as its form tells. Any brand will do: tokens outlive a change of the brand.
pub fn is_session_token(text: &str) -> bool {
    let brand = checked::head_of(text).and_then(|head| head.strip_suffix(WORD)?.strip_suffix('_'));
    brand.is_some_and(|brand| !brand.is_empty() && brand.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::Rng;

    #[test]
    fn r62_a_session_token_is_told_by_its_form_to_the_last_letter() {
        let of = |head: &str| is_session_token(checked::generate(head, &Rng::seeded(3)).reveal());
        assert!(of("lk_ses") && of("acme_ses"));
        for other in ["lk_pat", "ses", "_ses", "LK_ses", "lk_x_ses", "lk_sess"] {
            assert!(!of(other), "{other}");
        }
        assert!(!is_session_token("lk_ses_") && !is_session_token(""));
    }
}
