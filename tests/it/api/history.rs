//! The promise that matters most, checked on a recorded history: what begins after a revocation was answered is refused.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use latchkey::base::rng::Rng;
use latchkey::domain::access::Switch;
use latchkey::domain::accounts::Person;
use latchkey::domain::credentials::{self, Issued, Why};
use serde_json::json;

use crate::support::{TestApp, TestDb};
use crate::{both, only};

/// One use of a token.
struct Use {
    token: usize,
    began: Instant,
    passed: bool,
}

/// How long a history goes on.
const LONG: Duration = Duration::from_secs(3);

/// Draws numbers below a bound.
fn draw(rng: &Rng, below: usize) -> usize {
    u32::from_be_bytes(rng.bytes32()[..4].try_into().expect("4 of 32 bytes")) as usize % below
}

/// Eight workers use tokens at all doors while one makes and ends them at the first; then the history is read.
async fn check(apps: &[TestApp], owner: &Person, seed: u64) {
    let rng = Rng::seeded(seed);
    let tokens: RefCell<Vec<Issued>> = RefCell::default();
    let ended: RefCell<Vec<(usize, Instant)>> = RefCell::default();
    let uses: RefCell<Vec<Use>> = RefCell::default();
    let done = Cell::new(false);
    for n in 0..4 {
        let token = apps[0].token(owner, &format!("first {n}"), &["verify"]).await;
        tokens.borrow_mut().push(token);
    }
    let worker = async |_: usize| {
        while !done.get() {
            let (app, token) = (&apps[draw(&rng, apps.len())], draw(&rng, tokens.borrow().len()));
            let secret = tokens.borrow()[token].secret.reveal().to_owned();
            let began = Instant::now();
            let passed = if draw(&rng, 3) == 0 {
                let answer = app.bearer(&secret).post("/v1/verify", &json!({ "token": secret })).await;
                answer.status == 200 && answer.json()["data"]["valid"] == true
            } else {
                app.bearer(&secret).get("/v1/me").await.status == 200
            };
            uses.borrow_mut().push(Use { token, began, passed });
        }
    };
    let changer = async {
        let began = Instant::now();
        let mut living: Vec<usize> = (0..tokens.borrow().len()).collect();
        for n in 0.. {
            if began.elapsed() > LONG {
                break;
            }
            tokio::time::sleep(Duration::from_millis(draw(&rng, 20) as u64)).await;
            if living.len() < 2 || draw(&rng, 3) == 0 {
                let token = apps[0].token(owner, &format!("later {n}"), &["verify"]).await;
                living.push(tokens.borrow().len());
                tokens.borrow_mut().push(token);
                continue;
            }
            let token = living.swap_remove(draw(&rng, living.len()));
            let (id, secret) = (tokens.borrow()[token].credential.id, tokens.borrow()[token].secret.reveal().to_owned());
            if draw(&rng, 2) == 0 {
                credentials::revoke_own(&apps[0].app().ctx, owner, id, Why::NotNeeded).await.expect("revoked");
            } else {
                assert_eq!(apps[0].bearer(&secret).post("/v1/tokens/revoke", &json!({})).await.status, 204);
            }
            ended.borrow_mut().push((token, Instant::now()));
        }
        done.set(true);
    };
    join(join_all((0..8).map(worker)), changer).await;

    let (uses, ended) = (uses.into_inner(), ended.into_inner());
    let late = |of: &Use| ended.iter().any(|(token, told)| *token == of.token && of.began > *told);
    assert_eq!(uses.iter().filter(|one| one.passed && late(one)).count(), 0, "seed {seed}: a revoked token was let in");
    let (passed, refused) = (uses.iter().filter(|one| one.passed).count(), uses.iter().filter(|one| late(one)).count());
    assert!(passed > 50 && refused > 50 && ended.len() > 10, "it was put to the test: {passed} {refused} {}", ended.len());
}

async fn start(db: &TestDb, processes: usize) -> Vec<TestApp> {
    let settings = [("account_rate_limit", "1000000")];
    let mut apps = vec![TestApp::start(db, &settings).await];
    for _ in 1..processes {
        let clock = apps[0].clock.clone();
        apps.push(TestApp::start_at(db, &settings, clock).await);
    }
    apps
}

both! {
    async fn r74_in_one_process_no_use_that_begins_after_a_revocation_succeeds(db: &TestDb) {
        let apps = start(db, 1).await;
        apps[0].admin("root@example.com").await;
        let alice = apps[0].user("alice@example.com").await;
        check(&apps, &alice, 74).await;
        for app in apps {
            app.stop().await;
        }
    }

    async fn r74_a_revocation_can_be_repeated_and_stays(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        for _ in 0..3 {
            credentials::revoke_own(&app.app().ctx, &alice, token.credential.id, Why::NotNeeded).await.expect("as often as one likes");
            assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.code(), "AUTH_002");
        }
        let clock = app.clock.clone();
        app.stop().await;
        let app = TestApp::start_at(db, &[], clock).await;
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.code(), "AUTH_002", "also after a restart");
        app.stop().await;
    }
}

only! { Postgres:
    async fn r74_in_two_processes_no_use_that_begins_after_a_revocation_succeeds(db: &TestDb) {
        let apps = start(db, 2).await;
        apps[0].admin("root@example.com").await;
        let alice = apps[0].user("alice@example.com").await;
        check(&apps, &alice, 75).await;
        for app in apps {
            app.stop().await;
        }
    }

    async fn r74_what_one_process_revokes_or_forbids_the_other_refuses_on_its_next_request(db: &TestDb) {
        let apps = start(db, 2).await;
        let (one, other) = (&apps[0], &apps[1]);
        let root = one.admin("root@example.com").await;
        let alice = one.user("alice@example.com").await;
        for n in 0..30 {
            let token = one.token(&alice, &format!("t{n}"), &[]).await;
            let bearer = other.bearer(token.secret.reveal());
            assert_eq!(bearer.get("/v1/me").await.status, 200);
            assert_eq!(one.bearer(token.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
            assert_eq!(bearer.get("/v1/me").await.code(), "AUTH_002", "{n}");
        }
        let token = one.token(&alice, "policy", &[]).await;
        let bearer = other.bearer(token.secret.reveal());
        for _ in 0..5 {
            assert_eq!(bearer.get("/v1/me").await.status, 200);
            one.allow_tokens(&root, Switch::Off).await;
            assert_eq!(bearer.get("/v1/me").await.code(), "AUTH_003");
            one.allow_tokens(&root, Switch::On).await;
        }
        assert_eq!(bearer.get("/v1/me").await.status, 200);
        for app in apps {
            app.stop().await;
        }
    }
}
