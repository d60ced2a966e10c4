//! Attacks on signed tokens, at every door that takes one.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use latchkey::base::jwt::{self, PrivateKey};
use latchkey::base::seal::Place;
use latchkey::domain::signing::{self, Class};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::served;
use crate::support::TestApp;

/// The key that signs, as a thief of the master key would have it, and its name.
async fn key(app: &TestApp) -> (PrivateKey, String) {
    let row = app.rows("SELECT id, private_key FROM signing_keys").await.remove(0);
    let (kid, sealed) = row.split_once(" | ").expect("two columns");
    let seed = app.app().ctx.keys.unseal(Place { table: "signing_keys", row: kid }, sealed).expect("ours");
    (PrivateKey::from_seed(seed.as_slice().try_into().expect("32 bytes")), kid.to_owned())
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn claims_of(token: &str) -> Map<String, Value> {
    let claims = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64url")).expect("an object")
}

fn by_hmac(secret: &[u8], header: &Value, claims: &str) -> String {
    let signed = format!("{}.{claims}", part(header));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// What should open nothing, made from a token that opens everything.
async fn corpus(app: &TestApp, good: &str) -> Vec<(&'static str, String)> {
    let (own, kid) = key(app).await;
    let thief = PrivateKey::from_seed(&[9; 32]);
    let parts: Vec<&str> = good.split('.').collect();
    let (header, claims, signature) = (parts[0], parts[1], parts[2]);
    let x = own.public().x();
    let der = [&STANDARD.decode("MCowBQYDK2VwAyEA").expect("a prefix")[..], &URL_SAFE_NO_PAD.decode(&x).expect("a key")].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x }).to_string();
    let named = |alg: &str| json!({ "alg": alg, "typ": "at+jwt", "kid": kid });
    let mut all = Vec::new();
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        all.push(("no algorithm", format!("{}.{claims}.", part(&named(alg)))));
        all.push(("no algorithm, a signature", format!("{}.{claims}.{signature}", part(&named(alg)))));
    }
    for secret in [pem.as_bytes(), &der, jwk.as_bytes(), x.as_bytes(), b""] {
        all.push(("the public key as a secret", by_hmac(secret, &named("HS256"), claims)));
    }
    let read = claims_of(good);
    all.push(("a key of its own", jwt::sign(&thief, "at+jwt", &kid, &read)));
    for name in [thief.public().thumbprint().as_str(), "../../../../dev/null", "' OR '1'='1", "", "\u{0}", &kid.to_uppercase()] {
        all.push(("another name of a key", jwt::sign(&own, "at+jwt", name, &read)));
        all.push(("another name and key", jwt::sign(&thief, "at+jwt", name, &read)));
    }
    for (member, value) in [
        ("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": thief.public().x() })),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["AAAA"])),
        ("crit", json!(["exp"])),
        ("zip", json!("DEF")),
    ] {
        let mut brought = named("EdDSA");
        brought[member] = value;
        let signed = format!("{}.{claims}", part(&brought));
        all.push(("a header that brings something along", format!("{signed}.{signature}")));
    }
    for typ in ["JWT", "jwt", "AT+JWT", "application/at+jwt", "session+jwt", "dpop+jwt", ""] {
        all.push(("another class", jwt::sign(&own, typ, &kid, &read)));
    }
    all.push(("padding", format!("{good}=")));
    all.push(("a byte more", format!("{good}A")));
    all.push(("a part more", format!("{good}.{signature}")));
    all.push(("a part less", format!("{header}.{claims}")));
    all.push(("no signature", format!("{header}.{claims}.")));
    all.push(("another signature", format!("{header}.{claims}.{}", "A".repeat(86))));
    all
}

