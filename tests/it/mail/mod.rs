//! Mail, from the outbox to the person who reads it.

mod letters;
mod samples;

use latchkey::base::rng::Rng;
use latchkey::base::secret::{Keys, MasterKey};
use latchkey::base::text::Sender;
use latchkey::base::time::Timestamp;
use latchkey::base::url::PublicUrl;
use latchkey::domain::mail::Service;

/// 28 Nov 2026, 09:30 UTC.
fn start() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-28T09:30:00Z").expect("an instant")
}

fn keys() -> Keys {
    Keys::derive(&MasterKey::generate(&Rng::seeded(1)))
}

fn service() -> Service {
    Service {
        name: "Acme Cloud".into(),
        public_url: PublicUrl::parse("https://id.acme.example").expect("a URL"),
        sender: Sender::parse("Acme Cloud <no-reply@acme.example>").expect("a sender"),
    }
}
