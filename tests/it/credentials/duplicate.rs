//! What the form for another token like this one begins with.

use latchkey::base::time::Span;
use latchkey::domain::access::Scopes;
use latchkey::domain::credentials::{self, Why};

use crate::served;

served! {
    async fn a_duplicate_begins_with_what_its_model_is(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, mallory) = (app.user("alice@example.com").await, app.user("mallory@example.com").await);
        let (ctx, token) = (&app.app().ctx, app.token(&alice, "CI deploy", &["verify"]).await);
        let id = token.credential.id;
        app.clock.advance(Span::days(12));
        let copy = credentials::duplicate_of(ctx, &alice, id).await.expect("read").expect("it is there");
        assert_eq!((copy.name.as_str(), copy.days), ("CI deploy (copy)", Some(30)));
        assert_eq!(copy.scopes, Some(Scopes::parse(["verify"]).expect("a scope")));
        assert!(copy.allowed_addresses.expect("readable").is_anywhere());
        credentials::revoke_own(ctx, &alice, id, Why::NotNeeded).await.expect("revoked");
        let copy = credentials::duplicate_of(ctx, &alice, id).await.expect("read").expect("it is there");
        assert_eq!(copy.name, "CI deploy", "the name is free");
        assert!(credentials::duplicate_of(ctx, &mallory, id).await.expect("read").is_none());
    }
}
