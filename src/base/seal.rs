//! What the database keeps and somebody has to read again: encrypted, each value for its own row.
//!
//! XChaCha20-Poly1305 with a fresh nonce of 192 random bits, which never repeats, and with the table and the row as
//! associated data: a ciphertext that is copied to another row does not open there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::rng::Rng;

/// What a sealed text begins with: the way it was sealed.
const VERSION: &str = "v1.";
/// The length of a nonce, in bytes.
const NONCE: usize = 24;

/// Where a sealed value belongs.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The row: its key in the database.
    pub row: &'a str,
}

impl Place<'_> {
    fn bytes(self) -> Vec<u8> {
        [self.table, self.row].join("/").into_bytes()
    }
}

/// Seals and opens, under one key.
#[derive(Clone)]
pub(super) struct Sealer(XChaCha20Poly1305);

impl Sealer {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// The text for the row.
    pub(super) fn seal(&self, rng: &Rng, place: Place<'_>, plain: &[u8]) -> String {
        let mut nonce = [0u8; NONCE];
        rng.fill(&mut nonce);
        let payload = Payload { msg: plain, aad: &place.bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).expect("what is sealed here is far below 256 GiB");
        [VERSION, &URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())].concat()
    }

    /// What was sealed for this row; nothing if it was sealed for another row, under another key, or was changed.
    pub(super) fn open(&self, place: Place<'_>, text: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(VERSION)?).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &place.bytes() };
        self.0.decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERS: Place<'static> = Place { table: "totp", row: "anna" };

    #[test]
    fn r92_a_sealed_value_opens_in_its_row_and_under_its_key_alone() {
        let (rng, sealer, other) = (Rng::seeded(1), Sealer::new(&[7; 32]), Sealer::new(&[8; 32]));
        let sealed = sealer.seal(&rng, HERS, b"secret");
        assert_eq!(sealer.open(HERS, &sealed).as_deref().map(Vec::as_slice), Some(&b"secret"[..]));
        assert!(sealer.open(Place { row: "bob", ..HERS }, &sealed).is_none(), "another row");
        assert!(sealer.open(Place { table: "keys", ..HERS }, &sealed).is_none(), "another table");
        assert!(other.open(HERS, &sealed).is_none(), "another key");
        assert_ne!(sealed, sealer.seal(&rng, HERS, b"secret"), "a fresh nonce each time");
        for wrong in ["", "v1.", "v1.AAAA", &sealed[3..], &sealed.replace("v1.", "v2."), &format!("{sealed}A")] {
            assert!(sealer.open(HERS, wrong).is_none(), "{wrong}");
        }
    }
}
