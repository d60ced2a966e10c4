//! What is kept of a password: an Argon2id hash, as a PHC string, and what it costs to make one.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use subtle::ConstantTimeEq;

/// What one hash costs: at least what OWASP's Password Storage Cheat Sheet asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Why a cost is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHashParams {
    /// Whoever steals the database could guess passwords too cheaply.
    #[error("too weak for passwords: use at least 19456 KiB with 2 passes, 47104 KiB with 1, or 12288 KiB with 3")]
    BelowFloor,
    /// No machine finishes that, or Argon2 does not define it.
    #[error("too much: use at most 4194304 KiB of memory, 1000 passes and 64 lanes")]
    TooMuch,
}

impl HashParams {
    /// Memory in KiB and passes of which one pair must be reached in both.
    const FLOOR: [(u32, u32); 3] = [(47_104, 1), (19_456, 2), (12_288, 3)];

    /// That much memory, passed over so many times, in so many lanes.
    ///
    /// # Errors
    /// When it is below the floor, or beyond what can be done.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, BadHashParams> {
        let params = Self::within_reach(memory_kib, passes, lanes).ok_or(BadHashParams::TooMuch)?;
        let enough = Self::FLOOR.iter().any(|&(memory, least_passes)| memory_kib >= memory && passes >= least_passes);
        if enough { Ok(params) } else { Err(BadHashParams::BelowFloor) }
    }

    /// Any cost that can be paid, also one below the floor: what an old or imported hash may have.
    fn within_reach(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let possible = (1..=1_000).contains(&passes) && (1..=64).contains(&lanes);
        (possible && (8 * lanes..=4_194_304).contains(&memory_kib)).then_some(Self { memory_kib, passes, lanes })
    }

    /// Whether a hash made at this cost should be made anew at another.
    pub(super) fn weaker_than(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib || self.passes < other.passes || self.lanes < other.lanes
    }

    /// How many blocks of 1 KiB a hash fills.
    pub(super) fn blocks(self) -> usize {
        self.argon2(PasswordHash::OUTPUT_BYTES).params().block_count()
    }

    /// Hashes a password into `output`, within `memory` of at least [`blocks`](Self::blocks) blocks.
    pub(super) fn hash(self, password: &[u8], salt: &[u8], output: &mut [u8], memory: &mut [Block]) {
        self.argon2(output.len())
            .hash_password_into_with_memory(password, salt, output, memory)
            .expect("lengths and costs were checked when they were parsed");
    }

    fn argon2(self, output_bytes: usize) -> Argon2<'static> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(output_bytes));
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.expect("costs and lengths were checked when they were parsed"))
    }
}

impl Default for HashParams {
    /// 19 MiB and two passes: about 45 ms of a processor.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// A stored password: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
#[derive(Clone)]
pub struct PasswordHash {
    text: String,
    pub(super) params: HashParams,
    pub(super) salt: Vec<u8>,
    pub(super) output: Vec<u8>,
}

/// The text is no Argon2id hash in PHC form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no Argon2id hash of the form $argon2id$v=19$m=19456,t=2,p=1$salt$hash")]
pub struct BadPasswordHash;

impl PasswordHash {
    /// Bytes of the salt that new hashes get.
    pub(super) const SALT_BYTES: usize = 16;
    /// Bytes of a new hash.
    pub(super) const OUTPUT_BYTES: usize = 32;

    /// Reads a PHC string (<https://github.com/P-H-C/phc-string-format>). Its cost may lie below the floor: such a
    /// hash is still good for one sign-in, which replaces it.
    ///
    /// # Errors
    /// When it is none of Argon2id, version 19.
    pub fn parse(text: &str) -> Result<Self, BadPasswordHash> {
        Self::read(text).ok_or(BadPasswordHash)
    }

    fn read(text: &str) -> Option<Self> {
        let mut fields = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let (costs, salt, output) = (fields.next()?, fields.next()?, fields.next()?);
        let mut costs = costs.split(',');
        let params = HashParams::within_reach(
            number(costs.next()?.strip_prefix("m=")?)?,
            number(costs.next()?.strip_prefix("t=")?)?,
            number(costs.next()?.strip_prefix("p=")?)?,
        )?;
        if fields.next().is_some() || costs.next().is_some() {
            return None;
        }
        let (salt, output) = (BASE64.decode(salt).ok()?, BASE64.decode(output).ok()?);
        let sound = (8..=64).contains(&salt.len()) && (16..=64).contains(&output.len());
        sound.then(|| Self { text: text.to_owned(), params, salt, output })
    }

    /// What was just hashed.
    pub(super) fn made(params: HashParams, salt: Vec<u8>, output: Vec<u8>) -> Self {
        let HashParams { memory_kib, passes, lanes } = params;
        let (salt_text, output_text) = (BASE64.encode(&salt), BASE64.encode(&output));
        let text = format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt_text}${output_text}");
        Self { text, params, salt, output }
    }

