//! Writes what has been counted.

use std::collections::{BTreeMap, BTreeSet};

use super::Denial;
use super::counter::{Noted, REMEMBERED, Seen, Taken};
use super::store::{self, HourRow, LateSecret, RecentRow, UseRow};
use crate::base::id::{SecretId, uuid_v7};
use crate::base::text::Label;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Error, Tx};
use crate::domain::Ctx;
use crate::domain::accounts;
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};

/// What a flush wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flushed {
    /// Credentials that were used.
    pub credentials: usize,
    /// Uses added.
    pub uses: u64,
    /// Refusals added.
    pub denied: u64,
}

/// Everything that one flush writes, one list for each table.
#[derive(Default)]
struct Written {
    credentials: BTreeMap<String, UseRow>,
    secrets: BTreeMap<String, UseRow>,
    hours: BTreeMap<(String, i64, &'static str), u64>,
    recent: BTreeMap<String, Vec<Seen>>,
    late: BTreeMap<SecretId, Seen>,
}

/// Writes what has been counted. When the database does not take it, the counts wait for the next flush.
///
/// # Errors
/// When the database does not answer.
pub async fn flush(ctx: &Ctx) -> db::Result<Flushed> {
    let usage = ctx.verifier.usage();
    let taken = usage.take();
    if taken.is_empty() {
        return Ok(Flushed::default());
    }
    let mut written = Written::default();
    taken.iter().for_each(|taken| written.add(taken));
    if let Err(error) = write(ctx, &written).await {
        usage.give_back(taken);
        return Err(error);
    }
    if !written.late.is_empty() {
        ctx.mail.wake();
    }
    Ok(written.summary())
}

async fn write(ctx: &Ctx, written: &Written) -> db::Result<()> {
    let rows = |rows: &BTreeMap<String, UseRow>| rows.values().cloned().collect::<Vec<_>>();
    let mut tx = ctx.db.write().await?;
    if !written.credentials.is_empty() {
        store::add_uses(&mut tx, &rows(&written.credentials)).await?;
        store::add_secret_uses(&mut tx, &rows(&written.secrets)).await?;
    }
    store::add_hours(&mut tx, &written.hour_rows()).await?;
    store::add_recent(&mut tx, &written.recent_rows(ctx)).await?;
    store::trim_recent(&mut tx, &written.recent.keys().map(String::as_str).collect::<Vec<_>>()).await?;
    if !written.late.is_empty() {
        tell_late(&mut tx, ctx, &written.late).await?;
    }
    tx.commit().await
}

impl Written {
    fn add(&mut self, Taken { counter, noted }: &Taken) {
        let id = counter.credential.to_db();
        let allowed = total(noted, Denied::No);
        if let (Some(last), true) = (noted.last_use(), allowed > 0) {
            let row = UseRow::of(counter.secret.to_db(), &noted.seen[last], allowed);
            merge(&mut self.credentials, UseRow { id: id.clone(), ..row.clone() });
            merge(&mut self.secrets, row);
        }
        for seen in noted.seen.iter().filter(|seen| seen.uses > 0) {
            *self.hours.entry((id.clone(), hour(seen.at), outcome(seen))).or_default() += seen.uses;
            self.recent.entry(id.clone()).or_default().push(seen.clone());
            if seen.denial == Some(Denial::Replaced) {
                self.late.insert(counter.secret, seen.clone());
            }
        }
        let newest = noted.seen.iter().map(|seen| hour(seen.at)).max().unwrap_or_default();
        for (uses, outcome) in [(noted.allowed_beside, "allowed"), (noted.denied_beside, "denied")] {
            if uses > 0 {
                *self.hours.entry((id.clone(), newest, outcome)).or_default() += uses;
            }
        }
    }

    fn hour_rows(&self) -> Vec<HourRow<'_>> {
        self.hours.iter().map(|((id, hour, outcome), uses)| HourRow { id, hour: *hour, outcome, uses: *uses }).collect()
    }

