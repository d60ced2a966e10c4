//! Tokens that come to their end by themselves.

use futures_util::future::join;
use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::access::{Idle, Scopes, TokenPolicy};
use latchkey::domain::accounts::Person;
use latchkey::domain::audit::Action;
use latchkey::domain::credentials::{self, AddressList, Expiry, Issued, PersonalDraft, Progress, RevokedBy, Why};

use super::{answered, events, found, good, mail, refused};
use crate::support::TestApp;
use crate::support::app::confirmed;
use crate::{only, served};

async fn living(app: &TestApp, of: &Person, name: &str, days: i64) -> Issued {
    let draft = PersonalDraft {
        name: Label::parse(name).expect("a name"),
        workspace: None,
        scopes: Scopes::default(),
        allowed_addresses: AddressList::anywhere(),
        expiry: Expiry::At(app.clock.now() + Span::days(days)),
        nonce: format!("nonce-{name}-{}", of.id()),
    };
    credentials::issue_personal(&app.app().ctx, &confirmed(of), draft).await.expect("a token")
}

/// What somebody is told that they were not `told` before. The server's own round may have been faster.
async fn notices(app: &TestApp, to: &str, told: &mut Vec<String>) -> Vec<String> {
    credentials::tell_of_ends(&app.app().ctx).await.expect("told");
    let mails = app.mails_to(to).await;
    let subjects = mails.iter().filter_map(|mail| mail.lines().find_map(|line| line.strip_prefix("Subject: ")));
    let new: Vec<String> = subjects.filter(|subject| subject.contains("\" expire")).map(str::to_owned).collect();
    let new: Vec<String> = new.into_iter().filter(|subject| !told.contains(subject)).collect();
    told.extend(new.iter().cloned());
    new
}

/// Waits until the use of a token is written: the server's own round may be writing it.
async fn written(app: &TestApp, of: &Person, token: &Issued) {
    let began = std::time::Instant::now();
    while found(app, of, token).await.summary.uses == 0 {
        credentials::flush(&app.app().ctx).await.expect("flushed");
        assert!(began.elapsed().as_secs() < 5, "it is written");
    }
}

