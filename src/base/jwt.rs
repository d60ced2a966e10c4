//! Signed tokens in their compact form (RFC 7515 §3.1), Ed25519 only (RFC 8037).
//!
//! # Why no algorithm is ever chosen
//! The attacks on such tokens live in the choice: a header that asks for no signature, for a shared key, for a key that it
//! brings along. Here the header has exactly three members, `alg` is one word, and the key comes from our own store by its
//! `kid`. Whatever else a header says makes the text no token of ours, before anything is computed.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::json;

/// The one algorithm.
pub const ALGORITHM: &str = "EdDSA";
/// The longest token that is looked at, in bytes.
pub const LONGEST: usize = 8 * 1024;

/// The text is no token, or nobody of ours signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no signed token")]
pub struct NoToken;

/// A private key. It wipes itself, and has no `Debug`.
pub struct PrivateKey(SigningKey);

/// The key that goes with it, which everybody may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PrivateKey {
    /// From its 32 bytes (RFC 8032 §5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The key that shows what this one has signed.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }
}

impl PublicKey {
    /// Its 32 bytes in base64url: the member `x` of a JWK (RFC 8037 §2).
    pub fn x(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.as_bytes())
    }

    /// Its 32 bytes (RFC 8032 §5.1.5) in base64 with padding (RFC 4648 §4).
    pub fn base64(&self) -> String {
        STANDARD.encode(self.0.as_bytes())
    }

    /// Its thumbprint (RFC 7638), which names it.
    pub fn thumbprint(&self) -> String {
        let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.x());
        URL_SAFE_NO_PAD.encode(Sha256::digest(jwk.as_bytes()))
    }
}

/// Signs claims. `typ` and `kid` are words of ours.
pub fn sign(key: &PrivateKey, typ: &str, kid: &str, claims: &Map<String, Value>) -> String {
    let header = serde_json::json!({ "alg": ALGORITHM, "typ": typ, "kid": kid }).to_string();
    let claims = serde_json::to_vec(claims).expect("a map of values has a JSON text");
    let signed = [URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)].join(".");
    let signature = URL_SAFE_NO_PAD.encode(key.0.sign(signed.as_bytes()).to_bytes());
    [signed, signature].join(".")
}

/// Whether a text has the form of a signed token: no secret of another kind holds a dot.
pub fn looks_like_one(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b'.').count() == 2
}

/// A token that nobody has checked yet: all that may be asked is which key should have signed it.
pub struct Unchecked<'a> {
    signed: &'a str,
    claims: &'a str,
    signature: Signature,
    typ: String,
    kid: String,
}

impl<'a> Unchecked<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// For everything but three parts in base64url, the first of them a header of ours.
    pub fn parse(text: &'a str) -> Result<Self, NoToken> {
        if text.len() > LONGEST {
            return Err(NoToken);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(NoToken)?;
        let (header, claims) = signed.split_once('.').filter(|(_, claims)| !claims.contains('.')).ok_or(NoToken)?;
        let signature: [u8; 64] = bytes(signature)?.try_into().map_err(|_| NoToken)?;
        let header = json::object(&bytes(header)?).map_err(|_| NoToken)?;
        let member = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(NoToken);
        if header.len() != 3 || member("alg")? != ALGORITHM {
            return Err(NoToken);
        }
        Ok(Self { signed, claims, signature: Signature::from_bytes(&signature), typ: member("typ")?, kid: member("kid")? })
    }

    /// The class that it says it is of.
    pub fn typ(&self) -> &str {
        &self.typ
    }

    /// The key that it says has signed it.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What it says without proof: for choosing who is to check it, and for nothing else.
    pub fn says(&self) -> Option<Map<String, Value>> {
        json::object(&bytes(self.claims).ok()?).ok()
    }

    /// What it claims, if this key has signed it.
    ///
    /// # Errors
    /// When it has not, or the claims are no JSON object.
    pub fn check(&self, key: &PublicKey) -> Result<Map<String, Value>, NoToken> {
        key.0.verify_strict(self.signed.as_bytes(), &self.signature).map_err(|_| NoToken)?;
        json::object(&bytes(self.claims)?).map_err(|_| NoToken)
    }
}

