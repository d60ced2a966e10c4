//! Keys and service accounts among everybody's credentials.

use latchkey::domain::access::Audiences;
use latchkey::domain::credentials::service::{self, ServiceDraft};

use crate::served;
use crate::support::keys::{draft, scopes};

served! {
    async fn keys_and_service_accounts_are_listed_found_and_revoked(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (acme, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        let (by, there) = (app.member_of(&acme, &alice).await, app.member_of(&other, &alice).await);
        let key = app.key_like(&by, draft("Build")).await;
        let foreign = app.key_like(&there, draft("Foreign")).await;
        let account = ServiceDraft {
            name: draft("Billing").name,
            scopes: scopes(&["verify"]),
            audiences: Audiences::default(),
            allowed_addresses: draft("x").allowed_addresses,
            owners: Vec::new(),
            nonce: None,
        };
        let made = service::create(&app.app().ctx, &by, account).await.expect("made");
        service::add_secret(&app.app().ctx, &by, made.account.id, None).await.expect("added");
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let rows = async |query: &str| browser.get(&format!("/admin/tokens{query}")).await.texts_of("tbody td[data-label=Owner]");
        assert_eq!(rows("").await.len(), 3, "an account with two secrets is one");
        assert_eq!(rows(&format!("?owner={}", acme.id)).await, ["acme Inc.", "acme Inc."]);
        assert_eq!(rows("?q=build&sort=owner").await, ["acme Inc."]);
        let which = browser.submit("/admin/tokens/which", "/admin/tokens/which", &[("token", key.secret.reveal())]).await;
        assert!(which.body.contains("“Build” of acme Inc."), "{}", which.body);
        let begins = &key.secret.reveal()[.."lk_sec_live_".len() + 6];
        let which = browser.submit("/admin/tokens/which", "/admin/tokens/which", &[("token", begins)]).await;
        assert!(which.body.contains("Build"), "{}", which.body);
        let (a, b) = (key.credential.id.to_string(), made.account.id.to_string());
        let fields = [("ids", a.as_str()), ("ids", b.as_str()), ("reason", "Found in a log")];
        let revoked = browser.submit("/admin/tokens", "/admin/tokens/revoke", &fields).await;
        assert_eq!(revoked.status, 303, "{}", revoked.body);
        for secret in [key.secret.reveal(), made.secret.reveal()] {
            assert_eq!(app.bearer(secret).get("/v1/me").await.status, 401);
        }
        assert_eq!(app.bearer(foreign.secret.reveal()).get("/v1/me").await.status, 200);
        let log = app.rows("SELECT action FROM audit_events WHERE workspace_id IS NOT NULL AND seq > 1 ORDER BY seq DESC LIMIT 2").await;
        assert_eq!(log.iter().filter(|action| *action == "key.revoked" || *action == "service_account.deleted").count(), 2);
    }
}
