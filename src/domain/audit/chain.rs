//! What binds an event to the one before it.

use std::fmt;
use std::str::FromStr;

use super::store::EventRow;
use crate::base::secret::{Digest, Keys, hex};

/// The digest of an event: over the digest before it and a canonical spelling of every column but its own digest.
/// Each part is led by its length and a column that is absent differs from an empty one, so that no two rows read the
/// same.
pub(super) fn digest(keys: &Keys, before: Option<&str>, row: &EventRow) -> String {
    let (seq, at) = (row.seq.to_string(), row.at.to_string());
    let columns = [
        before,
        Some(&*seq),
        Some(&*row.id),
        Some(&*at),
        Some(&*row.action),
        Some(&*row.outcome),
        Some(&*row.actor_kind),
        row.actor_id.as_deref(),
        row.account_id.as_deref(),
        row.target.as_deref(),
        Some(&*row.details),
        Some(&*row.address),
        Some(&*row.agent),
        Some(&*row.request_id),
    ];
    // An event of no workspace keeps the digest that it had before there were workspaces.
    let workspace = row.workspace_id.as_deref().map(Some);
    let columns: Vec<Option<&str>> = columns.into_iter().chain(workspace).collect();
    let present: String = columns.iter().map(|column| if column.is_some() { '1' } else { '0' }).collect();
    let mut parts = vec![present.as_bytes()];
    parts.extend(columns.iter().map(|column| column.unwrap_or_default().as_bytes()));
    hex(&keys.audit_tag(&parts))
}

/// The end of the chain at one moment: the number of the last event and its digest, `1204.9f86d081…`. Kept where
/// nobody who can write the database can write, it shows later that no event up to it was taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of the last event; 0 while there is none.
    pub seq: i64,
    /// Its digest; nothing while no event has one.
    pub(super) hash: Option<String>,
}

/// What was given is no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no head of an audit log. Give it as `latchkey audit head` printed it")]
pub struct InvalidHead;

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.seq, self.hash.as_deref().unwrap_or("none"))
    }
}

impl FromStr for Head {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (seq, hash) = text.trim().split_once('.').ok_or(InvalidHead)?;
        let seq = seq.parse().ok().filter(|seq| *seq >= 0).ok_or(InvalidHead)?;
        let hash = match hash {
            "none" => None,
            hash => Some(Digest::from_hex(hash).ok_or(InvalidHead)?.hex()),
        };
        Ok(Self { seq, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::Rng;
    use crate::base::secret::MasterKey;

    fn row() -> EventRow {
        EventRow {
            seq: 7,
            id: "e".into(),
            at: 1,
            action: "token.created".into(),
            outcome: "done".into(),
            actor_kind: "account".into(),
            actor_id: Some("a".into()),
            account_id: Some("a".into()),
            workspace_id: None,
            target: Some("key_1".into()),
            details: "null".into(),
            address: "203.0.113.7".into(),
            agent: "curl".into(),
            request_id: "req_1".into(),
            hash: None,
        }
    }

    #[test]
    fn r122_every_column_and_what_came_before_is_bound() {
        let keys = Keys::derive(&MasterKey::generate(&Rng::seeded(1)));
        let other = Keys::derive(&MasterKey::generate(&Rng::seeded(2)));
        let mut digests = vec![
            digest(&keys, None, &row()),
            digest(&other, None, &row()),
            digest(&keys, Some(""), &row()),
            digest(&keys, Some("x"), &row()),
        ];
        let changes: [fn(&mut EventRow); 18] = [
            |row| row.seq = 8,
            |row| row.id.push('x'),
            |row| row.at = 2,
            |row| row.action.push('x'),
            |row| row.outcome.push('x'),
            |row| row.actor_kind.push('x'),
            |row| row.actor_id = None,
            |row| row.actor_id = Some(String::new()),
            |row| row.account_id = None,
            |row| row.workspace_id = Some(String::new()),
            |row| row.workspace_id = Some("w".into()),
            |row| row.target = None,
            |row| row.target = Some(String::new()),
            |row| row.details.push(' '),
            |row| row.address.push('x'),
            |row| row.agent.push('x'),
            |row| row.request_id.push('x'),
            |row| (row.agent, row.request_id) = ("curlr".into(), "eq_1".into()),
        ];
        for change in changes {
            let mut row = row();
            change(&mut row);
            digests.push(digest(&keys, None, &row));
        }
        let count = digests.len();
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), count);
    }

    #[test]
    fn a_head_is_read_as_it_was_written_and_nothing_else_is() {
        let heads = [Head { seq: 12, hash: Some("0f".repeat(32)) }, Head { seq: 0, hash: None }];
        for head in heads {
            assert_eq!(head.to_string().parse(), Ok(head));
        }
        for wrong in ["", "12", "12.", ".none", "-1.none", "x.none", "12.0f", &format!("12.{}", "g".repeat(64))] {
            assert_eq!(wrong.parse::<Head>(), Err(InvalidHead), "{wrong}");
        }
    }
}