/// Base64url without padding, its spare bits zero: one value has one spelling.
fn bytes(part: &str) -> Result<Vec<u8>, NoToken> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| NoToken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> PrivateKey {
        PrivateKey::from_seed(&[byte; 32])
    }

    fn token() -> String {
        let claims = json::object(br#"{"sub":"anna"}"#).expect("an object");
        sign(&key(7), "at+jwt", "one", &claims)
    }

    fn read(text: &str) -> Result<Map<String, Value>, NoToken> {
        Unchecked::parse(text)?.check(&key(7).public())
    }

    /// A token with this header and these claims, signed by the right key.
    fn signed(header: &str, claims: &str) -> String {
        let signed = [URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)].join(".");
        let signature = key(7).0.sign(signed.as_bytes()).to_bytes();
        [signed, URL_SAFE_NO_PAD.encode(signature)].join(".")
    }

    #[test]
    fn what_was_signed_is_read() {
        assert_eq!(read(&token()).map(|claims| claims["sub"].clone()), Ok("anna".into()));
        let text = token();
        let unchecked = Unchecked::parse(&text).expect("a token");
        assert_eq!((unchecked.typ(), unchecked.kid()), ("at+jwt", "one"));
        assert!(unchecked.check(&key(8).public()).is_err(), "another key");
    }

    /// RFC 8037, appendix A.3 and A.4.
    #[test]
    fn the_thumbprint_is_that_of_the_standard() {
        let x = bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").expect("32 bytes");
        let key = VerifyingKey::from_bytes(&x.try_into().expect("32 bytes")).expect("a key");
        assert_eq!(PublicKey(key).thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn r89_a_header_that_says_anything_else_makes_no_token() {
        let good = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"one"}"#;
        assert!(read(&signed(good, "{}")).is_ok());
        for wrong in [
            r#"{"alg":"none","typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":"None","typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":"nOnE","typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":"HS256","typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":"RS256","typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":"Ed25519","typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":"eddsa","typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":["EdDSA"],"typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","kid":"one"}"#,
            r#"{"typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":1}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"one","crit":["exp"]}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"one","jwk":{"kty":"OKP","crv":"Ed25519","x":"AAAA"}}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"one","jku":"https://evil.example/jwks"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"one","x5u":"https://evil.example/cert"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"one","x5c":[]}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"one","b64":false}"#,
            r#"{"alg":"EdDSA","alg":"none","typ":"at+jwt","kid":"one"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"one"} "trailing""#,
            "[]",
            "",
        ] {
            assert!(read(&signed(wrong, "{}")).is_err(), "{wrong}");
        }
        for claims in [r#"{"sub":"a","sub":"b"}"#, "[]", "", "null", "{}{}"] {
            assert!(read(&signed(good, claims)).is_err(), "{claims}");
        }
    }

    #[test]
    fn r89_one_token_has_one_spelling() {
        let good = token();
        let (signed, signature) = good.rsplit_once('.').expect("three parts");
        let last = signature.as_bytes()[signature.len() - 1];
        // The last letter of 64 bytes carries two bits; the other four are spare.
        let spare = char::from(last + 1);
        let huge = format!("{signed}.{}", "A".repeat(LONGEST));
        for wrong in [
            format!("{good}="),
            format!("{good}=="),
            format!("{good}A"),
            format!("{good} "),
            format!("{good}."),
            format!(".{good}"),
            format!("{good}.{signature}"),
            format!("{signed}."),
            signed.to_owned(),
            format!("{signed}.{}{spare}", &signature[..signature.len() - 1]),
            good.replace('.', ".."),
            good.replacen('.', "", 1),
            good.replace('_', "/").replace('-', "+") + "\n",
            huge,
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn r89_any_changed_letter_breaks_a_token(place in 0usize..140, letter in "[A-Za-z0-9._-]") {
            let good = token();
            prop_assume!(place < good.len() && good[place..=place] != letter);
            let mut changed = good.clone();
            changed.replace_range(place..=place, &letter);
            prop_assert!(read(&changed).is_err());
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,80}") {
            prop_assert!(read(&text).is_err());
        }
    }
}
