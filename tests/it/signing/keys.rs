//! Keys: made once, published before they sign, gone when nothing lives that they signed.

use latchkey::app::{self, StartError, World};
use latchkey::base::net::Origin;
use latchkey::base::rng::Rng;
use latchkey::base::time::{Clock, Span, Timestamp};
use latchkey::config::Config;
use latchkey::domain::signing::{self, Class, MeantFor, ReadError, Rotation};

use super::claims;
use crate::support::TestApp;
use crate::support::app::START;
use crate::support::rows::execute_all;
use crate::{both, only, served};

const KEYS: &str = "SELECT id, signs_from, signs_until, published_until FROM signing_keys ORDER BY signs_from";

async fn rotate(app: &TestApp, how: Rotation) -> String {
    signing::rotate(&app.app().ctx, how, &Origin::local("test")).await.expect("rotated").kid
}

async fn signed(app: &TestApp) -> String {
    let ctx = &app.app().ctx;
    signing::sign(ctx, Class::Access, &claims(ctx)).await.expect("signed")
}

async fn is_good(app: &TestApp, token: &str) -> bool {
    match signing::read(&app.app().ctx, Class::Access, token, MeantFor::Us).await {
        Ok(_) => true,
        Err(ReadError::NotGood) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn published(app: &TestApp) -> Vec<String> {
    signing::published(&app.app().ctx).await.expect("keys").into_iter().map(|key| key.kid).collect()
}

served! {
    async fn r91_a_new_key_is_published_before_it_signs_and_the_old_one_as_long_as_its_tokens_live(app: &TestApp) {
        let first = published(app).await;
        assert_eq!(first.len(), 1);
        let second = rotate(app, Rotation::Overlapping).await;
        assert_eq!(published(app).await, [first[0].clone(), second.clone()]);
        app.clock.advance(Span::minutes(9));
        let old = signed(app).await;
        app.clock.advance(Span::minutes(1));
        let new = signed(app).await;
        assert_ne!(old.split('.').next(), new.split('.').next(), "another key signs");
        assert!(is_good(app, &old).await && is_good(app, &new).await);
        app.clock.advance(Span::hours(24));
        assert_eq!(published(app).await.len(), 2, "a token may live that it signed");
        app.clock.advance(Span::minutes(3));
        assert_eq!(published(app).await, [second]);
        signing::tend(&app.app().ctx).await.expect("tended");
        assert_eq!(app.rows("SELECT id FROM signing_keys").await.len(), 1, "it is deleted");
    }

    async fn r91_the_next_key_is_made_in_its_time(app: &TestApp) {
        let ctx = &app.app().ctx;
        app.clock.advance(Span::days(89));
        signing::tend(ctx).await.expect("tended");
        assert_eq!(published(app).await.len(), 1);
        app.clock.advance(Span::days(1));
        let events = app.events().await;
        for _ in 0..2 {
            signing::tend(ctx).await.expect("tended");
        }
        assert_eq!((published(app).await.len(), app.events().await), (2, events + 1), "once");
    }

    async fn a_key_that_leaked_is_out_of_use_at_once_with_its_tokens(app: &TestApp) {
        let (first, old) = (published(app).await, signed(app).await);
        assert!(is_good(app, &old).await);
        let second = rotate(app, Rotation::AtOnce).await;
        assert_eq!(published(app).await, [second]);
        assert!(!is_good(app, &old).await && is_good(app, &signed(app).await).await);
        assert!(!app.rows(KEYS).await.concat().contains(&first[0]));
    }

    async fn a_rotation_while_the_next_key_waits_leaves_no_gap(app: &TestApp) {
        for _ in 0..3 {
            rotate(app, Rotation::Overlapping).await;
            app.clock.advance(Span::minutes(4));
        }
        for _ in 0..20 {
            let token = signed(app).await;
            assert!(is_good(app, &token).await);
            app.clock.advance(Span::minutes(1));
        }
    }

    async fn r92_private_keys_are_sealed_for_their_rows(app: &TestApp) {
        rotate(app, Rotation::Overlapping).await;
        let rows = app.rows("SELECT private_key FROM signing_keys").await;
        assert!(rows.iter().all(|sealed| sealed.starts_with("v1.") && sealed.len() > 90), "{rows:?}");
        execute_all(&app.app().ctx.db, &[
            "UPDATE signing_keys SET private_key = (SELECT o.private_key FROM signing_keys o WHERE o.id <> signing_keys.id)",
        ]).await;
        let told = signing::tend(&app.app().ctx).await.expect_err("swapped rows open nothing").to_string();
        assert_eq!(told, "a stored signing key cannot be read");
        rotate(app, Rotation::AtOnce).await;
        assert!(is_good(app, &signed(app).await).await, "a new key needs none of the old ones");
    }
}

both! {
    async fn r92_a_server_does_not_start_on_keys_that_somebody_has_changed(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        execute_all(&app.app().ctx.db, &["UPDATE signing_keys SET public_key = 'planted'"]).await;
        app.stop().await;
        let mut pairs = vec![("bind", "127.0.0.1:0"), ("log", "off")];
        pairs.extend(db.settings());
        let config = Config::from_pairs(&pairs).expect("good settings");
        let world = World { clock: Clock::manual(Timestamp::parse_rfc3339(START).expect("an instant")), rng: Rng::os() };
        match app::start(config, world).await {
            Err(StartError::SigningKeys(_)) => {}
            Err(other) => panic!("{other}"),
            Ok(running) => {
                running.stop().await;
                panic!("it started");
            }
        }
    }
}

only! { Postgres:
    async fn r91_processes_share_one_key_and_hear_at_once_that_it_is_out_of_use(db: &TestDb) {
        let address = [("public_url", "http://localhost:8080")];
        let one = TestApp::start(db, &address).await;
        let other = TestApp::start_at(db, &address, one.clock.clone()).await;
        assert_eq!((published(&one).await.len(), published(&one).await), (1, published(&other).await));
        let token = signed(&one).await;
        assert!(is_good(&one, &token).await && is_good(&other, &token).await);
        rotate(&one, Rotation::AtOnce).await;
        assert!(!is_good(&other, &token).await && !is_good(&one, &token).await);
        let token = signed(&other).await;
        assert!(is_good(&one, &token).await, "and the other signs with the new one");
        let next = rotate(&one, Rotation::Overlapping).await;
        other.clock.advance(Span::minutes(10));
        let token = signed(&one).await;
        assert!(is_good(&other, &token).await, "a key that it has not seen is looked for");
        assert!(published(&other).await.contains(&next));
        one.stop().await;
        other.stop().await;
    }
}