    /// The PHC string, for the database.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is the hash that was stored, in constant time.
    pub(super) fn is(&self, output: &[u8]) -> bool {
        self.output.ct_eq(output).into()
    }

    /// Whether it should be made anew at this cost.
    pub(super) fn weaker_than(&self, params: HashParams) -> bool {
        self.params.weaker_than(params) || self.salt.len() < Self::SALT_BYTES || self.output.len() < Self::OUTPUT_BYTES
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A number as the PHC form wants it: digits only, no leading zero.
fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STORED: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";

    #[test]
    fn r06_costs_below_the_floor_are_refused() {
        let refused = [(4_096, 3, 1), (19_455, 2, 1), (19_456, 1, 1), (47_103, 1, 1), (12_287, 9, 1), (12_288, 2, 4), (0, 0, 0)];
        for (memory, passes, lanes) in refused {
            assert!(HashParams::new(memory, passes, lanes).is_err(), "{memory},{passes},{lanes}");
        }
        for (memory, passes, lanes) in [(19_456, 2, 1), (47_104, 1, 1), (12_288, 3, 1), (65_536, 3, 4)] {
            assert!(HashParams::new(memory, passes, lanes).is_ok(), "{memory},{passes},{lanes}");
        }
        for (memory, passes, lanes) in [(u32::MAX, 1, 1), (19_456, 1_001, 1), (19_456, 2, 65), (19_456, 2, 0)] {
            assert_eq!(HashParams::new(memory, passes, lanes), Err(BadHashParams::TooMuch));
        }
        let default = HashParams::default();
        assert_eq!(HashParams::new(default.memory_kib, default.passes, default.lanes), Ok(default));
    }

    #[test]
    fn r06_a_stored_hash_is_a_phc_string() {
        let hash = PasswordHash::parse(STORED).expect("a PHC string");
        assert_eq!((hash.as_str(), hash.salt.as_slice()), (STORED, b"somesaltsomesalt".as_slice()));
        let again = PasswordHash::made(hash.params, hash.salt.clone(), hash.output.clone());
        assert_eq!(again.as_str(), STORED);
        assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
    }

    #[test]
    fn other_hashes_and_broken_ones_are_refused() {
        let broken = [
            ("argon2id", "argon2i"),
            ("v=19", "v=16"),
            ("m=19456,", ""),
            ("m=19456", "m=4294967295"),
            ("m=19456", "m=7"),
            ("m=19456", "m=+19456"),
            ("t=2", "t=0"),
            ("t=2", "t=02"),
            ("p=1", "p=1,keyid=x"),
            ("c29tZXNhbHRzb21lc2FsdA", ""),
            ("c29tZXNhbHRzb21lc2FsdA", "c29t"),
            ("c29tZXNhbHRzb21lc2FsdA", "c29tZXNhbHRzb21lc2FsdA=="),
            ("$MDEy", "$$MDEy"),
        ];
        for (from, to) in broken {
            let text = STORED.replacen(from, to, 1);
            assert_eq!(PasswordHash::parse(&text).err(), Some(BadPasswordHash), "{text}");
        }
        assert!(PasswordHash::parse(&format!("{STORED}$")).is_err());
        assert!(PasswordHash::parse("$2b$12$abcdefghijklmnopqrstuv").is_err());
    }

    #[test]
    fn r07_a_cheaper_hash_is_weaker() {
        let now = HashParams::default();
        let weaker = |text: &str| PasswordHash::parse(text).expect("a PHC string").weaker_than(now);
        assert!(!weaker(STORED));
        assert!(!weaker(&STORED.replace("m=19456,t=2", "m=65536,t=3")));
        assert!(weaker(&STORED.replace("m=19456,t=2", "m=12288,t=3")));
        assert!(weaker(&STORED.replace("t=2", "t=1")));
        assert!(weaker(&STORED.replace("c29tZXNhbHRzb21lc2FsdA", "c29tZXNhbHQ")), "a short salt");
    }

    proptest! {
        #[test]
        fn parsing_a_hash_never_panics(text in "\\PC{0,80}", cost in "\\$argon2id\\$v=19\\$m=[0-9]{1,11},t=[0-9]{1,5},p=[0-9]{1,3}\\$[A-Za-z0-9+/=]{0,99}\\$[A-Za-z0-9+/=]{0,99}") {
            prop_assert!(PasswordHash::parse(&text).is_err());
            if let Ok(hash) = PasswordHash::parse(&cost) {
                prop_assert_eq!(hash.as_str(), cost);
                hash.params.argon2(hash.output.len());
            }
        }
    }
}
