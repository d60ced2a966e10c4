//! Ending tokens: several together, and one that leaked.

use latchkey::base::id::CredentialId;
use latchkey::base::rng::Rng;
use latchkey::domain::audit::Action;
use latchkey::domain::credentials::{self, REVOKED_AT_ONCE, RevokeError, RevokeManyError, Why};
use serde_json::json;

use super::{answered, events, found, good, mail, refused};
use crate::served;

served! {
    async fn several_tokens_are_revoked_together_and_told_in_one_mail(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let ctx = &app.app().ctx;
        let (one, two) = (app.token(&alice, "one", &[]).await, app.token(&alice, "two", &[]).await);
        let (gone, kept) = (app.token(&alice, "gone", &[]).await, app.token(&alice, "kept", &[]).await);
        credentials::revoke_own(ctx, &alice, gone.credential.id, Why::NotNeeded).await.expect("revoked");
        let mails = app.mails_to("alice@example.com").await.len();
        let ids = [one.credential.id, two.credential.id, gone.credential.id, one.credential.id];
        let ended = credentials::revoke_many(ctx, &alice, &ids).await.expect("revoked");
        assert_eq!(ended.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["one", "two"]);
        for token in [&one, &two] {
            assert_eq!(answered(app, token.secret.reveal()).await, refused());
        }
        assert_eq!(answered(app, kept.secret.reveal()).await, good());
        assert_eq!(events(app, Action::TokenRevoked).await.len(), 3);
        let told = app.mails_to("alice@example.com").await;
        assert_eq!(told.len(), mails + 1);
        let text = mail(app, "alice@example.com", "2 tokens revoked").await;
        assert!(text.contains("- one (") && text.contains("- two (") && !text.contains("gone"), "{text}");
        let before = app.state_and_log().await;
        assert!(credentials::revoke_many(ctx, &alice, &ids).await.expect("as often as one likes").is_empty());
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r101_one_foreign_token_among_several_and_none_is_revoked(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let ctx = &app.app().ctx;
        let (mine, foreign) = (app.token(&alice, "mine", &[]).await, app.token(&bob, "foreign", &[]).await);
        let before = app.state_and_log().await;
        let answer = credentials::revoke_many(ctx, &alice, &[mine.credential.id, foreign.credential.id]).await;
        assert!(matches!(answer, Err(RevokeManyError::Unchanged(RevokeError::NotFound))), "{answer:?}");
        let rng = Rng::seeded(1);
        let many: Vec<_> = (0..=REVOKED_AT_ONCE).map(|_| CredentialId::new(app.clock.now(), &rng)).collect();
        let answer = credentials::revoke_many(ctx, &alice, &many).await;
        assert!(matches!(answer, Err(RevokeManyError::TooMany)), "{answer:?}");
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(answered(app, mine.secret.reveal()).await, good());
    }

    async fn r79_a_leaked_token_ends_and_its_owner_is_told_what_to_do(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        credentials::revoke_own(&app.app().ctx, &alice, token.credential.id, Why::Leaked).await.expect("revoked");
        assert_eq!(answered(app, token.secret.reveal()).await, refused());
        assert_eq!(found(app, &alice, &token).await.leaked_at, Some(app.clock.now()));
        assert_eq!(events(app, Action::TokenRevoked).await[0].details, json!({ "name": "CI", "leaked": true }));
        let text = mail(app, "alice@example.com", "Token \"CI\" revoked").await;
        assert!(text.contains("create a new token") && text.contains(&format!("/profile/tokens/{}", token.credential.id)), "{text}");
    }
}
