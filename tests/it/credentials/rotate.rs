//! A new secret for a token that stays.

use latchkey::base::page::PageSize;
use latchkey::base::time::Span;
use latchkey::domain::access::{Forbidden, Switch};
use latchkey::domain::accounts::Person;
use latchkey::domain::audit::Action;
use latchkey::domain::credentials::{self, ChangeError, Issued, ListFilter, Overlap, RotateError, Rotated, Rotation, Why};

use super::{answered, events, found, good, mail, refused};
use crate::support::TestApp;
use crate::support::app::confirmed;
use crate::{only, served};

async fn rotate(app: &TestApp, by: &Person, token: &Issued, overlap: Overlap, nonce: &str) -> Result<Rotated, RotateError> {
    let how = Rotation { overlap, nonce: nonce.to_owned() };
    credentials::rotate(&app.app().ctx, &confirmed(by), token.credential.id, how).await
}

async fn rotated(app: &TestApp, by: &Person, token: &Issued, overlap: Overlap, nonce: &str) -> Rotated {
    rotate(app, by, token, overlap, nonce).await.expect("rotated")
}

served! {
    async fn r74_a_rotation_without_overlap_ends_the_old_secret_at_once(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &["verify"]).await;
        let old = token.secret.reveal();
        assert_eq!(answered(app, old).await, good());
        let new = rotated(app, &alice, &token, Overlap::None, "a").await;
        assert_eq!((answered(app, old).await, answered(app, new.secret.reveal()).await), (refused(), good()));
        let now = found(app, &alice, &token).await;
        assert_eq!((now.summary.prefix.as_str(), now.summary.last_four.as_str()), (new.prefix.as_str(), new.last_four.as_str()));
        assert_eq!((now.summary.expires_at, now.summary.name.as_str()), (token.credential.expiry.at(), "CI"), "the token stays");
        assert!(now.summary.overlap(app.clock.now()).is_none());
        assert_eq!(events(app, Action::TokenRotated).await.len(), 1);
        let mail = mail(app, "alice@example.com", "Token \"CI\" rotated").await;
        assert!(mail.contains("The old one is refused"), "{mail}");
        assert!(!mail.contains(new.secret.reveal()), "never a token");
    }

    async fn an_overlap_keeps_the_old_secret_exactly_as_long_as_it_says(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        for (n, overlap) in [Overlap::Hour, Overlap::Day, Overlap::Week].into_iter().enumerate() {
            let token = app.token(&alice, &format!("t{n}"), &[]).await;
            let new = rotated(app, &alice, &token, overlap, &format!("nonce {n}")).await;
            assert_eq!(new.old_ends_at, app.clock.now() + overlap.span());
            let (old, new) = (token.secret.reveal(), new.secret.reveal());
            app.clock.advance(overlap.span());
            app.clock.advance(Span::seconds(-1));
            let listed = found(app, &alice, &token).await;
            assert!(listed.summary.overlap(app.clock.now()).is_some());
            assert_eq!((answered(app, old).await, answered(app, new).await), (good(), good()));
            app.clock.advance(Span::seconds(1));
            assert_eq!((answered(app, old).await, answered(app, new).await), (refused(), good()));
        }
    }

    async fn an_overlap_never_outlives_its_token(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        app.clock.advance(Span::days(28));
        let new = rotated(app, &alice, &token, Overlap::Week, "a").await;
        assert_eq!(Some(new.old_ends_at), token.credential.expiry.at());
        app.clock.advance(Span::days(2));
        assert_eq!((answered(app, token.secret.reveal()).await, answered(app, new.secret.reveal()).await), (refused(), refused()));
        let answer = rotate(app, &alice, &token, Overlap::None, "b").await.err();
        assert!(matches!(answer, Some(RotateError::Unchanged(ChangeError::Ended))), "{answer:?}");
    }

    async fn a_second_rotation_ends_what_the_first_had_left(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let second = rotated(app, &alice, &token, Overlap::Week, "a").await;
        app.clock.advance(Span::minutes(1));
        let third = rotated(app, &alice, &token, Overlap::Day, "b").await;
        let secrets = [token.secret.reveal(), second.secret.reveal(), third.secret.reveal()];
        let mut answers = Vec::new();
        for secret in secrets {
            answers.push(answered(app, secret).await);
        }
        assert_eq!(answers, [refused(), good(), good()]);
        assert_eq!(found(app, &alice, &token).await.summary.overlap(app.clock.now()).expect("an overlap").last_four, second.last_four);
        let ctx = &app.app().ctx;
        credentials::end_overlap(ctx, &alice, token.credential.id).await.expect("ended");
        assert_eq!(answered(app, secrets[1]).await, refused());
        assert_eq!(answered(app, secrets[2]).await, good());
        let before = app.state_and_log().await;
        credentials::end_overlap(ctx, &alice, token.credential.id).await.expect("there is none");
        assert_eq!(app.state_and_log().await, before);
        let mallory = app.user("mallory@example.com").await;
        let answer = credentials::end_overlap(ctx, &mallory, token.credential.id).await;
        assert!(matches!(answer, Err(ChangeError::NotFound)), "{answer:?}");
    }

    async fn r67_a_form_makes_one_secret_however_often_it_is_sent(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let token = app.token(&alice, "CI", &[]).await;
        let new = rotated(app, &alice, &token, Overlap::None, "form").await;
        let before = app.state_and_log().await;
        for _ in 0..2 {
            match rotate(app, &alice, &token, Overlap::None, "form").await {
                Err(RotateError::AlreadyRotated(token)) => assert_eq!(token.current.last_four, new.last_four),
                Err(other) => panic!("{other:?}"),
                Ok(_) => panic!("a second secret"),
            }
        }
        assert_eq!(app.state_and_log().await, before);
        let theirs = app.token(&bob, "CI", &[]).await;
        rotated(app, &bob, &theirs, Overlap::None, "form").await;
        let twice = futures_util::future::join(
            rotate(app, &alice, &token, Overlap::None, "again"),
            rotate(app, &alice, &token, Overlap::None, "again"),
        ).await;
        assert_eq!([twice.0.is_ok(), twice.1.is_ok()].iter().filter(|made| **made).count(), 1, "also when both come at once");
    }

    async fn nobody_rotates_what_is_not_theirs_has_ended_or_may_not_be_used(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let (alice, mallory) = (app.user("alice@example.com").await, app.user("mallory@example.com").await);
        let (token, ended) = (app.token(&alice, "CI", &[]).await, app.token(&alice, "ended", &[]).await);
        credentials::revoke_own(&app.app().ctx, &alice, ended.credential.id, Why::NotNeeded).await.expect("revoked");
        let before = app.state_and_log().await;
        let answer = rotate(app, &mallory, &token, Overlap::None, "a").await.err();
        assert!(matches!(answer, Some(RotateError::Unchanged(ChangeError::NotFound))), "{answer:?}");
        let answer = rotate(app, &alice, &ended, Overlap::None, "a").await.err();
        assert!(matches!(answer, Some(RotateError::Unchanged(ChangeError::Ended))), "{answer:?}");
        assert_eq!(app.state_and_log().await, before);
        app.allow_tokens(&root, Switch::Off).await;
        let before = app.state_and_log().await;
        let answer = rotate(app, &alice, &token, Overlap::None, "a").await.err();
        assert!(matches!(answer, Some(RotateError::Forbidden(Forbidden::SwitchedOff))), "{answer:?}");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn lists_show_the_overlap_in_every_order(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let mut all = Vec::new();
        for name in ["b", "a", "c"] {
            all.push(app.token(&alice, name, &[]).await);
            app.clock.advance(Span::minutes(1));
        }
        rotated(app, &alice, &all[0], Overlap::Week, "x").await;
        rotated(app, &alice, &all[0], Overlap::Day, "y").await;
        rotated(app, &alice, &all[1], Overlap::None, "z").await;
        credentials::pause(&app.app().ctx, &alice, all[2].credential.id).await.expect("paused");
        for (sort, order) in [("-created", ["c", "a", "b"]), ("name", ["a", "b", "c"]), ("-name", ["c", "b", "a"])] {
            let filter = ListFilter { sort: credentials::Sort::parse(sort).expect("an order"), ..ListFilter::default() };
            let rows = credentials::list(&app.app().ctx, &alice, &filter, None, PageSize::DEFAULT).await.expect("read").rows;
            assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), order, "{sort}");
            for row in rows {
                assert_eq!(row.overlap(app.clock.now()).is_some(), row.name == "b");
                assert_eq!(row.previous.is_some(), row.name != "c");
                assert_eq!(row.paused_at.is_some(), row.name == "c");
            }
        }
    }
}

only! { Postgres:
    async fn r74_what_one_process_rotates_the_other_refuses_on_its_next_request(db: &TestDb) {
        let one = TestApp::start(db, &[]).await;
        let other = TestApp::start_at(db, &[], one.clock.clone()).await;
        one.admin("root@example.com").await;
        let alice = one.user("alice@example.com").await;
        for n in 0..10 {
            let token = one.token(&alice, &format!("t{n}"), &[]).await;
            let old = token.secret.reveal();
            assert_eq!(answered(&other, old).await, good());
            let new = rotated(&one, &alice, &token, Overlap::None, &format!("nonce {n}")).await;
            assert_eq!((answered(&other, old).await, answered(&other, new.secret.reveal()).await), (refused(), good()), "{n}");
            let newer = rotated(&one, &alice, &token, Overlap::Week, &format!("other {n}")).await;
            assert_eq!(answered(&other, new.secret.reveal()).await, good());
            credentials::end_overlap(&one.app().ctx, &alice, token.credential.id).await.expect("ended");
            assert_eq!((answered(&other, new.secret.reveal()).await, answered(&other, newer.secret.reveal()).await), (refused(), good()));
        }
        one.stop().await;
        other.stop().await;
    }
}
