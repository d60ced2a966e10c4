//! Tokens of service accounts, and the keys that they are checked with.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use latchkey::domain::credentials::service::{self, client_id};
use serde_json::{Value, json};

use super::client::{Client, PublicKey, Refused};
use super::{service_account, tenant};
use crate::served;
use crate::support::TestApp;

fn refused(status: u16, word: &str) -> Option<Refused> {
    Some((status, word.to_owned()))
}

/// What a token says, checked with the key that this door publishes for it.
async fn checked(app: &TestApp, token: &str) -> Value {
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let (header, claims) = signed.split_once('.').expect("a header");
    let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON");
    let header = read(header);
    let PublicKey { key_id, algorithm, public_key } =
        Client(app).public_key(header["kid"].as_str()).await.expect("the key of the token");
    assert_eq!((json!(key_id), json!(algorithm)), (header["kid"].clone(), header["alg"].clone()));
    let key: [u8; 32] = STANDARD.decode(public_key).expect("base64").try_into().expect("32 bytes");
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).expect("base64url")).expect("64 bytes");
    VerifyingKey::from_bytes(&key).expect("a key").verify(signed.as_bytes(), &signature).expect("signed with it");
    read(claims)
}

served! {
    async fn a_service_account_gets_a_token_that_the_published_key_shows_to_be_ours(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let billing = service_account(app, &acme.member, "Billing").await;
        let id = billing.account.id.uuid().to_string();
        let secret = billing.secret.reveal();
        let token = Client(app).service_token(secret, json!({ "serviceId": id })).await.expect("a token");
        assert_eq!(app.bearer(&token).get("/v1/me").await.status, 200);
        let meant = Client(app).service_token(secret, json!({ "serviceId": id, "audience": "platform" })).await.expect("a token");
        let claims = checked(app, &meant).await;
        assert_eq!((&claims["aud"], &claims["sub"]), (&json!("platform"), &json!(client_id(billing.account.id))));
        let newest = Client(app).public_key(None).await.expect("the one that signs");
        assert_eq!(newest, Client(app).public_key(Some(&newest.key_id)).await.expect("the same by its name"));
        for nobodys in ["", "x", "..%2F..%2Fetc", "%00", "'"] {
            assert_eq!(Client(app).public_key(Some(nobodys)).await.err(), refused(404, "NOT_FOUND"), "{nobodys}");
        }
        let spelled = json!({ "serviceId": client_id(billing.account.id) });
        assert!(Client(app).service_token(secret, spelled).await.is_ok(), "its client id is an id of it, too");
        service::delete(&app.app().ctx, &acme.member, billing.account.id).await.expect("deleted");
        assert_eq!(app.bearer(&token).get("/v1/me").await.status, 401, "its tokens end with it");
        let gone = Client(app).service_token(secret, json!({ "serviceId": id })).await;
        assert_eq!(gone.err(), refused(401, "UNAUTHORIZED"));
    }

    async fn r101_other_accounts_do_not_exist_and_a_bad_secret_learns_not_even_that(app: &TestApp) {
        let (acme, bolt) = (tenant(app, "acme").await, tenant(app, "bolt").await);
        let mine = service_account(app, &acme.member, "Mine").await;
        let beside = service_account(app, &acme.member, "Beside it").await;
        let theirs = service_account(app, &bolt.member, "Theirs").await;
        let bought = Client(app).service_token(mine.secret.reveal(), json!({ "serviceId": mine.account.id.uuid().to_string() })).await;
        let bought = bought.expect("a token");
        let before = app.state_and_log().await;
        let ids = [mine.account.id, beside.account.id, theirs.account.id].map(|id| id.uuid().to_string());
        let nobodys = "01890a5d-1c2b-7d3e-8f90-a1b2c3d4e5f6".to_owned();
        for id in ids[1..].iter().chain([&nobodys, &acme.key.credential.id.uuid().to_string()]) {
            let body = json!({ "serviceId": id });
            let unknown = Client(app).service_token(mine.secret.reveal(), body).await;
            assert_eq!(unknown.err(), refused(404, "SERVICE_ACCOUNT_NOT_FOUND"), "{id}");
        }
        for bad in ["lk_svc_garbage", acme.key.secret.reveal(), bought.as_str(), "x"] {
            for id in ids.iter().chain([&nobodys]) {
                let unknown = Client(app).service_token(bad, json!({ "serviceId": id })).await;
                assert_eq!(unknown.err(), refused(401, "UNAUTHORIZED"), "{bad} {id}");
            }
        }
        for audience in ["external-api", "internal-service", "nowhere"] {
            let body = json!({ "serviceId": ids[0], "audience": audience });
            let denied = Client(app).service_token(mine.secret.reveal(), body).await;
            assert_eq!(denied.err(), refused(403, "AUDIENCE_NOT_PERMITTED"), "{audience}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r83_guessing_secrets_slows_down_and_the_right_one_is_not_held_up(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let billing = service_account(app, &acme.member, "Billing").await;
        let body = json!({ "serviceId": billing.account.id.uuid().to_string() });
        let mut last = 401;
        for _ in 0..60 {
            last = Client(app).service_token("lk_svc_garbage", body.clone()).await.expect_err("a guess").0;
        }
        assert_eq!(last, 429);
        assert!(Client(app).service_token(billing.secret.reveal(), body).await.is_ok());
    }
}
