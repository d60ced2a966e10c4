//! "Which token is this?": somebody found a secret, or the beginning of one, and wants to know whose it is.

use super::Governed;
use super::store::{self, SecretRow};
use crate::base::id::CredentialId;
use crate::base::secret::PlainSecret;
use crate::base::time::Timestamp;
use crate::db::{self, Error};
use crate::domain::Ctx;
use crate::domain::access::Administrator;

/// How many credentials are named for a beginning that several share.
const NAMED: i64 = 20;
/// How many characters after the kind a list shows of a secret.
const SHOWN: usize = 4;

/// What was found.
#[derive(Debug)]
pub enum Identified {
    /// Exactly this one: the whole secret was given.
    Exactly(Box<Governed>, Secret),
    /// These begin like it, and end like it if its end was given.
    Beginning(Vec<(Governed, Secret)>),
    /// None of ours, or one that was deleted with its account.
    Unknown,
}

/// Which of its credential's secrets it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// The current one.
    Current,
    /// One that was replaced, and until when it is good.
    Replaced(Timestamp),
}

/// Finds whose a secret is. The whole secret is looked up by its digest; the beginning of one by what lists show of it.
/// Nothing of it is kept or logged.
///
/// # Errors
/// When the database does not answer.
pub async fn identify(ctx: &Ctx, by: &Administrator, given: &PlainSecret) -> db::Result<Identified> {
    let text = given.reveal().trim();
    let mut cx = ctx.db.read().await?;
    if let Some(row) = store::secret_by_digest(&mut cx, &ctx.keys.digest(text).hex()).await? {
        drop(cx);
        return Ok(match resolve(ctx, by, vec![row]).await?.pop() {
            Some((found, secret)) => Identified::Exactly(Box::new(found), secret),
            None => Identified::Unknown,
        });
    }
    let Some((prefix, last_four)) = hints(text) else { return Ok(Identified::Unknown) };
    let rows = store::secrets_by_hints(&mut cx, prefix, last_four, NAMED).await?;
    drop(cx);
    let found = resolve(ctx, by, rows).await?;
    Ok(if found.is_empty() { Identified::Unknown } else { Identified::Beginning(found) })
}

async fn resolve(ctx: &Ctx, by: &Administrator, rows: Vec<SecretRow>) -> db::Result<Vec<(Governed, Secret)>> {
    let mut found = Vec::new();
    for row in rows {
        let id = CredentialId::from_db(&row.credential_id).map_err(|_| Error::corrupt("credential id"))?;
        let secret = row.valid_until.map_or(Secret::Current, |end| Secret::Replaced(Timestamp::from_micros(end)));
        let hints = (row.prefix, row.last_four);
        let credential = super::some(ctx, by, &[id]).await?.pop();
        found.extend(credential.map(|it| (Governed { prefix: hints.0, last_four: hints.1, ..it }, secret)));
    }
    Ok(found)
}

/// The beginning and the end as lists show them: of `lk_pat_Ab3dXyz…`, of `lk_pat_Ab3d…x9Qz` and of a whole secret that
/// is not known. A secret that was cut short somewhere has no end.
fn hints(text: &str) -> Option<(&str, &str)> {
    let (start, end) = text.split_once('…').or_else(|| text.split_once("...")).unwrap_or((text, ""));
    let brand = start.find('_')?;
    let kind = brand + 1 + start[brand + 1..].find('_')? + 1;
    // Keys say their environment, too.
    let marked = ["live_", "test_"].into_iter().find(|mark| start[kind..].starts_with(mark));
    let body = kind + marked.map_or(0, str::len);
    let prefix = start.get(..body + SHOWN)?;
    let plain = prefix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && start[body..].bytes().all(|b| b.is_ascii_alphanumeric());
    let end = end.trim();
    let end = if end.len() == SHOWN && end.bytes().all(|b| b.is_ascii_alphanumeric()) { end } else { "" };
    plain.then_some((prefix, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_what_a_list_shows_of_a_secret() {
        for (text, expected) in [
            ("lk_pat_Ab3dXyz", Some(("lk_pat_Ab3d", ""))),
            ("lk_pat_Ab3d", Some(("lk_pat_Ab3d", ""))),
            ("lk_pat_Ab3d…x9Qz", Some(("lk_pat_Ab3d", "x9Qz"))),
            ("lk_pat_Ab3d...x9Qz", Some(("lk_pat_Ab3d", "x9Qz"))),
            ("lk_pat_Ab3d… ", Some(("lk_pat_Ab3d", ""))),
            ("lk_pat_Ab3d…%_", Some(("lk_pat_Ab3d", ""))),
            ("lk_sec_live_Ab3dXyz", Some(("lk_sec_live_Ab3d", ""))),
            ("lk_pub_test_Ab3d…x9Qz", Some(("lk_pub_test_Ab3d", "x9Qz"))),
            ("sk_live_0a1b2c", Some(("sk_live_0a1b", ""))),
            ("lk_pat_Ab3", None),
            ("lk_pat", None),
            ("", None),
            ("__é_", None),
            ("lk_pat_Ab3d' OR 1=1", None),
            ("lk_pat_Ab3é", None),
        ] {
            assert_eq!(hints(text), expected, "{text}");
        }
    }
}
