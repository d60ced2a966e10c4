//! Refresh tokens: `{brand}_rft_` and a text with its checksum.
//!
//! The text is derived from a seed in the row under the master key, so that a client whose answer was lost can be given
//! the very same successor again. The database holds the seed and a digest, and neither is the token.

use crate::base::checked;
use crate::base::id::RefreshId;
use crate::base::secret::{PlainSecret, hex};
use crate::base::time::Timestamp;
use crate::domain::Ctx;

/// A refresh token before it is kept.
pub(super) struct NewRefresh {
    pub id: RefreshId,
    pub seed: String,
    pub secret: PlainSecret,
}

/// A refresh token that is kept, without its secret.
#[derive(Clone)]
pub(super) struct Kept {
    pub id: RefreshId,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A new one.
pub(super) fn generate(ctx: &Ctx) -> NewRefresh {
    let seed = hex(&ctx.rng.bytes32());
    NewRefresh { id: RefreshId::new(ctx.now(), &ctx.rng), secret: of_seed(ctx, &seed), seed }
}

/// The one that was made from this seed.
pub(super) fn of_seed(ctx: &Ctx, seed: &str) -> PlainSecret {
    let head = format!("{}_{}", ctx.settings.token_brand, RefreshId::PREFIX);
    checked::of_bytes(&head, &ctx.keys.refresh_secret(seed))
}

/// Whether a text is a refresh token, as far as its form tells. Any brand will do: tokens outlive a change of the brand.
pub fn is_refresh_token(text: &str) -> bool {
    let brand = checked::head_of(text).and_then(|head| head.strip_suffix(RefreshId::PREFIX)?.strip_suffix('_'));
    brand.is_some_and(|brand| !brand.is_empty() && brand.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::Rng;

    #[test]
    fn r62_a_refresh_token_is_told_by_its_form_to_the_last_letter() {
        let of = |head: &str| is_refresh_token(checked::generate(head, &Rng::seeded(3)).reveal());
        assert!(of("lk_rft") && of("acme_rft"));
        for other in ["lk_pat", "rft", "_rft", "LK_rft", "lk_x_rft", "lk_rfts"] {
            assert!(!of(other), "{other}");
        }
        assert!(!is_refresh_token("lk_rft_") && !is_refresh_token(""));
    }
}
