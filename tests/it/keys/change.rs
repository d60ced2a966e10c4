//! Pausing, narrowing, renaming.

use latchkey::base::text::Label;
use latchkey::domain::credentials::keys::{self, ChangeKeyError, KeyChange, KeyDraft, KeyKind, KeyManager, NotManager};
use latchkey::domain::credentials::{AddressList, OriginList};

use super::{answered, good, refused};
use crate::served;
use crate::support::keys::{draft, origin, scopes};

fn addresses(text: &str) -> Option<AddressList> {
    Some(AddressList::parse(text).expect("addresses"))
}

fn origins(words: &[&str]) -> Option<OriginList> {
    Some(OriginList::parse(words.iter().copied()).expect("origins"))
}

served! {
    async fn a_paused_key_is_refused_until_it_is_resumed(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let (ctx, manager) = (&shared.ctx, KeyManager::Member(&by));
        let key = app.key_like(&by, draft("Build")).await;
        keys::pause(ctx, manager, key.credential.id).await.expect("paused");
        assert_eq!(answered(app, key.secret.reveal()).await, refused());
        let before = app.state_and_log().await;
        keys::pause(ctx, manager, key.credential.id).await.expect("as it is");
        assert_eq!(app.state_and_log().await, before);
        keys::resume(ctx, manager, key.credential.id).await.expect("resumed");
        assert_eq!(answered(app, key.secret.reveal()).await, good());
    }

    async fn a_key_becomes_less_and_never_more(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let (ctx, manager) = (&shared.ctx, KeyManager::Member(&by));
        let wanted = KeyDraft { scopes: Some(scopes(&["keys:manage", "verify"])), ..draft("Build") };
        let key = app.key_like(&by, wanted).await;
        let id = key.credential.id;
        let less = KeyChange {
            name: Some(Label::parse("Deploy").expect("a name")),
            scopes: Some(scopes(&["verify"])),
            allowed_addresses: addresses("127.0.0.0/8"),
            requests_per_minute: Some(30),
            ..KeyChange::default()
        };
        let changed = keys::change(ctx, manager, id, less.clone()).await.expect("changed");
        assert_eq!((changed.detail.summary.name.as_str(), changed.requests_per_minute), ("Deploy", Some(30)));
        let granted = app.bearer(key.secret.reveal()).get("/v1/me").await;
        assert!(granted.body.contains("verify") && !granted.body.contains("keys:manage"), "{}", granted.body);
        let before = app.state_and_log().await;
        keys::change(ctx, manager, id, less).await.expect("as it is");
        for more in [
            KeyChange { scopes: Some(scopes(&["verify", "keys:manage"])), ..KeyChange::default() },
            KeyChange { allowed_addresses: addresses(""), ..KeyChange::default() },
            KeyChange { requests_per_minute: Some(31), ..KeyChange::default() },
            KeyChange { origins: origins(&["https://shop.example.com"]), ..KeyChange::default() },
        ] {
            let answer = keys::change(ctx, manager, id, more.clone()).await.err();
            assert!(answer.is_some_and(|error| !matches!(error, ChangeKeyError::Manager(_))), "{more:?}");
        }
        assert_eq!(app.state_and_log().await, before);
        keys::revoke(ctx, manager, id, keys::Revocation::default()).await.expect("revoked");
        assert!(matches!(keys::resume(ctx, manager, id).await, Err(ChangeKeyError::Ended)));
    }

    async fn r76_a_member_names_the_pages_of_a_publishable_key_and_a_key_only_fewer(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let (ctx, manager) = (&shared.ctx, KeyManager::Member(&by));
        let shop = app.key_like(&by, KeyDraft { kind: KeyKind::Publishable, ..draft("Shop") }).await;
        let id = shop.credential.id;
        let both = ["https://shop.example.com", "https://blog.example.com"];
        let to = |words: &[&str]| KeyChange { origins: origins(words), ..KeyChange::default() };
        keys::change(ctx, manager, id, to(&both)).await.expect("a member says any");
        let admin = app.key_like(&by, draft("admin")).await;
        let (granted, origin) = (app.granted(&admin).await, origin());
        let by_key = KeyManager::Key(&granted, &origin);
        let before = app.state_and_log().await;
        for more in [&[][..], &["https://evil.example.com"], &[both[0], "https://evil.example.com"]] {
            let answer = keys::change(ctx, by_key, id, to(more)).await.err();
            assert!(matches!(answer, Some(ChangeKeyError::MoreOrigins)), "{answer:?}");
        }
        assert_eq!(app.state_and_log().await, before);
        keys::change(ctx, by_key, id, to(&both[..1])).await.expect("fewer");
        let viewer = app.belongs(&acme, "vera@example.com", "viewer").await;
        let viewer = app.member_of(&acme, &viewer).await;
        let answer = keys::change(ctx, KeyManager::Member(&viewer), id, to(&both)).await.err();
        assert!(matches!(answer, Some(ChangeKeyError::Manager(NotManager::Member(_)))), "{answer:?}");
    }
}
