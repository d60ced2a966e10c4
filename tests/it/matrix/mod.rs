//! The same truth at every door. Every kind of credential is made at each door that makes it, presented at every door,
//! ended at each door that ends it, and refused at every door from then on; so for whatever else makes rights smaller.
//!
//! The tables have no hole: [`ALIVE`] has a column for each way of presenting a secret ([`At`]) and a row for each
//! [`Kind`], which says what it gets there while it is good.

mod ends;
mod kinds;
mod makes;
mod presents;
mod stage;

use latchkey::base::time::Span;
use serde_json::json;

use self::kinds::{ALIVE, Kind};
use self::makes::Made;
use self::presents::At;
use self::stage::Stage;
use crate::both;
use crate::support::TestDb;

/// What a secret gets at each door.
async fn seen(stage: &Stage, secret: &str) -> Vec<u16> {
    let mut all = Vec::new();
    for at in At::ALL {
        all.push(at.ask(stage, secret).await);
    }
    all
}

/// What it gets everywhere once it is dead.
const DEAD: [u16; At::ALL.len()] = [401; At::ALL.len()];

/// What a secret of this kind gets while it is good.
fn alive(kind: Kind) -> Vec<u16> {
    ALIVE.iter().find(|(row, _)| *row == kind).expect("every kind has a row").1.to_vec()
}

/// One of each kind.
async fn one_of_each(stage: &Stage) -> Vec<(Kind, Made)> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        all.push((kind, makes::make(stage, kind, kind.makers()[0]).await));
    }
    all
}

/// Makes one at each door that makes it, for each door that ends it.
async fn made_used_and_ended(db: &TestDb, kinds: &[Kind]) {
    let stage = Stage::set(db).await;
    for kind in kinds {
        for maker in kind.makers() {
            for ender in kind.enders() {
                let made = makes::make(&stage, *kind, *maker).await;
                let what = format!("{kind:?}, made at {maker:?}");
                assert_eq!(seen(&stage, &made.secret).await, alive(*kind), "{what}");
                ends::end(&stage, *kind, *ender, &made).await;
                assert_eq!(seen(&stage, &made.secret).await, DEAD, "{what}, ended at {ender:?}");
            }
        }
    }
    stage.over().await;
}

both! {
    async fn personal_tokens_live_and_die_at_every_door(db: &TestDb) {
        made_used_and_ended(db, &[Kind::PersonalToken, Kind::DerivedToken]).await;
    }

    async fn keys_live_and_die_at_every_door(db: &TestDb) {
        made_used_and_ended(db, &[Kind::SecretKey, Kind::PublishableKey]).await;
    }

    async fn service_accounts_live_and_die_at_every_door(db: &TestDb) {
        made_used_and_ended(db, &[Kind::ServiceSecret, Kind::ServiceToken]).await;
    }

    async fn sessions_and_grants_live_and_die_at_every_door(db: &TestDb) {
        made_used_and_ended(db, &[Kind::SessionToken, Kind::AccessToken, Kind::TenantToken]).await;
    }

    async fn each_kind_gets_what_its_row_says_while_it_is_good(db: &TestDb) {
        let stage = Stage::set(db).await;
        let mut table = Vec::new();
        for (kind, made) in one_of_each(&stage).await {
            table.push((kind, seen(&stage, &made.secret).await));
        }
        assert_eq!(table, ALIVE.map(|(kind, row)| (kind, row.to_vec())));
        stage.over().await;
    }

    async fn a_suspended_owner_takes_along_what_acts_for_them_and_nothing_else(db: &TestDb) {
        let stage = Stage::set(db).await;
        let made = one_of_each(&stage).await;
        stage.suspend_owner().await;
        for (kind, made) in made {
            let expected = if kind.lives_by_the_person() { DEAD.to_vec() } else { alive(kind) };
            assert_eq!(seen(&stage, &made.secret).await, expected, "{kind:?}");
        }
        stage.over().await;
    }

    async fn a_suspended_workspace_takes_along_what_acts_for_it_and_nothing_else(db: &TestDb) {
        let stage = Stage::set(db).await;
        let made = one_of_each(&stage).await;
        stage.suspend_workspace().await;
        for (kind, made) in made {
            let expected = if kind.lives_by_the_workspace() { DEAD.to_vec() } else { alive(kind) };
            assert_eq!(seen(&stage, &made.secret).await, expected, "{kind:?}");
        }
        stage.over().await;
    }

    async fn who_leaves_the_workspace_takes_the_tokens_that_are_locked_to_it_along(db: &TestDb) {
        let stage = Stage::set(db).await;
        let locked = stage.locked_token().await;
        let free = makes::make(&stage, Kind::PersonalToken, Kind::PersonalToken.makers()[0]).await;
        // Unlike a free one it names a workspace for which an SDK can be activated.
        let elsewhere = &alive(Kind::PersonalToken)[..At::ALL.len() - 1];
        assert_eq!(seen(&stage, &locked).await, [elsewhere, &[200]].concat());
        stage.leave().await;
        assert_eq!(seen(&stage, &locked).await, DEAD);
        assert_eq!(seen(&stage, &free.secret).await, alive(Kind::PersonalToken));
        stage.over().await;
    }

    async fn narrower_scopes_are_narrower_at_every_door(db: &TestDb) {
        let stage = Stage::set(db).await;
        let made = makes::make(&stage, Kind::PersonalToken, kinds::Door::Native).await;
        assert_eq!(stage.scopes_seen(&made.secret).await.to_vec(), vec![json!(["profile", "verify"]); 3]);
        stage.narrow(&made, "profile").await;
        assert_eq!(stage.scopes_seen(&made.secret).await.to_vec(), vec![json!(["profile"]); 3]);
        assert_eq!(stage.verify_with(&made.secret).await, 403, "and it does less");
        stage.over().await;
    }

    async fn a_limit_is_one_limit_at_every_door(db: &TestDb) {
        let stage = Stage::set_with(db, "free", "100").await;
        for kind in [Kind::PersonalToken, Kind::SecretKey] {
            for spent_at in At::ALL.into_iter().filter(|at| at.counts()) {
                // Whoever asks for verdicts has the same limit as the owner of this token, and reaches it first.
                if (kind, spent_at) == (Kind::PersonalToken, At::Verdict) {
                    continue;
                }
                let made = makes::make(&stage, kind, kind.makers()[0]).await;
                stage.clock(Span::hours(1));
                let mut asked = 0;
                while spent_at.ask(&stage, &made.secret).await != 429 {
                    asked += 1;
                    assert!(asked <= 100, "{kind:?} has no limit at {spent_at:?}");
                }
                for at in At::ALL.into_iter().filter(|at| at.counts()) {
                    assert_eq!(at.ask(&stage, &made.secret).await, 429, "{kind:?} spent at {spent_at:?}, presented at {at:?}");
                }
                stage.clock(Span::hours(1));
                ends::end(&stage, kind, kind.enders()[0], &made).await;
            }
        }
        stage.over().await;
    }
}

#[test]
fn the_tables_have_no_hole() {
    for kind in Kind::ALL {
        assert_eq!(ALIVE.iter().filter(|(row, _)| *row == kind).count(), 1, "{kind:?}");
        assert!(!kind.makers().is_empty() && !kind.enders().is_empty(), "{kind:?}");
    }
    for column in 0..At::ALL.len() {
        assert!(ALIVE.iter().any(|(_, row)| row[column] == 200), "nobody is let in at {:?}", At::ALL[column]);
    }
}
