//! Refresh tokens: each is good once, and what is in two hands is in nobody's.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use latchkey::base::time::Span;
use serde_json::json;

use super::{ANNA, both, claims, form, pair, renew};
use crate::support::TestApp;
use crate::support::letter;
use crate::support::rows::{everything, execute_all};
use crate::{both, served};

async fn is_good(app: &TestApp, access: &str) -> bool {
    let answer = app.bearer(access).get("/v1/me").await;
    assert!(matches!(answer.status, 200 | 401), "{}", answer.body);
    answer.status == 200
}

async fn renewed(app: &TestApp, refresh: &str) -> (String, String) {
    let answer = renew(app, refresh).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    both(&answer)
}

/// One answer for everything that is wrong with a refresh token.
async fn is_refused(app: &TestApp, refresh: &str) {
    let answer = renew(app, refresh).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "AUTH_002"), "{}", answer.body);
}

served! {
    async fn a_password_gives_a_pair_and_each_refresh_the_next(app: &TestApp) {
        let (access, refresh) = pair(app).await;
        assert!(refresh.starts_with("lk_rft_") && refresh.len() == "lk_rft_".len() + 49, "{refresh}");
        let said = claims(&access);
        assert_eq!(said["exp"].as_i64().zip(said["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(900));
        assert_eq!((&said["client_id"], &said["roles"]), (&json!("first-party"), &json!(["user"])));
        assert!(is_good(app, &access).await);
        app.clock.advance(Span::minutes(15));
        assert!(!is_good(app, &access).await, "its quarter of an hour is over");
        let (second, next) = renewed(app, &refresh).await;
        assert_ne!(next, refresh);
        assert!(is_good(app, &second).await);
        assert_eq!(claims(&second)["sid"], said["sid"]);
        let kept = everything(&app.app().ctx.db).await;
        for secret in [&access, &refresh, &second, &next] {
            assert!(!kept.contains(secret.rsplit(['_', '.']).next().expect("a tail")), "only digests are kept");
        }
    }

    async fn r86_of_fifty_refreshes_at_once_there_is_one_successor(app: &TestApp) {
        let (_, refresh) = pair(app).await;
        let answers = join_all((0..50).map(|_| renew(app, &refresh))).await;
        let successors: BTreeSet<String> = answers.iter().map(|answer| both(answer).1).collect();
        assert_eq!(successors.len(), 1, "{successors:?}");
        assert_eq!(app.rows("SELECT COUNT(*) FROM refresh_tokens").await, ["2"]);
        let next = successors.into_iter().next().expect("one");
        renewed(app, &next).await;
    }

    async fn r86_a_lost_answer_is_given_again_for_thirty_seconds_and_never_after_the_successor_was_used(app: &TestApp) {
        let (_, first) = pair(app).await;
        let (_, second) = renewed(app, &first).await;
        app.clock.advance(Span::seconds(29));
        assert_eq!(renewed(app, &first).await.1, second, "the very same");
        let (access, third) = renewed(app, &second).await;
        is_refused(app, &first).await;
        is_refused(app, &third).await;
        assert!(!is_good(app, &access).await, "the whole grant has ended");
    }

    async fn r85_an_old_refresh_token_ends_the_grant_is_audited_and_mailed(app: &TestApp) {
        let (other, _) = pair(app).await;
        let (access, first) = pair(app).await;
        let (_, second) = renewed(app, &first).await;
        app.clock.advance(Span::seconds(31));
        is_refused(app, &first).await;
        is_refused(app, &second).await;
        assert_eq!((is_good(app, &access).await, is_good(app, &other).await), (false, true), "that grant alone");
        let audited = app.rows("SELECT outcome, actor_kind FROM audit_events WHERE action = 'session.refresh_reused'").await;
        assert_eq!(audited.len(), 1, "{audited:?}");
        let told = app.mails_to(ANNA).await;
        let told: Vec<_> = told.iter().filter(|mail| mail.contains("Subject: A program was signed out")).collect();
        assert_eq!(told.len(), 1);
        let before = app.state_and_log().await;
        is_refused(app, &first).await;
        assert_eq!(app.state_and_log().await, before, "once");
    }

    async fn r86_a_database_that_fails_in_the_middle_leaves_the_token_good(app: &TestApp) {
        let (_, refresh) = pair(app).await;
        let db = &app.app().ctx.db;
        execute_all(db, &["ALTER TABLE refresh_tokens RENAME COLUMN seed TO seed_away"]).await;
        let before = app.rows("SELECT id, spent_at FROM refresh_tokens").await;
        assert_eq!(renew(app, &refresh).await.status, 500);
        execute_all(db, &["ALTER TABLE refresh_tokens RENAME COLUMN seed_away TO seed"]).await;
        assert_eq!(app.rows("SELECT id, spent_at FROM refresh_tokens").await, before);
        execute_all(db, &["CREATE UNIQUE INDEX nobody_follows ON refresh_tokens (session_id)"]).await;
        assert!(matches!(renew(app, &refresh).await.status, 500 | 503));
        assert_eq!(app.rows("SELECT id, spent_at FROM refresh_tokens").await, before, "spending was undone");
        execute_all(db, &["DROP INDEX nobody_follows"]).await;
        renewed(app, &refresh).await;
    }

    async fn r87_a_refresh_looks_at_the_person_and_the_grant_as_they_are_now(app: &TestApp) {
        for change in [
            "UPDATE sessions SET ended_at = 1 WHERE kind = 'grant'",
            "UPDATE sessions SET idle_ends_at = 1 WHERE kind = 'grant'",
            "UPDATE accounts SET suspended_at = 1 WHERE email_key = 'anna@example.com'",
            "UPDATE sign_in_policy SET factor_roles = '[\"user\"]'",
        ] {
            let (_, refresh) = pair(app).await;
            execute_all(&app.app().ctx.db, &[change]).await;
            let before = app.state_and_log().await;
            is_refused(app, &refresh).await;
            assert_eq!(app.state_and_log().await, before, "{change}");
            execute_all(&app.app().ctx.db, &["UPDATE accounts SET suspended_at = NULL", "UPDATE sign_in_policy SET factor_roles = '[]'"])
                .await;
        }
    }

    async fn r85_a_grant_ends_unused_after_thirty_days_and_in_any_case_after_ninety(app: &TestApp) {
        let (_, first) = pair(app).await;
        app.clock.advance(Span::days(30));
        is_refused(app, &first).await;
        let (_, mut refresh) = pair(app).await;
        for _ in 0..4 {
            app.clock.advance(Span::days(22));
            refresh = renewed(app, &refresh).await.1;
        }
        app.clock.advance(Span::days(2));
        is_refused(app, &refresh).await;
    }

    async fn r31_an_end_of_all_other_sessions_ends_grants(app: &TestApp) {
        let (access, refresh) = pair(app).await;
        let by = app.browser();
        by.sign_in(ANNA).await;
        let ended = by.submit("/profile/sessions", "/profile/sessions/end-others", &[]).await;
        assert!(matches!(ended.status, 200 | 303), "{}", ended.body);
        is_refused(app, &refresh).await;
        assert!(!is_good(app, &access).await);
    }

    async fn r31_a_recovered_password_ends_grants(app: &TestApp) {
        let (access, refresh) = pair(app).await;
        let browser = app.browser();
        browser.submit("/recover", "/recover", &[("email", ANNA)]).await;
        let mails = app.mails_to(ANNA).await;
        let link = mails.iter().find(|mail| letter::text(mail).contains("/recover/")).expect("a mail with a link");
        let link = letter::link(link, "/recover/");
        let chosen = browser.submit(&link, &link, &[("password", "copper-lantern-drifts-77")]).await;
        assert_eq!(chosen.status, 303, "{}", chosen.body);
        is_refused(app, &refresh).await;
        assert!(!is_good(app, &access).await);
    }

    async fn r85_a_refresh_token_is_good_for_its_client_alone(app: &TestApp) {
        let (access, refresh) = pair(app).await;
        let before = app.state_and_log().await;
        let app_id = "app_0190163d8694739baea5966c26f8ad91";
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("client_id", app_id)];
        let answer = form(app, &[], &fields).await;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_grant")), "{}", answer.body);
        assert_eq!(app.state_and_log().await, before, "and the grant is as it was");
        assert!(is_good(app, &access).await);
        let answer = form(app, &[], &fields[..2]).await;
        assert_eq!((answer.status, &answer.json()["token_type"]), (200, &json!("Bearer")), "{}", answer.body);
        assert!(answer.header("cache-control").contains("no-store"));
    }

    async fn r66_nothing_but_the_whole_refresh_token_is_good(app: &TestApp) {
        app.admin("root@example.com").await;
        let (access, refresh) = pair(app).await;
        let anna = app.person(ANNA).await;
        let before = app.state_and_log().await;
        for wrong in ["", "lk_rft_", &refresh[..refresh.len() - 1], &format!("{refresh}0"), &refresh.to_lowercase(), &access] {
            is_refused(app, wrong).await;
        }
        let token = app.token(&anna, "CI", &[]).await;
        is_refused(app, token.secret.reveal()).await;
        assert_eq!(app.state_and_log().await.len(), before.len() + 4, "the token with its secret, its event and its mail");
        assert_eq!(app.bearer(&refresh).get("/v1/me").await.status, 401, "it is presented nowhere else");
    }

    async fn a_refresh_may_ask_for_less_and_not_for_more(app: &TestApp) {
        let (_, refresh) = pair(app).await;
        let ask = async |scope: &str| {
            let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("scope", scope)];
            form(app, &[], &fields).await
        };
        for beyond in ["admin", "verify admin", "nothing:known", "\"quoted\""] {
            let before = app.state_and_log().await;
            let answer = ask(beyond).await;
            assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_scope")), "{beyond}: {}", answer.body);
            assert_eq!(app.state_and_log().await, before);
        }
        let answer = ask("verify").await;
        assert_eq!((answer.status, &answer.json()["scope"]), (200, &json!("verify")), "{}", answer.body);
        let narrowed = answer.json()["access_token"].as_str().expect("a token").to_owned();
        let me = app.bearer(&narrowed).get("/v1/me/tokens").await;
        assert_eq!(me.status, 403, "what was narrowed acts as a credential: {}", me.body);
    }
}

both! {
    async fn r86_what_was_spent_stays_spent_after_a_restart(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let (_, first) = pair(&app).await;
        let (_, second) = renewed(&app, &first).await;
        let (_, third) = renewed(&app, &second).await;
        let clock = app.clock.clone();
        app.stop().await;
        let app = TestApp::start_at(db, &[], clock).await;
        is_refused(&app, &first).await;
        is_refused(&app, &third).await;
        app.stop().await;
    }
}
