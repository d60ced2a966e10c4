//! Where random bytes come from. In production: the operating system, every time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

/// A source of random bytes.
#[derive(Clone)]
pub struct Rng(Source);

#[derive(Clone)]
enum Source {
    Os,
    Seeded { seed: u64, drawn: Arc<AtomicU64> },
}

impl Rng {
    /// The operating system's generator.
    pub fn os() -> Self {
        Self(Source::Os)
    }

    /// A repeatable sequence, so that a test's ids and secrets are the same in every run.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded { seed, drawn: Arc::new(AtomicU64::new(0)) })
    }

    /// Fills the buffer.
    ///
    /// # Panics
    /// If the operating system gives no random bytes: nothing safe can be done without them.
    pub fn fill(&self, buffer: &mut [u8]) {
        match &self.0 {
            Source::Os => {
                #[expect(clippy::disallowed_methods, reason = "this is the source that everyone else must ask")]
                let filled = getrandom::fill(buffer);
                filled.expect("the operating system gives random bytes");
            }
            Source::Seeded { seed, drawn } => {
                for chunk in buffer.chunks_mut(32) {
                    let n = drawn.fetch_add(1, Ordering::Relaxed);
                    let block = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(n.to_be_bytes()).finalize();
                    chunk.copy_from_slice(&block[..chunk.len()]);
                }
            }
        }
    }

    /// 32 random bytes: the strength of every secret here.
    pub fn bytes32(&self) -> [u8; 32] {
        let mut bytes = [0u8; 32];
        self.fill(&mut bytes);
        bytes
    }
}

impl fmt::Debug for Rng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Os => "Rng(os)",
            Source::Seeded { .. } => "Rng(seeded)",
        })
    }
}
