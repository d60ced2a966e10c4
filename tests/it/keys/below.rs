//! What keys may do to keys: only what is no more than themselves.

use latchkey::base::time::{Span, Timestamp};
use latchkey::domain::credentials::keys::{self, Grown, IssueKeyError, KeyDraft, KeyKind, KeyManager, NotManager, Revocation};
use latchkey::domain::credentials::{AddressList, Environment, Expiry, Refusal};
use latchkey::domain::workspaces::{self, KeysManage};

use crate::served;
use crate::support::keys::{draft, origin, scopes};
use crate::support::rows::execute_all;

/// What a key of the test may be made of, and what each scope reaches.
const REACH: &[(&str, &[&str])] = &[
    ("keys:manage", &["keys:manage"]),
    ("search", &["search"]),
    ("documents:read", &["documents:read"]),
    ("documents:write", &["documents:write"]),
    ("documents", &["documents", "documents:read", "documents:write"]),
];
const NETWORKS: &[&str] = &["", "203.0.113.0/24", "203.0.113.7", "203.0.113.7, 2001:db8::/48", "198.51.100.0/24"];

/// Numbers that look drawn, the same in every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % n
    }

    /// A draft of any extent; what it leaves out is drawn, too.
    fn draft(&mut self, name: &str, now: Timestamp) -> KeyDraft {
        let words: Vec<&str> = REACH.iter().filter(|_| self.below(2) == 0).map(|(word, _)| *word).collect();
        let life = [None, Some(10), Some(20)][self.below(3)];
        KeyDraft {
            environment: [Environment::Live, Environment::Live, Environment::Test][self.below(3)],
            scopes: Some(scopes(&words)),
            allowed_addresses: AddressList::parse(NETWORKS[self.below(NETWORKS.len())]).expect("addresses"),
            requests_per_minute: [None, Some(10), Some(20)][self.below(3)],
            expiry: Some(life.map_or(Expiry::Never, |days| Expiry::At(now + Span::days(days)))),
            ..draft(name)
        }
    }
}

fn reached(words: impl Iterator<Item = impl AsRef<str>>) -> Vec<&'static str> {
    let of = |word: &str| REACH.iter().find(|(known, _)| *known == word).map_or(&[][..], |(_, reached)| *reached);
    words.flat_map(|word| of(word.as_ref()).iter().copied()).collect()
}

/// Whether a key that was asked for so is no more than its parent. What it leaves out it has from the parent.
fn is_below(child: &KeyDraft, parent: &KeyDraft) -> bool {
    let (has, wants) = (reached(parent.scopes.iter().flat_map(|s| s.words())), child.scopes.iter().flat_map(|s| s.words()));
    let life = match (parent.expiry.and_then(Expiry::at), child.expiry.and_then(Expiry::at)) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(own), Some(end)) => end <= own,
    };
    let limit = match (parent.requests_per_minute, child.requests_per_minute) {
        (Some(own), Some(wanted)) => wanted <= own,
        _ => true,
    };
    let addresses = child.allowed_addresses.is_anywhere() || child.allowed_addresses.is_within(&parent.allowed_addresses);
    child.environment == parent.environment && wants.into_iter().all(|word| has.contains(&word)) && life && limit && addresses
}

