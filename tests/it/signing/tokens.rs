//! Tokens: read for what they are, and for nothing else.

use latchkey::base::id::SecretId;
use latchkey::base::time::Span;
use latchkey::domain::signing::{self, Claims, Class, MeantFor, ReadError, Sid};

use super::claims;
use crate::served;
use crate::support::TestApp;

async fn read(app: &TestApp, class: Class, token: &str, meant: MeantFor) -> Option<Claims> {
    match signing::read(&app.app().ctx, class, token, meant).await {
        Ok(claims) => Some(claims),
        Err(ReadError::NotGood) => None,
        Err(error) => panic!("{error}"),
    }
}

served! {
    async fn what_was_signed_is_read(app: &TestApp) {
        let ctx = &app.app().ctx;
        let whole = Claims {
            audiences: vec!["platform".into(), ctx.settings.public_url.clone()],
            session: Sid::Secret(SecretId::new(ctx.now(), &ctx.rng)),
            actor: Some("key_agent".into()),
            scope: None,
            ..claims(ctx)
        };
        for claims in [claims(ctx), whole] {
            let token = signing::sign(ctx, Class::Access, &claims).await.expect("signed");
            assert_eq!(read(app, Class::Access, &token, MeantFor::Us).await, Some(claims));
        }
    }

    async fn r90_a_token_is_of_its_class_for_its_audience_and_in_its_time(app: &TestApp) {
        let ctx = &app.app().ctx;
        let token = signing::sign(ctx, Class::Session, &claims(ctx)).await.expect("signed");
        assert!(read(app, Class::Session, &token, MeantFor::Us).await.is_some());
        assert!(read(app, Class::Access, &token, MeantFor::Us).await.is_none(), "another class");
        let foreign = Claims { audiences: vec!["platform".into()], ..claims(ctx) };
        let foreign = signing::sign(ctx, Class::Access, &foreign).await.expect("signed");
        assert!(read(app, Class::Access, &foreign, MeantFor::Us).await.is_none(), "another audience");
        assert!(read(app, Class::Access, &foreign, MeantFor::Anybody).await.is_some());
        let early = Claims { issued_at: ctx.now() + Span::seconds(61), ..claims(ctx) };
        let early = signing::sign(ctx, Class::Access, &early).await.expect("signed");
        assert!(read(app, Class::Access, &early, MeantFor::Us).await.is_none(), "from the future");
        app.clock.advance(Span::seconds(1));
        assert!(read(app, Class::Access, &early, MeantFor::Us).await.is_some(), "clocks may be a minute apart");
        app.clock.advance(Span::seconds(15 * 60 - 2));
        assert!(read(app, Class::Session, &token, MeantFor::Us).await.is_some());
        app.clock.advance(Span::seconds(1));
        assert!(read(app, Class::Session, &token, MeantFor::Us).await.is_none(), "its time is over, to the second");
    }
}
