//! `/.well-known/oauth-authorization-server` and `/.well-known/jwks.json`.

use latchkey::base::net::Origin;
use latchkey::domain::signing::{self, Rotation};
use serde_json::Value;

use crate::served;

served! {
    async fn r80_the_issuer_is_the_public_url_and_addresses_lead_somewhere(app: &TestApp) {
        let answer = app.anon("GET", "/.well-known/oauth-authorization-server").await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "public, max-age=300"));
        let metadata = answer.json();
        let issuer = app.app().ctx.settings.public_url.clone();
        assert_eq!(metadata["issuer"], issuer.as_str());
        let members = metadata.as_object().expect("an object");
        let addresses = members.iter().filter(|(name, _)| name.ends_with("_endpoint") || name.ends_with("_uri"));
        for (name, address) in addresses {
            let path = address.as_str().and_then(|address| address.strip_prefix(issuer.as_str())).expect("an address of ours");
            assert_ne!(app.anon("GET", path).await.status, 404, "{name}");
        }
        assert!(members.contains_key("response_types_supported"), "RFC 8414 wants it");
    }

    async fn r91_only_the_public_part_of_a_key_is_published(app: &TestApp) {
        signing::rotate(&app.app().ctx, Rotation::Overlapping, &Origin::local("test")).await.expect("rotated");
        let answer = app.anon("GET", "/.well-known/jwks.json").await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "public, max-age=300"));
        let keys = answer.json()["keys"].as_array().expect("a list").clone();
        assert_eq!(keys.len(), 2);
        for key in &keys {
            let mut members: Vec<&str> = key.as_object().expect("a key").keys().map(String::as_str).collect();
            members.sort_unstable();
            assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
            let said = ["alg", "crv", "kty", "use"].map(|name| key[name].clone());
            assert_eq!(said, ["EdDSA", "Ed25519", "OKP", "sig"].map(Value::from));
        }
    }
}
