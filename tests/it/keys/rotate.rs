//! A new secret for a key that stays.

use latchkey::base::time::Span;
use latchkey::domain::credentials::keys::{self, Grace, KeyDraft, KeyManager, KeyRotation, NotManager, RotateKeyError};
use latchkey::domain::credentials::{Expiry, Spelling};

use super::{answered, good, refused};
use crate::served;
use crate::support::keys::{draft, origin};

fn how(grace: Grace, nonce: &str) -> KeyRotation {
    KeyRotation { grace, spelling: Spelling::Native, nonce: Some(nonce.to_owned()) }
}

fn seconds(seconds: i64) -> Grace {
    Grace::seconds(seconds).expect("seven days at the most")
}

#[test]
fn a_grace_is_seven_days_at_the_most() {
    assert!([0, 1, 604_800].into_iter().all(|n| Grace::seconds(n).is_some()));
    assert!([-1, 604_801, i64::MAX, i64::MIN].into_iter().all(|n| Grace::seconds(n).is_none()));
}

served! {
    async fn r74_the_old_secret_ends_at_once_or_after_its_grace(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let (ctx, manager) = (&shared.ctx, KeyManager::Member(&by));
        let first = app.key_like(&by, draft("Build")).await;
        let id = first.credential.id;
        assert_eq!(answered(app, first.secret.reveal()).await, good());
        let second = keys::rotate(ctx, manager, id, how(Grace::NONE, "a")).await.expect("rotated");
        assert_eq!((answered(app, first.secret.reveal()).await, answered(app, second.secret.reveal()).await), (refused(), good()));
        let third = keys::rotate(ctx, manager, id, how(seconds(60), "b")).await.expect("rotated");
        assert_eq!((answered(app, second.secret.reveal()).await, answered(app, third.secret.reveal()).await), (good(), good()));
        let before = app.state_and_log().await;
        let again = keys::rotate(ctx, manager, id, how(seconds(60), "b")).await.err();
        assert!(matches!(again, Some(RotateKeyError::AlreadyRotated(_))), "{again:?}");
        assert_eq!(app.state_and_log().await, before);
        app.clock.advance(Span::seconds(60));
        assert_eq!((answered(app, second.secret.reveal()).await, answered(app, third.secret.reveal()).await), (refused(), good()));
        let fourth = keys::rotate(ctx, manager, id, how(seconds(3600), "c")).await.expect("rotated");
        assert_eq!(answered(app, third.secret.reveal()).await, good());
        keys::end_overlap(ctx, manager, id).await.expect("ended");
        assert_eq!((answered(app, third.secret.reveal()).await, answered(app, fourth.secret.reveal()).await), (refused(), good()));
        let key = keys::find(ctx, manager, id).await.expect("there");
        assert_eq!((key.detail.summary.name.as_str(), key.detail.current.prefix), ("Build", fourth.prefix));
    }

    async fn a_grace_never_outlives_the_key_and_an_ended_one_is_not_rotated(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let (ctx, manager) = (&shared.ctx, KeyManager::Member(&by));
        let end = app.clock.now() + Span::hours(1);
        let key = app.key_like(&by, KeyDraft { expiry: Some(Expiry::At(end)), ..draft("Build") }).await;
        let id = key.credential.id;
        let new = keys::rotate(ctx, manager, id, how(seconds(604_800), "a")).await.expect("rotated");
        assert_eq!(new.old_ends_at, end);
        app.clock.advance(Span::hours(1));
        assert_eq!((answered(app, key.secret.reveal()).await, answered(app, new.secret.reveal()).await), (refused(), refused()));
        let before = app.state_and_log().await;
        let answer = keys::rotate(ctx, manager, id, how(Grace::NONE, "b")).await.err();
        assert!(matches!(answer, Some(RotateKeyError::Ended)), "{answer:?}");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r71_a_key_rotates_itself_in_the_spelling_that_is_asked_for_and_nothing_above(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let key = app.key(&by, "manager", &["keys:manage"]).await;
        let above = app.key(&by, "above", &["admin"]).await.credential.id;
        let granted = app.granted(&key).await;
        let origin = origin();
        let by_key = KeyManager::Key(&granted, &origin);
        let before = app.state_and_log().await;
        let answer = keys::rotate(&shared.ctx, by_key, above, how(Grace::NONE, "a")).await.err();
        assert!(matches!(answer, Some(RotateKeyError::Manager(NotManager::NoSuchKey))), "{answer:?}");
        assert_eq!(app.state_and_log().await, before);
        let plain = KeyRotation { spelling: Spelling::Plain, ..how(Grace::NONE, "b") };
        let new = keys::rotate(&shared.ctx, by_key, key.credential.id, plain).await.expect("rotated");
        assert!(new.secret.reveal().starts_with("sk_live_"));
        assert_eq!((answered(app, key.secret.reveal()).await, answered(app, new.secret.reveal()).await), (refused(), good()));
    }
}