served! {
    async fn r71_a_key_makes_exactly_what_is_no_more_than_itself(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        for (name, implies) in [("search", &[][..]), ("documents:read", &[]), ("documents:write", &[]), ("documents", &["documents:*"])] {
            app.scope(&root, name, implies).await;
        }
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared, now, mut drawn) = (app.member_of(&acme, &alice).await, app.app(), app.clock.now(), Drawn(7));
        let (mut made, mut refused) = (0, 0);
        for round in 0..40 {
            let mut wanted = drawn.draft("parent", now);
            let words: Vec<&str> = wanted.scopes.iter().flat_map(|s| s.words()).chain(["keys:manage"]).collect();
            wanted.scopes = Some(scopes(&words));
            if !wanted.allowed_addresses.allows(origin().address) {
                wanted.allowed_addresses = AddressList::anywhere();
            }
            let parent = app.key_like(&by, wanted.clone()).await;
            let parent = app.granted(&parent).await;
            for n in 0..4 {
                let child = drawn.draft(&format!("child {round} {n}"), now);
                let answer = keys::issue(&shared.ctx, KeyManager::Key(&parent, &origin()), child.clone()).await;
                match answer {
                    Ok(_) => assert!(is_below(&child, &wanted), "{wanted:?} made {child:?}"),
                    Err(IssueKeyError::Grown(_)) => assert!(!is_below(&child, &wanted), "{wanted:?} did not make {child:?}"),
                    Err(other) => panic!("{other:?}"),
                }
                *if is_below(&child, &wanted) { &mut made } else { &mut refused } += 1;
            }
            execute_all(&shared.ctx.db, &["DELETE FROM credentials"]).await;
        }
        assert!(made > 10 && refused > 10, "{made} {refused}");
    }

    async fn r71_what_a_key_leaves_out_it_has_from_the_key_that_makes_it(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let bound = KeyDraft {
            scopes: Some(scopes(&["keys:manage", "verify"])),
            allowed_addresses: AddressList::parse("203.0.113.0/24").expect("a network"),
            requests_per_minute: Some(7),
            expiry: Some(Expiry::At(app.clock.now() + Span::days(9))),
            ..draft("parent")
        };
        let parent = app.key_like(&by, bound.clone()).await;
        let granted = app.granted(&parent).await;
        let child = keys::issue(&shared.ctx, KeyManager::Key(&granted, &origin()), draft("child")).await.expect("made");
        let child = child.credential;
        assert_eq!(Some(child.scopes), bound.scopes);
        assert_eq!((child.allowed_addresses, child.requests_per_minute), (bound.allowed_addresses, bound.requests_per_minute));
        assert_eq!(Some(child.expiry), bound.expiry);
        let publishable = KeyDraft { kind: KeyKind::Publishable, ..draft("public") };
        let public = keys::issue(&shared.ctx, KeyManager::Key(&granted, &origin()), publishable).await.expect("made");
        assert_eq!(public.credential.scopes, scopes(&[]));
    }

    async fn r71_a_manager_that_became_less_is_refused_on_its_next_request(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let ctx = &shared.ctx;
        let parent = app.key(&by, "parent", &["keys:manage"]).await;
        let stale = app.granted(&parent).await;
        let ask = async || keys::issue(ctx, KeyManager::Key(&stale, &origin()), draft("child")).await.err();
        workspaces::let_keys_manage(ctx, &by, KeysManage::Forbidden).await.expect("saved");
        let before = app.state_and_log().await;
        assert!(matches!(ask().await, Some(IssueKeyError::Manager(NotManager::Policy))));
        assert_eq!(app.state_and_log().await, before);
        workspaces::let_keys_manage(ctx, &by, KeysManage::Allowed).await.expect("saved");
        for (statement, expected) in [
            ("UPDATE credentials SET scopes = '[\"verify\"]'", Refusal::InsufficientScope("keys:manage".into())),
            ("UPDATE credentials SET scopes = '[\"keys:manage\"]', paused_at = 1", Refusal::Paused),
            ("UPDATE credentials SET paused_at = NULL, revoked_at = 1, revoked_by = 'member'", Refusal::Revoked),
            ("UPDATE credentials SET revoked_at = NULL, revoked_by = NULL, allowed_addresses = '[\"192.0.2.1\"]'", Refusal::WrongAddress),
            ("UPDATE workspaces SET suspended_at = 1", Refusal::Suspended),
            ("DELETE FROM credentials", Refusal::NotFound),
        ] {
            execute_all(&ctx.db, &[statement]).await;
            let before = app.state_and_log().await;
            let answer = ask().await;
            assert!(
                matches!(&answer, Some(IssueKeyError::Manager(NotManager::Refused(why))) if *why == expected),
                "{statement}: {answer:?}"
            );
            assert_eq!(app.state_and_log().await, before);
        }
    }

    async fn r71_what_is_no_secret_key_never_manages(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let publishable = app.key_like(&by, KeyDraft { kind: KeyKind::Publishable, ..draft("public") }).await;
        let personal = app.token(&alice, "CI", &["verify"]).await;
        let victim = app.key(&by, "victim", &[]).await.credential.id;
        for caller in [app.granted(&publishable).await, app.granted(&personal).await] {
            let manager = KeyManager::Key(&caller, &origin());
            let before = app.state_and_log().await;
            let issued = keys::issue(&shared.ctx, manager, draft("child")).await.err();
            assert!(matches!(issued, Some(IssueKeyError::Manager(NotManager::Kind))), "{issued:?}");
            let found = keys::find(&shared.ctx, manager, victim).await.err();
            assert!(matches!(found, Some(NotManager::Kind)), "{found:?}");
            let revoked = keys::revoke(&shared.ctx, manager, victim, Revocation::default()).await.err();
            assert!(matches!(revoked, Some(NotManager::Kind)), "{revoked:?}");
            assert_eq!(app.state_and_log().await, before);
        }
    }

    async fn r101_a_key_touches_nothing_above_itself_and_nothing_of_another_workspace(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let (acme, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        let (by, there, shared) = (app.member_of(&acme, &alice).await, app.member_of(&other, &alice).await, app.app());
        let manager = app.key(&by, "manager", &["keys:manage"]).await;
        let above = app.key(&by, "above", &["keys:manage", "verify"]).await.credential.id;
        let test = KeyDraft { environment: Environment::Test, scopes: Some(scopes(&[])), ..draft("test") };
        let beside = app.key_like(&by, test).await.credential.id;
        let foreign = app.key(&there, "foreign", &[]).await.credential.id;
        let granted = app.granted(&manager).await;
        let origin = origin();
        let by_key = KeyManager::Key(&granted, &origin);
        let before = app.state_and_log().await;
        for id in [above, beside, foreign] {
            assert!(matches!(keys::find(&shared.ctx, by_key, id).await.err(), Some(NotManager::NoSuchKey)));
            assert!(matches!(
                keys::revoke(&shared.ctx, by_key, id, Revocation::default()).await.err(),
                Some(NotManager::NoSuchKey)
            ));
        }
        assert!(matches!(keys::find(&shared.ctx, KeyManager::Member(&by), foreign).await.err(), Some(NotManager::NoSuchKey)));
        assert_eq!(app.state_and_log().await, before);
        let more = KeyDraft { scopes: Some(scopes(&["verify"])), ..draft("more") };
        let answer = keys::issue(&shared.ctx, by_key, more).await.err();
        assert!(matches!(&answer, Some(IssueKeyError::Grown(Grown::Scope(name))) if name == "verify"), "{answer:?}");
    }
}
