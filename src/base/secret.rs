//! Secrets: plaintext that exists in one value, digests that may be kept, and the keys derived from the master key.
//!
//! # Why HMAC-SHA-256 and not Argon2 for tokens
//! A secret of ours holds 256 random bits. Guessing it is hopeless at any speed, so a slow hash buys nothing, while
//! it would turn every request into 45 ms of work for whoever wants to overload us, and its salt would forbid the
//! indexed lookup. The *key* in the HMAC buys something: a row written into the database by somebody without the
//! master key (a restored backup, an injection elsewhere) verifies nothing.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::rng::Rng;
use super::seal::{Place, Sealer};

/// A secret in plain text: made once, shown once, gone.
///
/// It has no `Debug`, `Clone`, `Display` or `Serialize`, so it cannot reach a log or a row by accident;
/// [`reveal`](Self::reveal) is the one way to read it, and easy to search for.
pub struct PlainSecret(Zeroizing<String>);

impl PlainSecret {
    /// Takes the text over; the value wipes it when dropped.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The plain text, for the one answer that shows it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What is kept of a secret: HMAC-SHA-256 under the instance's digest key.
///
/// Compared in constant time only; there is no `==`.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The bytes, for a cache's key.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hex digits: the spelling in the database.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// Reads the spelling in the database.
    pub fn from_hex(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }

    /// Whether both are digests of the same secret, in constant time.
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// The key that everything else is derived from: 32 bytes that live outside the database.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why a text is no master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadMasterKey {
    /// Not 64 hex digits.
    #[error("it must be 64 hex digits (32 bytes): make one with `openssl rand -hex 32`")]
    Malformed,
    /// The same byte again and again, or a counting pattern.
    #[error("it is guessable: make one with `openssl rand -hex 32`")]
    Weak,
}

impl MasterKey {
    /// A new key.
    pub fn generate(rng: &Rng) -> Self {
        Self(Zeroizing::new(rng.bytes32()))
    }

    /// Reads 64 hex digits, with white space around them.
    ///
    /// # Errors
    /// When the text is no key, or one that nobody drew at random.
    pub fn parse(text: &str) -> Result<Self, BadMasterKey> {
        let bytes = Zeroizing::new(unhex(text.trim()).ok_or(BadMasterKey::Malformed)?);
        let mut distinct = bytes.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let step = bytes[1].wrapping_sub(bytes[0]);
        let counts = bytes.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step);
        if distinct.len() < 12 || counts {
            return Err(BadMasterKey::Weak);
        }
        Ok(Self(bytes))
    }

    /// 64 hex digits, for the key file.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex(&*self.0))
    }

    /// Derives the key for one purpose (HKDF-SHA-256, RFC 5869).
    fn derive<const N: usize>(&self, purpose: &str) -> Zeroizing<[u8; N]> {
        let mut key = Zeroizing::new([0u8; N]);
        let info = ["latchkey/v1/", purpose].concat();
        Hkdf::<Sha256>::new(None, &*self.0).expand(info.as_bytes(), &mut *key).expect("64 bytes are within HKDF's bound");
        key
    }
}

/// The keys in use, one for each purpose, all derived from the master key.
#[derive(Clone)]
pub struct Keys {
    digest: Hmac<Sha256>,
    link: Hmac<Sha256>,
    refresh: Hmac<Sha256>,
    form: Hmac<Sha256>,
    cursor: Hmac<Sha256>,
    audit: Hmac<Sha256>,
    instance: Hmac<Sha256>,
    mark: Hmac<Sha256>,
    sealer: Sealer,
    cookie: Zeroizing<[u8; 64]>,
}

impl Keys {
    /// Derives them.
    pub fn derive(master: &MasterKey) -> Self {
        let keyed = |purpose| {
            let key = master.derive::<32>(purpose);
            Hmac::<Sha256>::new_from_slice(&*key).expect("HMAC takes a key of any length")
        };
        Self {
            digest: keyed("digest"),
            link: keyed("link"),
            refresh: keyed("refresh"),
            form: keyed("form"),
            cursor: keyed("cursor"),
            audit: keyed("audit"),
            instance: keyed("instance"),
            mark: keyed("mark"),
            sealer: Sealer::new(&master.derive("seal")),
            cookie: master.derive("cookie"),
        }
    }

    /// The digest under which a secret is kept and found.
    pub fn digest(&self, secret: &str) -> Digest {
        Digest(mac(&self.digest, &[secret.as_bytes()]))
    }

    /// The secret of a mailed link, from the random seed in its row: the outbox can write the link again without
    /// the database ever holding it.
    pub fn link_secret(&self, seed: &str) -> [u8; 32] {
        mac(&self.link, &[b"link", seed.as_bytes()])
    }

