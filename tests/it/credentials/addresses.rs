//! Tokens that may be used from some addresses alone.

use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::access::{Idle, Scopes, Switch, TokenPolicy};
use latchkey::domain::accounts::Person;
use latchkey::domain::credentials::{self, AddressList, Expiry, Issued, PersonalDraft};
use latchkey::execute;
use serde_json::json;

use super::{answered, good};
use crate::served;
use crate::support::TestApp;
use crate::support::app::confirmed;

async fn bound(app: &TestApp, of: &Person, name: &str, addresses: &str) -> Issued {
    let draft = PersonalDraft {
        name: Label::parse(name).expect("a name"),
        workspace: None,
        scopes: Scopes::parse(["verify"]).expect("scopes"),
        allowed_addresses: AddressList::parse(addresses).expect("addresses"),
        expiry: Expiry::At(app.clock.now() + Span::days(30)),
        nonce: format!("nonce-{name}"),
    };
    credentials::issue_personal(&app.app().ctx, &confirmed(of), draft).await.expect("a token")
}

fn elsewhere() -> (u16, String) {
    (403, "AUTH_003".to_owned())
}

served! {
    async fn a_token_works_from_its_addresses_alone(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (here, there) = (bound(app, &alice, "here", "127.0.0.0/8, ::1").await, bound(app, &alice, "there", "203.0.113.0/24").await);
        assert_eq!(answered(app, here.secret.reveal()).await, good());
        assert_eq!(answered(app, there.secret.reveal()).await, elsewhere());
        let refused = app.bearer(there.secret.reveal()).get("/v1/me").await;
        assert_eq!(refused.json()["error"]["details"]["reason"], "address_not_allowed");
        let ask = async |token: &Issued, question: serde_json::Value| {
            let mut question = question;
            question["token"] = token.secret.reveal().into();
            app.bearer(here.secret.reveal()).post("/v1/verify", &question).await.json()["data"]["code"].as_str().unwrap_or_default().to_owned()
        };
        for (address, code) in [("203.0.113.9", "VALID"), ("::ffff:203.0.113.9", "VALID"), ("203.0.114.1", "IP_NOT_ALLOWED"), ("::1", "IP_NOT_ALLOWED")] {
            assert_eq!(ask(&there, json!({ "ip": address })).await, code, "{address}");
        }
        assert_eq!(ask(&there, json!({})).await, "IP_NOT_ALLOWED", "an address that nobody tells is none of the list");
        assert_eq!(ask(&here, json!({})).await, "IP_NOT_ALLOWED", "the asker's own address says nothing about the caller's");
    }

    async fn r116_a_list_of_addresses_that_cannot_be_read_allows_none(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        for (n, stored) in ["", "null", r#"["127.0.0.1","everywhere"]"#, "127.0.0.1", "{}"].into_iter().enumerate() {
            let token = app.token(&root, &format!("t{n}"), &[]).await;
            let mut tx = app.app().ctx.db.write().await.expect("a transaction");
            let text = "UPDATE credentials SET allowed_addresses = $1 WHERE id = $2";
            execute!(tx, sqlx::query(text).bind(stored).bind(token.credential.id.to_db())).expect("planted");
            tx.commit().await.expect("committed");
            assert_eq!(answered(app, token.secret.reveal()).await, elsewhere(), "{stored}");
        }
    }

    async fn r105_a_policy_that_wants_a_second_factor_binds_on_the_next_request(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &[]).await;
        assert_eq!(answered(app, token.secret.reveal()).await, good());
        let open = latchkey::domain::access::policy(&app.app().ctx.db).await.expect("read");
        let strict = TokenPolicy { require_factor: Switch::On, idle: Idle::days(90).expect("in range"), ..open.clone() };
        app.set_policy(&root, strict.clone()).await;
        assert_eq!(latchkey::domain::access::policy(&app.app().ctx.db).await.expect("read"), strict);
        assert_eq!(answered(app, token.secret.reveal()).await, (403, "AUTH_003".to_owned()));
        app.set_policy(&root, open).await;
        assert_eq!(answered(app, token.secret.reveal()).await, good());
    }

    async fn a_paused_or_replaced_token_is_told_apart_to_its_owner_alone(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let (mine, theirs) = (app.token(&alice, "asks", &["verify"]).await, app.token(&bob, "asks", &["verify"]).await);
        let token = app.token(&alice, "CI", &[]).await;
        credentials::pause(&app.app().ctx, &alice, token.credential.id).await.expect("paused");
        for (asker, code) in [(&mine, "DISABLED"), (&theirs, "NOT_FOUND")] {
            let question = json!({ "token": token.secret.reveal() });
            let verdict = app.bearer(asker.secret.reveal()).post("/v1/verify", &question).await.json();
            assert_eq!((&verdict["data"]["valid"], &verdict["data"]["code"]), (&json!(false), &json!(code)));
        }
    }
}
