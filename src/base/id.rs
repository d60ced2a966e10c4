//! Identities: UUIDv7 inside and in the database, a prefixed spelling on the wire.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::rng::Rng;
use super::time::Timestamp;

/// What was given is no identity of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

/// Makes a UUIDv7 (RFC 9562 §5.7) from the instant and the random bytes it is given.
///
/// Such an id is an identity, never a secret: its first half is a time.
pub fn uuid_v7(now: Timestamp, rng: &Rng) -> Uuid {
    let mut random = [0u8; 10];
    rng.fill(&mut random);
    let millis = u64::try_from(now.micros().max(0) / 1_000).expect("not negative after max(0)");
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Defines an identity type: a UUID in the database, `prefix_` and 32 hex digits on the wire.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The prefix of the spelling on the wire.
            pub const PREFIX: &'static str = $prefix;

            /// A new identity, ordered by the instant it was made.
            pub fn new(now: Timestamp, rng: &Rng) -> Self {
                Self(uuid_v7(now, rng))
            }

            /// The spelling in the database, and at doors that speak of UUIDs.
            pub fn uuid(&self) -> Uuid {
                self.0
            }

            /// When it was made, to the millisecond.
            pub fn made_at(&self) -> Timestamp {
                let (seconds, nanos) = self.0.get_timestamp().map_or((0, 0), |time| time.to_unix());
                let micros = seconds.saturating_mul(1_000_000).saturating_add(u64::from(nanos / 1_000));
                Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
            }

            /// Reads the spelling in the database: a hyphenated UUID.
            pub fn from_db(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }

            /// Reads the spelling of doors that speak of UUIDs (RFC 9562 §4: hyphens, in either case), or our own.
            pub fn from_either(text: &str) -> Result<Self, InvalidId> {
                if text.len() == 36 && text.as_bytes()[8] == b'-' { Self::from_db(text) } else { text.parse() }
            }

            /// The spelling in the database: a hyphenated UUID.
            pub fn to_db(&self) -> String {
                self.0.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        /// Reads the spelling on the wire, letter for letter: one identity has one spelling.
        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let hex = text.strip_prefix(concat!($prefix, "_")).ok_or(InvalidId)?;
                let plain = hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                if !plain {
                    return Err(InvalidId);
                }
                Uuid::try_parse(hex).map(Self).map_err(|_| InvalidId)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

id!(
    /// A person's account.
    AccountId, "usr"
);
id!(
    /// A signed-in browser.
    SessionId, "ses"
);
id!(
    /// A credential: what stays when its secrets are rotated.
    CredentialId, "key"
);
id!(
    /// One concrete secret of a credential.
    SecretId, "sct"
);
id!(
    /// A mailed link.
    LinkId, "lnk"
);
id!(
    /// A message in the outbox.
    MailId, "msg"
);
id!(
    /// An audit event.
    EventId, "evt"
);
id!(
    /// A workspace.
    WorkspaceId, "wsp"
);
id!(
    /// One refresh token of a grant.
    RefreshId, "rft"
);
id!(
    /// A person's belonging to a workspace; another one when it begins again.
    MembershipId, "mem"
);
id!(
    /// An invitation to a workspace.
    InvitationId, "inv"
);
id!(
    /// An app that people let act for them: its `client_id`.
    ClientId, "app"
);
id!(
    /// A device that waits for somebody to approve its sign-in.
    DeviceCodeId, "dvc"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_identity_has_one_spelling_on_the_wire() {
        let rng = Rng::seeded(1);
        let id = AccountId::new(Timestamp::from_micros(1_700_000_000_000_000), &rng);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(AccountId::from_db(&id.to_db()), Ok(id));
        let upper = id.to_string().to_uppercase();
        let foreign = id.to_string().replace("usr_", "key_");
        for wrong in [upper.as_str(), foreign.as_str(), "usr_", "", "usr_é"] {
            assert_eq!(wrong.parse::<AccountId>(), Err(InvalidId), "{wrong}");
        }
        let uuid = id.uuid().to_string();
        for either in [uuid.as_str(), &uuid.to_uppercase(), &id.to_string()] {
            assert_eq!(AccountId::from_either(either), Ok(id), "{either}");
        }
        let plain = uuid.replace('-', "");
        for wrong in [plain.as_str(), &format!("{{{uuid}}}"), &format!("urn:uuid:{uuid}"), &foreign, &uuid[..35], ""] {
            assert_eq!(AccountId::from_either(wrong), Err(InvalidId), "{wrong}");
        }
    }

    #[test]
    fn ids_are_ordered_by_the_instant_they_were_made() {
        let rng = Rng::seeded(2);
        let first = AccountId::new(Timestamp::from_micros(1_000_000), &rng);
        let second = AccountId::new(Timestamp::from_micros(2_000_000), &rng);
        assert!(first < second && first.to_db() < second.to_db());
        assert_eq!(second.made_at(), Timestamp::from_micros(2_000_000));
    }
}
