//! Pausing, resuming, renaming, narrowing.

use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::access::Scopes;
use latchkey::domain::audit::Action;
use latchkey::domain::credentials::{self, AddressList, ChangeError, NarrowError, Narrower, RenameError, State, Why};
use latchkey::execute;
use serde_json::json;

use super::{answered, events, found, good, refused};
use crate::support::TestApp;
use crate::{only, served};

fn label(name: &str) -> Label {
    Label::parse(name).expect("a name")
}

fn to(scopes: &[&'static str], addresses: &str) -> Narrower {
    let scopes = Scopes::parse(scopes.iter().copied()).expect("scopes");
    Narrower { scopes, allowed_addresses: AddressList::parse(addresses).expect("addresses") }
}

served! {
    async fn a_paused_token_is_refused_until_it_is_resumed(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (ctx, token) = (&app.app().ctx, app.token(&alice, "CI", &[]).await);
        let (id, secret) = (token.credential.id, token.secret.reveal());
        for _ in 0..2 {
            assert_eq!(answered(app, secret).await, good());
            credentials::pause(ctx, &alice, id).await.expect("paused");
            let events_before = app.events().await;
            credentials::pause(ctx, &alice, id).await.expect("once is enough");
            assert_eq!(app.events().await, events_before);
            assert_eq!(answered(app, secret).await, refused());
            assert_eq!(found(app, &alice, &token).await.summary.state(app.clock.now()), State::Paused);
            credentials::resume(ctx, &alice, id).await.expect("resumed");
            credentials::resume(ctx, &alice, id).await.expect("once is enough");
        }
        assert_eq!(answered(app, secret).await, good());
        assert_eq!((events(app, Action::TokenPaused).await.len(), events(app, Action::TokenResumed).await.len()), (2, 2));
    }

    async fn nobody_changes_what_is_not_theirs_or_has_ended(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, mallory) = (app.user("alice@example.com").await, app.user("mallory@example.com").await);
        let ctx = &app.app().ctx;
        let (mine, revoked) = (app.token(&alice, "mine", &["verify"]).await, app.token(&alice, "revoked", &[]).await);
        credentials::revoke_own(ctx, &alice, revoked.credential.id, Why::NotNeeded).await.expect("revoked");
        let before = app.state_and_log().await;
        let all = async |by, id| {
            [
                credentials::pause(ctx, by, id).await.expect_err("refused"),
                credentials::resume(ctx, by, id).await.expect_err("refused"),
                match credentials::rename(ctx, by, id, &label("other")).await {
                    Err(RenameError::Unchanged(why)) => why,
                    other => panic!("{other:?}"),
                },
                match credentials::narrow(ctx, by, id, &to(&[], "")).await {
                    Err(NarrowError::Unchanged(why)) => why,
                    other => panic!("{other:?}"),
                },
            ]
        };
        assert!(all(&mallory, mine.credential.id).await.iter().all(|why| matches!(why, ChangeError::NotFound)));
        assert!(all(&alice, revoked.credential.id).await.iter().all(|why| matches!(why, ChangeError::Ended)));
        assert_eq!(app.state_and_log().await, before);
        app.clock.advance(Span::days(30));
        assert!(all(&alice, mine.credential.id).await.iter().all(|why| matches!(why, ChangeError::Ended)));
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_token_takes_another_name_that_is_free(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (ctx, token) = (&app.app().ctx, app.token(&alice, "CI", &["verify"]).await);
        let (id, secret) = (token.credential.id, token.secret.reveal());
        let other = app.token(&alice, "Taken", &[]).await;
        let before = app.state_and_log().await;
        let taken = credentials::rename(ctx, &alice, id, &label("tAKEN")).await;
        assert!(matches!(taken, Err(RenameError::NameTaken)), "{taken:?}");
        assert_eq!(app.state_and_log().await, before);
        credentials::revoke_own(ctx, &alice, other.credential.id, Why::NotNeeded).await.expect("revoked");
        for name in ["Taken", "TAKEN", "TAKEN"] {
            credentials::rename(ctx, &alice, id, &label(name)).await.expect("renamed");
            let verdict = app.bearer(secret).post("/v1/verify", &json!({ "token": secret })).await.json();
            assert_eq!(verdict["data"]["name"], name, "on the next request");
        }
        let renamed = events(app, Action::TokenRenamed).await;
        assert_eq!((renamed.len(), &renamed[1].details), (2, &json!({ "name": "Taken", "before": "CI" })));
    }

    async fn r71_a_token_never_gains_a_scope_or_an_address(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let (ctx, token) = (&app.app().ctx, app.token(&root, "CI", &["verify", "admin"]).await);
        let id = token.credential.id;
        credentials::narrow(ctx, &root, id, &to(&["verify", "admin"], "10.0.0.0/8 127.0.0.1")).await.expect("narrowed");
        let before = app.state_and_log().await;
        for (more, wanted) in [
            (to(&["profile"], "127.0.0.1"), "scope"),
            (to(&["verify", "admin", "profile"], "127.0.0.1"), "scope"),
            (to(&["verify"], ""), "address"),
            (to(&["verify"], "0.0.0.0/0"), "address"),
            (to(&["verify"], "10.0.0.0/7"), "address"),
            (to(&["verify"], "127.0.0.1, ::1"), "address"),
        ] {
            let why = match credentials::narrow(ctx, &root, id, &more).await {
                Err(NarrowError::MoreScopes(scope)) => {
                    assert_eq!(scope, "profile");
                    "scope"
                }
                Err(NarrowError::MoreAddresses) => "address",
                other => panic!("{other:?}"),
            };
            assert_eq!(why, wanted);
            assert_eq!(app.state_and_log().await, before);
        }
        credentials::narrow(ctx, &root, id, &to(&[], "127.0.0.1")).await.expect("nothing but who its owner is");
        assert_eq!(found(app, &root, &token).await.allowed_addresses.expect("readable").to_string(), "127.0.0.1");
        assert_eq!(events(app, Action::TokenNarrowed).await[0].details["before"]["scopes"], json!(["admin", "verify"]));
    }

    async fn r71_what_cannot_be_read_is_not_made_readable(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let ctx = &app.app().ctx;
        for (n, broken) in ["UPDATE credentials SET scopes = 'x' WHERE id = $1", "UPDATE credentials SET allowed_addresses = 'x' WHERE id = $1"].into_iter().enumerate() {
            let token = app.token(&root, &format!("t{n}"), &["verify"]).await;
            let mut tx = ctx.db.write().await.expect("a transaction");
            execute!(tx, sqlx::query(broken).bind(token.credential.id.to_db())).expect("planted");
            tx.commit().await.expect("committed");
            let answer = credentials::narrow(ctx, &root, token.credential.id, &to(&[], "127.0.0.1")).await;
            assert!(matches!(answer, Err(NarrowError::MoreAddresses)), "{answer:?}");
        }
    }

    async fn r74_narrowing_binds_on_the_next_request(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (ctx, token) = (&app.app().ctx, app.token(&alice, "CI", &["verify"]).await);
        let (id, bearer) = (token.credential.id, app.bearer(token.secret.reveal()));
        let ask = async || bearer.post("/v1/verify", &json!({ "token": token.secret.reveal() })).await.status;
        assert_eq!(ask().await, 200);
        credentials::narrow(ctx, &alice, id, &to(&[], "")).await.expect("narrowed");
        assert_eq!(ask().await, 403);
    }
}

only! { Postgres:
    async fn r74_what_one_process_pauses_or_narrows_the_other_refuses_on_its_next_request(db: &TestDb) {
        let one = TestApp::start(db, &[]).await;
        let other = TestApp::start_at(db, &[], one.clock.clone()).await;
        one.admin("root@example.com").await;
        let alice = one.user("alice@example.com").await;
        let ctx = &one.app().ctx;
        for n in 0..10 {
            let token = one.token(&alice, &format!("t{n}"), &["verify"]).await;
            let (id, secret) = (token.credential.id, token.secret.reveal());
            assert_eq!(answered(&other, secret).await, good());
            credentials::pause(ctx, &alice, id).await.expect("paused");
            assert_eq!(answered(&other, secret).await, refused(), "{n}");
            credentials::resume(ctx, &alice, id).await.expect("resumed");
            let ask = async || other.bearer(secret).post("/v1/verify", &json!({ "token": secret })).await.status;
            assert_eq!(ask().await, 200, "{n}");
            credentials::narrow(ctx, &alice, id, &to(&[], "")).await.expect("narrowed");
            assert_eq!(ask().await, 403, "{n}");
        }
        one.stop().await;
        other.stop().await;
    }
}