    /// The newest of each credential, also when two of its secrets are in use.
    fn recent_rows(&self, ctx: &Ctx) -> Vec<RecentRow<'_>> {
        let mut rows = Vec::new();
        for (credential, seen) in &self.recent {
            let mut seen: Vec<&Seen> = seen.iter().collect();
            seen.sort_by_key(|seen| std::cmp::Reverse(seen.at));
            rows.extend(seen.into_iter().take(REMEMBERED).map(|seen| RecentRow {
                id: uuid_v7(seen.at, &ctx.rng).to_string(),
                credential,
                at: seen.at.micros(),
                outcome: outcome(seen),
                reason: seen.denial.map(Denial::as_str),
                address: seen.address.to_string(),
                agent: &seen.agent,
                uses: seen.uses,
            }));
        }
        rows
    }

    fn summary(&self) -> Flushed {
        let uses = self.hours.iter().map(|((.., outcome), uses)| (*outcome == "allowed", *uses));
        let (allowed, denied): (Vec<_>, Vec<_>) = uses.partition(|(allowed, _)| *allowed);
        let sum = |rows: Vec<(bool, u64)>| rows.into_iter().map(|(_, uses)| uses).sum();
        Flushed { credentials: self.credentials.len(), uses: sum(allowed), denied: sum(denied) }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Denied {
    No,
    Yes,
}

fn total(noted: &Noted, denied: Denied) -> u64 {
    let beside = if denied == Denied::Yes { noted.denied_beside } else { noted.allowed_beside };
    let seen = noted.seen.iter().filter(|seen| seen.denial.is_some() == (denied == Denied::Yes));
    beside + seen.map(|seen| seen.uses).sum::<u64>()
}

fn outcome(seen: &Seen) -> &'static str {
    if seen.denial.is_some() { "denied" } else { "allowed" }
}

/// The first instant of the hour, in microseconds.
fn hour(at: Timestamp) -> i64 {
    at.micros() - at.micros() % Span::hours(1).micros()
}

/// One row for each: a statement changes each of its rows once, and there are two counters of one secret when the
/// first was forgotten to make room while it still had something to tell.
fn merge(rows: &mut BTreeMap<String, UseRow>, row: UseRow) {
    match rows.get_mut(&row.id) {
        Some(kept) => {
            let uses = kept.uses + row.uses;
            let latest = if row.at > kept.at { row } else { kept.clone() };
            *kept = UseRow { uses, ..latest };
        }
        None => drop(rows.insert(row.id.clone(), row)),
    }
}

/// Tells owners that an old secret is still tried, once for each secret.
async fn tell_late(tx: &mut Tx, ctx: &Ctx, late: &BTreeMap<SecretId, Seen>) -> db::Result<()> {
    let ids: BTreeSet<String> = late.keys().map(SecretId::to_db).collect();
    for claimed in store::claim_late(tx, &ids, ctx.now()).await? {
        let id = SecretId::from_db(&claimed).map_err(|_| Error::corrupt("secret id"))?;
        let (Some(seen), Some(secret)) = (late.get(&id), store::late_secret(tx, id).await?) else { continue };
        let Some(owner) = accounts::by_id(tx, secret.account).await? else { continue };
        let LateSecret { token, name, prefix, ended_at, .. } = secret;
        let message = Message::OldSecretUsed {
            name: owner.name.clone(),
            token: token.to_string(),
            token_name: Label::parse(&name).map_err(|_| Error::corrupt("name"))?,
            token_prefix: prefix,
            ended_at,
            cause: Cause { at: seen.at, address: seen.address, agent: seen.agent.clone() },
        };
        ctx.post(tx, &owner, &message, NOTICE_LIFE).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_counters_of_one_secret_are_written_as_one_row() {
        let row =
            |id: &str, uses, at, agent: &str| UseRow { id: id.into(), uses, at, address: "::1".into(), agent: agent.into() };
        let mut merged = BTreeMap::new();
        for row in [row("a", 2, 20, "late"), row("b", 1, 5, "other"), row("a", 3, 10, "early")] {
            merge(&mut merged, row);
        }
        let told: Vec<_> = merged.values().map(|row| (row.id.as_str(), row.uses, row.at, row.agent.as_str())).collect();
        assert_eq!(told, [("a", 5, 20, "late"), ("b", 1, 5, "other")]);
    }

    #[test]
    fn an_hour_begins_on_the_hour() {
        let at = Timestamp::parse_rfc3339("2026-11-22T09:59:59.999Z").expect("an instant");
        assert_eq!(Timestamp::from_micros(hour(at)).rfc3339(), "2026-11-22T09:00:00.000Z");
    }
}
