//! How often a token was used and refused, from where, and with which of its secrets.

use latchkey::base::time::{Span, Timestamp};
use latchkey::domain::accounts::Person;
use latchkey::domain::credentials::{self, Denial, Issued, Overlap, RecentUse, Rotation, Why};
use latchkey::execute;
use latchkey::jobs::sweep;
use serde_json::json;

use super::{found, refused};
use crate::served;
use crate::support::TestApp;
use crate::support::app::confirmed;

async fn rotate(app: &TestApp, of: &Person, token: &Issued, overlap: Overlap) -> credentials::Rotated {
    let how = Rotation { overlap, nonce: format!("rotate {}", token.credential.id) };
    credentials::rotate(&app.app().ctx, &confirmed(of), token.credential.id, how).await.expect("rotated")
}

async fn ask(app: &TestApp, secret: &str, agent: &str) -> u16 {
    app.send("GET", "/v1/me", &[("x-api-key", secret), ("user-agent", agent)], "").await.status
}

/// The latest uses, once this many uses and refusals are written: the server's own round may be writing them.
async fn recent(app: &TestApp, of: &Person, token: &Issued, wanted: i64) -> Vec<RecentUse> {
    let ctx = &app.app().ctx;
    let began = std::time::Instant::now();
    loop {
        credentials::flush(ctx).await.expect("flushed");
        let series = credentials::usage(ctx, of, token.credential.id, 90).await.expect("read").expect("it is theirs");
        let written: i64 = series.days.iter().map(|day| day.allowed + day.denied).sum();
        if written == wanted {
            return credentials::recent(ctx, of, token.credential.id).await.expect("read").expect("it is theirs");
        }
        assert!(written < wanted && began.elapsed().as_secs() < 5, "{written} of {wanted}");
    }
}

fn told(recent: &[RecentUse]) -> Vec<(Option<Denial>, &str, i64)> {
    recent.iter().map(|used| (used.denial, used.agent.as_str(), used.uses)).collect()
}

