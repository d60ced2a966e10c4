//! Plans: how much the keys and service accounts of a workspace may ask a minute, together, and what of the product they
//! include.
//!
//! What is decided about plans is decided by administrators, in [`access`](crate::domain::access).

mod entitlements;
mod store;

pub use entitlements::{Entitlements, Feature};

use crate::base::id::WorkspaceId;
use crate::base::time::Timestamp;
use crate::db::{Cx, Db, Result, Tx};
use crate::domain::limits::Rate;

/// The name of a plan: up to 50 small letters, digits and the marks - and _. None is called "new", which is what the
/// address of the form for another one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanName(String);

impl PlanName {
    /// Parses, letter for letter.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b));
        ((1..=50).contains(&text.len()) && plain && text != "new").then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many requests a minute a plan allows: 1 to 1 000 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanRate(u32);

impl PlanRate {
    /// The most.
    pub const MOST: u32 = 1_000_000;

    /// So many a minute; nothing if that is no rate of a plan.
    pub fn per_minute(count: u32) -> Option<Self> {
        (1..=Self::MOST).contains(&count).then_some(Self(count))
    }

    /// How many.
    pub fn count(self) -> u32 {
        self.0
    }

    /// As a limit.
    pub fn rate(self) -> Rate {
        Rate::per_minute(self.0)
    }
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its name.
    pub name: PlanName,
    /// What it gives.
    pub terms: PlanTerms,
    /// How many workspaces have it.
    pub workspaces: i64,
}

/// What a plan gives a workspace that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanTerms {
    /// How much it may ask.
    pub rate: PlanRate,
    /// What of the product is included.
    pub entitlements: Entitlements,
}

/// All plans, in the order in which they are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plans {
    /// They.
    pub all: Vec<Plan>,
    /// The one that a new workspace gets.
    pub new: String,
}

impl Plans {
    /// The plan of this name.
    pub fn find(&self, name: &PlanName) -> Option<&Plan> {
        self.all.iter().find(|plan| plan.name == *name)
    }
}

/// The plans as they are now.
///
/// # Errors
/// When the database does not answer.
pub async fn plans(db: &Db) -> Result<Plans> {
    plans_in(&mut db.read().await?).await
}

/// The same, in a transaction that acts on it.
pub(in crate::domain) async fn plans_in(cx: &mut Cx) -> Result<Plans> {
    Ok(Plans { all: store::all(cx).await?, new: super::store::policy(cx).await?.new_plan })
}

/// Adds a plan after those that there are.
pub(in crate::domain) async fn insert_plan_in(tx: &mut Tx, name: &PlanName, terms: &PlanTerms, now: Timestamp) -> Result<()> {
    store::insert(tx, name, terms, now).await
}

/// Changes what a plan allows. Whoever calls this has read that it exists.
pub(in crate::domain) async fn update_plan_in(tx: &mut Tx, name: &PlanName, terms: &PlanTerms, now: Timestamp) -> Result<()> {
    store::update(tx, name, terms, now).await
}

/// Deletes a plan. Whoever calls this has read that no workspace has it or will get it.
pub(in crate::domain) async fn delete_plan_in(tx: &mut Tx, name: &PlanName) -> Result<()> {
    store::delete(tx, name).await
}

/// Lets new workspaces have this plan.
pub(in crate::domain) async fn save_new_plan_in(tx: &mut Tx, name: &PlanName, now: Timestamp) -> Result<()> {
    store::save_new(tx, name, now).await
}

/// The plan of a workspace; nothing if there is no such workspace.
pub(in crate::domain) async fn plan_of_in(cx: &mut Cx, workspace: WorkspaceId) -> Result<Option<String>> {
    store::of(cx, workspace).await
}

/// The plan of a workspace, and what it gives; nothing if there is no such workspace.
///
/// # Errors
/// When the database does not answer.
pub async fn terms_of(db: &Db, workspace: WorkspaceId) -> Result<Option<(PlanName, PlanTerms)>> {
    store::terms_of(&mut db.read().await?, workspace).await
}

/// Gives a workspace another plan, in place of the one that was read in this transaction.
pub(in crate::domain) async fn give_plan_in(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (before, after): (&str, &PlanName),
    now: Timestamp,
) -> Result<()> {
    store::give(tx, workspace, (before, after), now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_a_plain_name_and_a_rate_within_bounds() {
        for good in ["free", "pro-eu_2", "x", &"x".repeat(50)] {
            assert_eq!(PlanName::parse(good).as_ref().map(PlanName::as_str), Some(good));
        }
        for wrong in ["", "new", "Free", "a b", "a/b", "ä", &"x".repeat(51)] {
            assert_eq!(PlanName::parse(wrong), None, "{wrong}");
        }
        assert_eq!(PlanRate::per_minute(60).map(|rate| rate.rate().count()), Some(60));
        assert_eq!([0, 1_000_001].map(PlanRate::per_minute), [None, None]);
    }
}
