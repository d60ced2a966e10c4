//! Sign-in, refresh, and the end of what it gave.

use latchkey::base::time::Span;
use serde_json::{Value, json};

use super::client::{Client, Metadata, Refused, Time, credentials};
use super::{Uuid, signed_in, tenant};
use crate::served;
use crate::support::TestApp;
use crate::support::app::PASSWORD;
use crate::support::authenticator::Authenticator;

fn wrong() -> Refused {
    (401, "UNAUTHORIZED".to_owned())
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

fn refresh_body(token: &str) -> Value {
    json!({ "refreshToken": token })
}

/// Whether an access token is good at this server's own doors.
async fn is_good(app: &TestApp, token: &str) -> bool {
    match app.bearer(token).get("/v1/me").await.status {
        200 => true,
        401 => false,
        status => panic!("{status}"),
    }
}

served! {
    async fn a_pair_says_whose_it_is_and_until_when_to_the_last_member(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let pair = signed_in(app, &acme).await;
        let now = app.clock.now();
        let metadata = &pair.refresh().metadata;
        let expected = Metadata {
            token_id: metadata.token_id.clone(),
            subject_id: Uuid(acme.owner.id().uuid().to_string()),
            tenant_id: Uuid(acme.id()),
            roles: vec!["owner".to_owned()],
            audience: app.app().ctx.settings.public_url.clone(),
            expires_at: Time(now + Span::days(30)),
            created_at: Time(now),
        };
        assert_eq!(*metadata, expected);
        let me = app.bearer(&pair.access_token).get("/v1/me").await.json();
        assert_eq!((&me["data"]["email"], &me["data"]["workspace"]["slug"]), (&json!("acme@example.com"), &json!("acme")));
        let spelled = credentials("acme@example.com", PASSWORD, &acme.workspace.id.to_string());
        assert!(Client(app).login(spelled).await.is_ok(), "our own spelling is an id, too");
    }

    async fn a_pair_is_rotated_and_its_predecessor_gets_the_same_successor_for_a_while(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let first = signed_in(app, &acme).await;
        app.clock.advance(Span::seconds(5));
        let second = Client(app).refresh(refresh_body(&first.refresh().token)).await.expect("rotated");
        assert_ne!(second.refresh().token, first.refresh().token);
        let (old, new) = (&first.refresh().metadata, &second.refresh().metadata);
        assert_ne!(old.token_id, new.token_id);
        assert_eq!((&old.subject_id, &old.tenant_id), (&new.subject_id, &new.tenant_id));
        assert_eq!(new.created_at, Time(app.clock.now()));
        app.clock.advance(Span::seconds(20));
        let again = Client(app).refresh(refresh_body(&first.refresh().token)).await.expect("the answer was lost");
        assert_eq!((&again.refresh().token, &again.refresh().metadata), (&second.refresh().token, new), "the same to the last member");
        app.clock.advance(Span::seconds(40));
        assert_eq!(Client(app).refresh(refresh_body(&first.refresh().token)).await.err(), Some(wrong()), "two hands");
        assert_eq!(Client(app).refresh(refresh_body(&second.refresh().token)).await.err(), Some(wrong()), "the grant has ended");
        assert!(!is_good(app, &second.access_token).await);
    }

    async fn r94_a_refresh_token_ends_its_grant_and_what_is_unknown_ends_nothing(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let (pair, other) = (signed_in(app, &acme).await, signed_in(app, &acme).await);
        let before = app.state_and_log().await;
        for nobodys in ["", "lk_rft_x", &format!("{}x", pair.refresh().token)] {
            Client(app).revoke(None, refresh_body(nobodys)).await.expect("204");
        }
        assert_eq!(app.state_and_log().await, before);
        let body = with(refresh_body(&pair.refresh().token), "reason", " signed out ");
        Client(app).revoke(None, body.clone()).await.expect("revoked");
        Client(app).revoke(None, body).await.expect("once more");
        assert!(!is_good(app, &pair.access_token).await, "dead on the next request");
        assert_eq!(Client(app).refresh(refresh_body(&pair.refresh().token)).await.err(), Some(wrong()));
        assert!(is_good(app, &other.access_token).await, "the other sign-in goes on");
        let log = app.rows("SELECT details FROM audit_events WHERE action = 'session.ended'").await;
        assert_eq!(log, [r#"{"reason":"signed out"}"#]);
    }

    async fn r101_a_token_id_is_good_in_the_hands_of_its_person_alone(app: &TestApp) {
        let (acme, bolt) = (tenant(app, "acme").await, tenant(app, "bolt").await);
        let (mine, third) = (signed_in(app, &acme).await, signed_in(app, &bolt).await);
        let second = signed_in(app, &acme).await;
        let id = |pair: &super::TokenPair| json!({ "tokenId": pair.refresh().metadata.token_id.0 });
        let before = app.state_and_log().await;
        for (who, answer) in [(None, Err(wrong())), (Some("lk_pat_garbage"), Err(wrong())), (Some(third.access_token.as_str()), Ok(()))] {
            assert_eq!(Client(app).revoke(who, id(&mine)).await, answer, "{who:?}");
        }
        let unknown = json!({ "tokenId": "01890a5d-1c2b-7d3e-8f90-a1b2c3d4e5f6" });
        assert_eq!(Client(app).revoke(Some(&mine.access_token), unknown).await, Ok(()));
        let forbidden = (403, "FORBIDDEN".to_owned());
        assert_eq!(Client(app).revoke(Some(acme.key.secret.reveal()), id(&mine)).await, Err(forbidden), "a key is no person");
        assert_eq!(app.state_and_log().await, before, "and nothing has changed");
        assert!(is_good(app, &mine.access_token).await);
        Client(app).revoke(Some(&second.access_token), id(&mine)).await.expect("by the same person, from elsewhere");
        assert!(!is_good(app, &mine.access_token).await && is_good(app, &second.access_token).await);
        let session = app.log_in("acme@example.com").await;
        let rotated = Client(app).refresh(refresh_body(&second.refresh().token)).await.expect("rotated");
        Client(app).revoke(Some(&session), id(&second)).await.expect("by the id of a token that is spent");
        assert!(!is_good(app, &rotated.access_token).await);
    }

    async fn r60_a_second_factor_is_asked_of_members_alone(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let bolt = tenant(app, "bolt").await;
        let browser = app.browser();
        browser.sign_in("acme@example.com").await;
        let phone = Authenticator::set_up(&browser).await;
        app.clock.advance(Span::seconds(30));
        let body = credentials("acme@example.com", PASSWORD, &acme.id());
        let required = Some((401, "TOTP_REQUIRED".to_owned()));
        assert_eq!(Client(app).login(body.clone()).await.err(), required);
        assert_eq!(Client(app).login(with(body.clone(), "totp", Value::Null)).await.err(), required);
        let code = phone.wrong_code(app.clock.now());
        assert_eq!(Client(app).login(with(body.clone(), "totp", code)).await.err(), required);
        let code = phone.code(app.clock.now());
        let elsewhere = with(credentials("acme@example.com", PASSWORD, &bolt.id()), "totp", code.clone());
        assert_eq!(Client(app).login(elsewhere).await.err(), Some(wrong()), "no code is spent on a workspace of others");
        assert!(Client(app).login(with(body.clone(), "totp", code.clone())).await.is_ok());
        assert_eq!(Client(app).login(with(body, "totp", code)).await.err(), required, "a code is good once");
    }

    async fn an_audience_is_one_that_people_may_have_and_stays_with_the_grant(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let body = credentials("acme@example.com", PASSWORD, &acme.id());
        let denied = Some((403, "AUDIENCE_NOT_PERMITTED".to_owned()));
        let before = app.state_and_log().await;
        for audience in ["internal-service", "nowhere", "a b", ""] {
            assert_eq!(Client(app).login(with(body.clone(), "audience", audience)).await.err(), denied, "{audience}");
        }
        assert_eq!(app.state_and_log().await, before);
        let pair = Client(app).login(with(body.clone(), "audience", "platform")).await.expect("signed in");
        assert_eq!(pair.refresh().metadata.audience, "platform");
        assert!(!is_good(app, &pair.access_token).await, "it is meant for others");
        let refresh = refresh_body(&pair.refresh().token);
        let before = app.state_and_log().await;
        for audience in ["external-api", "internal-service", &app.app().ctx.settings.public_url] {
            assert_eq!(Client(app).refresh(with(refresh.clone(), "audience", audience)).await.err(), denied, "{audience}");
        }
        assert_eq!(app.state_and_log().await, before, "and the refresh token is as good as it was");
        let next = Client(app).refresh(with(refresh.clone(), "audience", "platform")).await.expect("rotated");
        assert_eq!(next.refresh().metadata.audience, "platform");
        assert_eq!(Client(app).refresh(with(refresh, "audience", "external-api")).await.err(), denied, "nor by the token before it");
        let ours = app.app().ctx.settings.public_url.clone();
        let pair = Client(app).login(with(body, "audience", ours)).await.expect("signed in");
        assert!(is_good(app, &pair.access_token).await);
    }

    async fn tokens_of_other_doors_are_refreshed_and_revoked_here(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let pair = signed_in(app, &acme).await;
        let json = [("content-type", "application/json")];
        let there = app.send("POST", "/v1/auth/refresh", &json, refresh_body(&pair.refresh().token).to_string()).await;
        assert_eq!(there.status, 200, "{}", there.body);
        let back = there.json()["refreshToken"].as_str().expect("a token").to_owned();
        let here = Client(app).refresh(refresh_body(&back)).await.expect("rotated");
        assert_eq!(here.refresh().metadata.tenant_id, Uuid(acme.id()), "the grant stays in its workspace");
        let form = [("token", here.refresh().token.as_str())];
        assert_eq!(app.oauth("/oauth2/revoke", &form).await.status, 200);
        assert!(!is_good(app, &here.access_token).await);
    }
}
