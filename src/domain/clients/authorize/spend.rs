//! The app redeems its code, once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::store;
use crate::base::id::{AccountId, ClientId, SessionId};
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::access::{Audiences, Scopes};
use crate::domain::clients::read;

/// What an app presents with a code.
#[derive(Clone, Copy)]
pub(in crate::domain) struct Presented<'a> {
    /// The code.
    pub code: &'a str,
    /// Who presents it.
    pub client: ClientId,
    /// Where it says that it was led back to.
    pub redirect_uri: &'a str,
    /// What its challenge is the digest of.
    pub verifier: &'a str,
}

/// What a code stands for.
pub(in crate::domain) struct Spent {
    /// Who said yes.
    pub account: AccountId,
    /// To what.
    pub scopes: Scopes,
    /// For whom the tokens are to be.
    pub audiences: Audiences,
    digest: String,
}

/// Why a code is worth nothing.
pub(in crate::domain) enum NotSpent {
    /// There is none, it ran out, it is another app's, or the proof is wrong. It stays as it is.
    Wrong,
    /// It was redeemed before, and this grant came of it: one of the two who had it has stolen it (RFC 6749 section 4.1.2).
    Again(AccountId, SessionId),
}

/// Looks at a code that an app presents; [`Spent::note_in`] in the same transaction spends it.
pub(in crate::domain) async fn spend_in(tx: &mut Tx, ctx: &Ctx, presented: Presented<'_>) -> db::Result<Result<Spent, NotSpent>> {
    let digest = store::digest(ctx, presented.code);
    let Some(code) = store::find(tx, &digest).await? else { return Ok(Err(NotSpent::Wrong)) };
    if code.client != presented.client || read::enabled_in(tx, presented.client).await?.is_none() {
        return Ok(Err(NotSpent::Wrong));
    }
    if let Some(grant) = code.grant {
        return Ok(Err(NotSpent::Again(code.account, grant)));
    }
    let alive = code.expires_at > ctx.now();
    if !alive || code.redirect_uri != presented.redirect_uri || !proves(presented.verifier, &code.challenge) {
        return Ok(Err(NotSpent::Wrong));
    }
    Ok(Ok(Spent { account: code.account, scopes: code.scopes, audiences: code.audiences, digest: digest.hex() }))
}

impl Spent {
    /// Notes which grant came of it; false if another request was faster, and then nothing may come of this one.
    pub(in crate::domain) async fn note_in(&self, tx: &mut Tx, ctx: &Ctx, grant: SessionId) -> db::Result<bool> {
        store::note(tx, &self.digest, grant, ctx.now()).await
    }
}

/// Whether the challenge is the digest of this verifier (RFC 7636 section 4.6), in constant time.
fn proves(verifier: &str, challenge: &str) -> bool {
    let plain = verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let same: bool = digest.as_bytes().ct_eq(challenge.as_bytes()).into();
    plain && (43..=128).contains(&verifier.len()) && same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r96_a_verifier_proves_its_own_challenge_alone() {
        // RFC 7636 appendix B.
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(proves(verifier, challenge));
        for wrong in ["", challenge, &verifier[..42], &format!("{verifier}a"), &verifier.to_lowercase()] {
            assert!(!proves(wrong, challenge), "{wrong}");
        }
        let short = "a".repeat(42);
        let of_short = URL_SAFE_NO_PAD.encode(Sha256::digest(short.as_bytes()));
        assert!(!proves(&short, &of_short), "too short to be a secret");
    }
}
