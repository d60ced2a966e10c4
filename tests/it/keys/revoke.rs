//! Ending keys.

use latchkey::domain::credentials::Why;
use latchkey::domain::credentials::keys::{self, Children, KeyManager, Revocation};

use super::{answered, good, refused};
use crate::served;
use crate::support::keys::{draft, origin};

served! {
    async fn r74_a_revoked_key_is_refused_at_once_and_what_it_made_stays_unless_somebody_asks(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let (ctx, manager, origin) = (&shared.ctx, KeyManager::Member(&by), origin());
        for (children, left) in [(Children::Stay, good()), (Children::End, refused())] {
            let parent = app.key_like(&by, draft("parent")).await;
            let granted = app.granted(&parent).await;
            let child = keys::issue(ctx, KeyManager::Key(&granted, &origin), draft("child")).await.expect("made");
            let granted = app.granted(&child).await;
            let grandchild = keys::issue(ctx, KeyManager::Key(&granted, &origin), draft("grandchild")).await.expect("made");
            assert_eq!(answered(app, grandchild.secret.reveal()).await, good());
            let how = Revocation { why: Why::NotNeeded, children };
            let ended = keys::revoke(ctx, manager, parent.credential.id, how).await.expect("revoked");
            assert_eq!(ended.len(), if children == Children::End { 3 } else { 1 });
            assert_eq!(answered(app, parent.secret.reveal()).await, refused());
            assert_eq!(answered(app, child.secret.reveal()).await, left.clone());
            assert_eq!(answered(app, grandchild.secret.reveal()).await, left);
            let before = app.state_and_log().await;
            assert!(keys::revoke(ctx, manager, parent.credential.id, how).await.expect("as it is").is_empty());
            assert_eq!(app.state_and_log().await, before);
        }
    }

    async fn a_leak_is_kept_with_the_key_and_a_key_revokes_itself(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let key = app.key_like(&by, draft("Build")).await;
        let granted = app.granted(&key).await;
        let how = Revocation { why: Why::Leaked, children: Children::Stay };
        keys::revoke(&shared.ctx, KeyManager::Key(&granted, &origin()), key.credential.id, how).await.expect("revoked");
        assert_eq!(answered(app, key.secret.reveal()).await, refused());
        assert_eq!(app.rows("SELECT revoked_by FROM credentials WHERE leaked_at IS NOT NULL").await, ["key"]);
        let log = "SELECT actor_kind, target FROM audit_events WHERE action = 'key.revoked'";
        assert_eq!(app.rows(log).await, [format!("credential | {}", key.credential.id)]);
    }
}