served! {
    async fn r89_nothing_of_the_corpus_opens_anything_and_r90_no_claim_can_be_left_out(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let asking = app.token(&alice, "asks", &["verify", "introspect"]).await;
        let grant = app.grant(alice.id(), None).await;
        let good = app.of_grant(alice.id(), grant, None).await;
        assert_eq!(app.bearer(&good).get("/v1/me").await.status, 200);
        let (own, kid) = key(app).await;
        let mut all = corpus(app, &good).await;
        let whole = claims_of(&good);
        assert_eq!(app.bearer(&jwt::sign(&own, "at+jwt", &kid, &whole)).get("/v1/me").await.status, 200, "the key is the right one");
        for gone in ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "sid", "roles"] {
            let mut less = whole.clone();
            assert!(less.remove(gone).is_some(), "{gone}");
            all.push(("a claim less", jwt::sign(&own, "at+jwt", &kid, &less)));
        }
        let issuer = app.app().ctx.settings.public_url.clone();
        let soon = app.clock.now().unix_seconds() + 800;
        for (claim, value) in [
            ("iss", json!(format!("{issuer}/"))),
            ("iss", json!(issuer.to_uppercase())),
            ("aud", json!("platform")),
            ("aud", json!([])),
            ("aud", json!(format!("{issuer}.evil.example"))),
            ("exp", json!("2099-01-01")),
            ("exp", json!(1.0e12)),
            ("exp", json!(app.clock.now().unix_seconds())),
            ("iat", json!(soon)),
            ("nbf", json!(soon)),
            ("sid", json!("ses_00000000000070008000000000000000")),
            ("sub", json!("usr_00000000000070008000000000000000")),
        ] {
            let mut other = whole.clone();
            other.insert(claim.to_owned(), value);
            all.push((claim, jwt::sign(&own, "at+jwt", &kid, &other)));
        }
        let before = app.state().await;
        for (n, (what, token)) in all.iter().enumerate() {
            if n % 50 == 49 {
                app.clock.advance(latchkey::base::time::Span::seconds(60));
            }
            let answer = app.bearer(token).get("/v1/me").await;
            assert_eq!(answer.status, 401, "{what}: {token}");
            let told = app.bearer(asking.secret.reveal()).post("/v1/verify", &json!({ "token": token })).await;
            let elsewhere = *what == "aud" || told.json()["data"]["valid"] == false || told.status == 400;
            assert!(elsewhere, "{what}: {}", told.body);
        }
        assert_eq!(app.state().await, before);
        let huge = jwt::sign(&own, "at+jwt", &"k".repeat(9_000), &whole);
        assert_eq!(app.bearer(&huge).get("/v1/me").await.status, 401);
    }

    async fn r91_who_keeps_the_keys_for_five_minutes_never_meets_a_token_of_an_unknown_one(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let grant = app.grant(alice.id(), None).await;
        let ctx = &app.app().ctx;
        let (mut kept, mut fetched_at) = (Vec::<String>::new(), None);
        let mut under_way: Vec<(i64, String)> = Vec::new();
        for minute in 0..90_i64 {
            if [10, 13, 40].contains(&minute) {
                signing::rotate(ctx, signing::Rotation::Overlapping, &latchkey::base::net::Origin::local("test")).await.expect("rotated");
            }
            if fetched_at.is_none_or(|at| minute - at >= 5) {
                let keys = app.anon("GET", "/.well-known/jwks.json").await.json();
                kept = keys["keys"].as_array().expect("keys").iter().map(|key| key["kid"].as_str().expect("a name").to_owned()).collect();
                fetched_at = Some(minute);
            }
            let token = app.signed(Class::Access, &app.claims(&alice.id().to_string(), signing::Sid::Session(grant), None)).await;
            let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a header")).expect("base64url");
            let header: Value = serde_json::from_slice(&header).expect("an object");
            under_way.push((minute, header["kid"].as_str().expect("a name").to_owned()));
            under_way.retain(|(made, _)| minute - made < 15);
            for (made, kid) in &under_way {
                assert!(kept.contains(kid), "minute {minute}: a token of minute {made}");
            }
            assert_eq!(app.bearer(&token).get("/v1/me").await.status, 200, "minute {minute}");
            app.clock.advance(latchkey::base::time::Span::minutes(1));
        }
    }
}