served! {
    async fn each_secret_counts_its_own_uses_and_the_token_all_of_them(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let new = rotate(app, &alice, &token, Overlap::Week).await;
        for _ in 0..2 {
            assert_eq!(ask(app, token.secret.reveal(), "old").await, 200);
        }
        app.clock.advance(Span::seconds(9));
        for _ in 0..3 {
            assert_eq!(ask(app, new.secret.reveal(), "new").await, 200);
        }
        recent(app, &alice, &token, 5).await;
        let now = found(app, &alice, &token).await;
        let old = now.summary.overlap(app.clock.now()).expect("an overlap");
        assert_eq!((now.summary.uses, now.current.uses, old.uses), (5, 3, 2));
        assert_eq!((now.current.last_used_agent.as_deref(), old.last_used_agent.as_deref()), (Some("new"), Some("old")));
        assert_eq!(now.summary.last_used_agent.as_deref(), Some("new"), "the newest of both");
        assert_eq!(old.last_used_at.map(|at| at + Span::seconds(9)), Some(app.clock.now()));
    }

    async fn refusals_are_counted_with_their_reason_and_are_no_uses(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (ctx, token) = (&app.app().ctx, app.token(&alice, "CI", &[]).await);
        let (id, secret) = (token.credential.id, token.secret.reveal());
        let asker = app.token(&alice, "asks", &["verify"]).await;
        let question = json!({ "token": secret, "scopes": "verify" });
        let verdict = app.bearer(asker.secret.reveal()).post("/v1/verify", &question).await.json();
        assert_eq!(verdict["data"]["code"], "INSUFFICIENT_SCOPE");
        app.clock.advance(Span::seconds(1));
        credentials::pause(ctx, &alice, id).await.expect("paused");
        for _ in 0..3 {
            assert_eq!(ask(app, secret, "curl").await, 401);
        }
        app.clock.advance(Span::seconds(1));
        credentials::revoke_own(ctx, &alice, id, Why::NotNeeded).await.expect("revoked");
        assert_eq!(ask(app, secret, "curl").await, 401);
        let latest = recent(app, &alice, &token, 5).await;
        let reasons: Vec<_> = latest.iter().map(|used| (used.denial, used.uses)).collect();
        assert_eq!(reasons, [(Some(Denial::Revoked), 1), (Some(Denial::Paused), 3), (Some(Denial::Scope), 1)]);
        let now = found(app, &alice, &token).await;
        assert_eq!((now.summary.uses, now.summary.last_used_at), (0, None));
    }

    async fn recent_uses_are_told_together_and_the_newest_fifty_are_kept(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        for _ in 0..7 {
            assert_eq!(ask(app, token.secret.reveal(), "curl/8.5").await, 200);
        }
        let latest = recent(app, &alice, &token, 7).await;
        assert_eq!(latest.iter().map(|used| used.uses).sum::<i64>(), 7);
        assert!(latest.iter().all(|used| used.address == "127.0.0.1" && used.agent == "curl/8.5"));
        for n in 0..60 {
            app.clock.advance(Span::seconds(1));
            assert_eq!(ask(app, token.secret.reveal(), &format!("agent {n}")).await, 200);
            if n % 4 == 3 {
                credentials::flush(&app.app().ctx).await.expect("flushed");
            }
        }
        let latest = recent(app, &alice, &token, 67).await;
        assert_eq!((latest.len(), latest[0].agent.as_str()), (50, "agent 59"));
        assert!(latest.is_sorted_by_key(|used| std::cmp::Reverse(used.at)));
    }

    async fn uses_of_ninety_days_are_kept_by_the_hour(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, mallory) = (app.user("alice@example.com").await, app.user("mallory@example.com").await);
        let (ctx, token) = (&app.app().ctx, app.token(&alice, "CI", &[]).await);
        let id = token.credential.id;
        for (wanted, ahead) in [(1, Span::minutes(59)), (2, Span::minutes(2)), (3, Span::days(1))] {
            assert_eq!(ask(app, token.secret.reveal(), "curl").await, 200);
            recent(app, &alice, &token, wanted).await;
            app.clock.advance(ahead);
        }
        let series = credentials::usage(ctx, &alice, id, 30).await.expect("read").expect("theirs");
        assert_eq!((series.days.len(), series.hours.len()), (30, 24));
        assert_eq!(series.days[28..].iter().map(|day| (day.allowed, day.denied)).collect::<Vec<_>>(), [(3, 0), (0, 0)]);
        assert_eq!(series.days[29].at, Timestamp::parse_day("2026-11-23").expect("a day"));
        assert_eq!(app.rows("SELECT uses FROM usage_hours ORDER BY hour").await, ["2", "1"]);
        assert!(credentials::usage(ctx, &mallory, id, 30).await.expect("read").is_none());
        assert!(credentials::recent(ctx, &mallory, id).await.expect("read").is_none());
        app.clock.advance(Span::days(88));
        assert_eq!(sweep::run_once(ctx).await.expect("swept").hours, 0);
        app.clock.advance(Span::days(2));
        assert_eq!(sweep::run_once(ctx).await.expect("swept").hours, 2);
    }

    async fn an_old_secret_that_is_used_after_its_end_is_told_once(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (ctx, token) = (&app.app().ctx, app.token(&alice, "CI", &[]).await);
        rotate(app, &alice, &token, Overlap::Hour).await;
        assert_eq!(ask(app, token.secret.reveal(), "cron").await, 200);
        let subject = "Subject: Old secret of \"CI\" used after it ended";
        let letters = async || app.mails_to("alice@example.com").await.iter().filter(|mail| mail.contains(subject)).count();
        recent(app, &alice, &token, 1).await;
        assert_eq!(letters().await, 0, "it has not ended");
        app.clock.advance(Span::hours(1));
        for wanted in 2..4 {
            assert_eq!(super::answered(app, token.secret.reveal()).await, refused());
            recent(app, &alice, &token, wanted).await;
            assert_eq!(letters().await, 1);
        }
        let revoked = app.token(&alice, "revoked", &[]).await;
        rotate(app, &alice, &revoked, Overlap::None).await;
        credentials::revoke_own(ctx, &alice, revoked.credential.id, Why::NotNeeded).await.expect("revoked");
        assert_eq!(ask(app, revoked.secret.reveal(), "cron").await, 401);
        let latest = recent(app, &alice, &revoked, 1).await;
        assert_eq!(told(&latest), [(Some(Denial::Revoked), "cron", 1)]);
        assert!(app.mails_to("alice@example.com").await.iter().all(|mail| !mail.contains("Old secret of \"revoked\"")));
    }

    async fn uses_of_what_is_gone_hold_up_nobody_elses(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let (gone, kept) = (app.token(&alice, "gone", &[]).await, app.token(&bob, "kept", &[]).await);
        for token in [&gone, &kept] {
            assert_eq!(ask(app, token.secret.reveal(), "curl").await, 200);
        }
        let mut tx = app.app().ctx.db.write().await.expect("a transaction");
        execute!(tx, sqlx::query("DELETE FROM accounts WHERE id = $1").bind(alice.id().to_db())).expect("deleted");
        tx.commit().await.expect("committed");
        assert_eq!(told(&recent(app, &bob, &kept, 1).await), [(None, "curl", 1)]);
    }
}