served! {
    async fn r73_a_token_is_good_until_the_instant_of_its_end(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        app.clock.advance(Span::days(30));
        app.clock.advance(Span::seconds(-1));
        assert_eq!(answered(app, token.secret.reveal()).await, good());
        app.clock.advance(Span::seconds(1));
        assert_eq!(answered(app, token.secret.reveal()).await, refused());
        app.clock.advance(Span::seconds(1));
        assert_eq!(answered(app, token.secret.reveal()).await, refused());
    }

    async fn r73_owners_are_told_once_of_each_end_and_only_the_tightest(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        living(app, &alice, "long", 90).await;
        let to = "alice@example.com";
        let (mut said, mut told) = (Vec::new(), Vec::new());
        for day in 1..=92 {
            app.clock.advance(Span::days(1));
            for subject in notices(app, to, &mut told).await {
                said.push((day, subject));
            }
        }
        let said: Vec<_> = said.iter().map(|(day, subject)| (*day, subject.as_str())).collect();
        assert_eq!(said, [
            (60, "Token \"long\" expires in 30 days"),
            (83, "Token \"long\" expires in 7 days"),
            (89, "Token \"long\" expires in 1 day"),
            (90, "Token \"long\" expired"),
        ]);
    }

    async fn a_missed_day_delays_a_notice_and_skips_none_that_still_matters(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let to = "alice@example.com";
        let mut told = Vec::new();
        living(app, &alice, "late", 40).await;
        living(app, &alice, "short", 5).await;
        app.mails().await;
        assert_eq!(notices(app, to, &mut told).await, Vec::<String>::new());
        app.clock.advance(Span::hours(97));
        assert_eq!(notices(app, to, &mut told).await, ["Token \"short\" expires in 1 day"]);
        app.clock.advance(Span::days(30));
        assert_eq!(notices(app, to, &mut told).await.len(), 2, "the end of one, and the tightest of the other alone");
        assert_eq!(mail(app, to, "Token \"late\" expires in 6 days").await.matches("/rotate").count(), 3);
        assert_eq!(notices(app, to, &mut told).await, Vec::<String>::new());
    }

    async fn owners_who_are_suspended_and_tokens_that_are_revoked_are_told_nothing(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let token = living(app, &alice, "revoked", 31).await;
        living(app, &bob, "suspended", 31).await;
        credentials::revoke_own(&app.app().ctx, &alice, token.credential.id, Why::NotNeeded).await.expect("revoked");
        app.suspend("bob@example.com").await;
        app.mails().await;
        app.clock.advance(Span::days(25));
        let before = app.state().await;
        assert_eq!(credentials::tell_of_ends(&app.app().ctx).await.expect("told"), Progress::Done(0));
        assert_eq!(app.state().await, before);
    }

    async fn many_ends_are_told_in_batches_and_none_twice(app: &TestApp) {
        app.admin("root@example.com").await;
        for who in ["alice@example.com", "bob@example.com"] {
            let person = app.user(who).await;
            for n in 0..60 {
                living(app, &person, &format!("t{n}"), 40).await;
            }
        }
        app.clock.advance(Span::days(35));
        let ctx = &app.app().ctx;
        assert_eq!(credentials::tell_of_ends(ctx).await.expect("told"), Progress::More(100));
        assert_eq!(credentials::tell_of_ends(ctx).await.expect("told"), Progress::Done(20));
        assert_eq!(credentials::tell_of_ends(ctx).await.expect("told"), Progress::Done(0));
        let told = app.rows("SELECT COUNT(*) FROM mails WHERE replace(message, 'token_expiring', '') <> message").await;
        assert_eq!(told, ["120"]);
    }

    async fn a_token_that_nobody_uses_is_revoked_where_the_policy_says_so(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (ctx, to) = (&app.app().ctx, "alice@example.com");
        let (idle, used) = (living(app, &alice, "idle", 365).await, living(app, &alice, "used", 365).await);
        app.clock.advance(Span::days(20));
        assert_eq!(answered(app, used.secret.reveal()).await, good());
        app.clock.advance(Span::days(20));
        let young = living(app, &alice, "young", 365).await;
        written(app, &alice, &used).await;
        assert_eq!(credentials::revoke_idle(ctx).await.expect("none"), Progress::Done(0), "the policy says nothing");
        let open = latchkey::domain::access::policy(&ctx.db).await.expect("read");
        app.set_policy(&root, TokenPolicy { idle: Idle::days(30).expect("in range"), ..open }).await;
        assert_eq!(credentials::revoke_idle(ctx).await.expect("revoked"), Progress::Done(1));
        assert_eq!(credentials::revoke_idle(ctx).await.expect("none"), Progress::Done(0));
        assert_eq!(answered(app, idle.secret.reveal()).await, refused());
        for token in [&used, &young] {
            assert_eq!(answered(app, token.secret.reveal()).await, good());
        }
        let ended = found(app, &alice, &idle).await;
        assert_eq!(ended.summary.revoked_by, Some(RevokedBy::Policy));
        assert!(ended.revoked_reason.expect("a reason").starts_with("It was not used for 30 days"));
        assert_eq!(events(app, Action::TokenRevoked).await[0].by, "Latchkey");
        assert!(mail(app, to, "Token \"idle\" revoked").await.contains("It was not used for 30 days"));
    }
}

only! { Postgres:
    async fn two_processes_tell_of_an_end_once(db: &TestDb) {
        let one = TestApp::start(db, &[]).await;
        let other = TestApp::start_at(db, &[], one.clock.clone()).await;
        one.admin("root@example.com").await;
        let alice = one.user("alice@example.com").await;
        for n in 0..20 {
            living(&one, &alice, &format!("t{n}"), 40).await;
        }
        one.clock.advance(Span::days(35));
        let (first, second) = join(credentials::tell_of_ends(&one.app().ctx), credentials::tell_of_ends(&other.app().ctx)).await;
        let told = [first, second].into_iter().map(|told| match told.expect("told") {
            Progress::Done(n) | Progress::More(n) => n,
        });
        assert_eq!(told.sum::<usize>(), 20);
        let mails = one.rows("SELECT COUNT(*) FROM mails WHERE replace(message, 'token_expiring', '') <> message").await;
        assert_eq!(mails, ["20"]);
        one.stop().await;
        other.stop().await;
    }
}