    /// The six-digit code that goes with a mailed link.
    pub fn link_code(&self, seed: &str) -> String {
        let bytes = mac(&self.link, &[b"code", seed.as_bytes()]);
        let number = bytes[..16].try_into().map(u128::from_be_bytes).expect("16 of 32 bytes") % 1_000_000;
        format!("{number:06}")
    }

    /// What a refresh token is made of, from the random seed in its row.
    pub fn refresh_secret(&self, seed: &str) -> [u8; 32] {
        mac(&self.refresh, &[seed.as_bytes()])
    }

    /// Authenticates what a form carries for one browser.
    pub fn form_tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.form, parts)
    }

    /// Authenticates a cursor.
    pub fn cursor_tag(&self, text: &str) -> [u8; 32] {
        mac(&self.cursor, &[text.as_bytes()])
    }

    /// Binds what one event of the audit log says to everything before it.
    pub fn audit_tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.audit, parts)
    }

    /// Authenticates what a browser carries of an account it has signed in to.
    pub fn mark_tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.mark, parts)
    }

    /// Encrypts a value for one row of the database.
    pub fn seal(&self, rng: &Rng, place: Place<'_>, plain: &[u8]) -> String {
        self.sealer.seal(rng, place, plain)
    }

    /// Reads it again; nothing if it belongs to another row or another master key, or was changed.
    pub fn unseal(&self, place: Place<'_>, text: &str) -> Option<Zeroizing<Vec<u8>>> {
        self.sealer.open(place, text)
    }

    /// Tells whether two processes, or a database and a process, belong to the same master key.
    pub fn fingerprint(&self) -> String {
        hex(&mac(&self.instance, &[b"fingerprint"])[..16])
    }

    /// 64 bytes that sign the session cookie.
    pub fn cookie(&self) -> &[u8] {
        &*self.cookie
    }
}

/// HMAC over parts, each led by its length so that no two lists of parts read the same.
fn mac(keyed: &Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    let mut state = keyed.clone();
    if let [only] = parts {
        state.update(only);
    } else {
        for part in parts {
            state.update(&(part.len() as u64).to_be_bytes());
            state.update(part);
        }
    }
    state.finalize().into_bytes().into()
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).expect("two hex digits are one byte");
    }
    Some(bytes)
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Writes 32 bytes as 43 base62 characters, most significant first, with leading zeros.
pub fn base62_of_32(bytes: &[u8; 32]) -> String {
    let mut number = *bytes;
    let mut digits = [b'0'; 43];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 62).expect("a quotient of a smaller rest fits a byte");
            rest = value % 62;
        }
        *digit = BASE62[rest as usize];
    }
    digits.iter().copied().map(char::from).collect()
}

/// Writes a number as six base62 characters, with leading zeros.
pub fn base62_of_u32(mut number: u32) -> String {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(number % 62) as usize];
        number /= 62;
    }
    digits.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::derive(&MasterKey::generate(&Rng::seeded(7)))
    }

    #[test]
    fn a_digest_is_bound_to_the_master_key() {
        let other = Keys::derive(&MasterKey::generate(&Rng::seeded(8)));
        assert!(keys().digest("a").same_as(&keys().digest("a")));
        assert!(!keys().digest("a").same_as(&other.digest("a")));
        assert!(Digest::from_hex(&keys().digest("a").hex()).is_some_and(|d| d.same_as(&keys().digest("a"))));
    }

    #[test]
    fn weak_and_malformed_master_keys_are_refused() {
        let parse = |text: &str| MasterKey::parse(text).err();
        assert_eq!(parse("changeme"), Some(BadMasterKey::Malformed));
        assert_eq!(parse(&"0".repeat(64)), Some(BadMasterKey::Weak));
        assert_eq!(parse(&"0123456789abcdef".repeat(4)), Some(BadMasterKey::Weak));
        let counting: Vec<u8> = (0..32).collect();
        assert_eq!(parse(&hex(&counting)), Some(BadMasterKey::Weak));
        let good = MasterKey::generate(&Rng::seeded(9)).to_hex();
        assert_eq!(parse(&format!(" {}\n", *good)), None);
    }

    #[test]
    fn base62_keeps_its_length_and_its_order() {
        assert_eq!(base62_of_32(&[0; 32]), "0".repeat(43));
        assert_eq!(base62_of_32(&[255; 32]).len(), 43);
        assert!(base62_of_32(&[1; 32]) < base62_of_32(&[2; 32]));
        assert_eq!(base62_of_u32(0), "000000");
        assert_eq!(base62_of_u32(u32::MAX), "4gfFC3");
    }

    #[test]
    fn one_seed_gives_the_same_link_and_code_again() {
        assert_eq!(keys().link_secret("s"), keys().link_secret("s"));
        assert_ne!(keys().link_secret("s"), keys().link_secret("t"));
        assert_eq!(keys().link_code("s").len(), 6);
    }
}
