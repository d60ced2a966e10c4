//! `/admin/accounts/{id}`: what is shown of an account, and that it is known who looked.

use latchkey::domain::access::{self, Administrator};

use super::{administrator, id_of, page_of};
use crate::served;
use crate::support::app::PASSWORD;
use crate::support::rows::execute_all;

served! {
    async fn an_administrator_sees_what_is_known_of_an_account(app: &TestApp) {
        let root = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        app.token(&alice, "CI", &[]).await;
        let page = root.get(&page_of(&alice, "")).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "alice"));
        let told = page.text_of("main");
        for fact in ["alice@example.com", "Confirmed 22 Nov 2026, 09:00 UTC", "1 active, 0 expired, 0 revoked", "API token created: CI"] {
            assert!(told.contains(fact), "{fact} in {told}");
        }
        assert!(told.contains(&alice.id().to_string()));
        assert_eq!(page.texts_of(".sessions-sheet tbody tr").len(), 1);
        assert_eq!(page.attribute("main a[href^='/admin/audit']", "href"), Some(format!("/admin/audit?account={}", alice.id())));
        execute_all(&app.app().ctx.db, &["UPDATE accounts SET name = '' WHERE email_key = 'alice@example.com'"]).await;
        assert_eq!(root.get(&page_of(&alice, "")).await.text_of("h1"), "alice@example.com", "without a name, the address");
    }

    async fn r121_whoever_looks_at_somebody_elses_account_is_in_the_log(app: &TestApp) {
        let root = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let own = app.person("root@example.com").await;
        let before = app.events().await;
        assert_eq!(root.get(&page_of(&alice, "")).await.status, 200);
        assert_eq!(app.events().await, before + 1);
        let event = app.rows("SELECT action, actor_id, account_id FROM audit_events ORDER BY seq DESC LIMIT 1").await.concat();
        assert_eq!(event, format!("account.viewed | {} | {}", own.id().to_db(), alice.id().to_db()));
        let before = app.state_and_log().await;
        assert_eq!(root.get(&page_of(&own, "")).await.status, 200, "one's own is nobody else's");
        assert_eq!(root.get("/admin/accounts?q=alice").await.status, 200);
        let administrator = Administrator::of(own.clone()).expect("an administrator");
        let nobody = "usr_00000000000070008000000000000000".parse().expect("an id");
        assert!(access::view_account(&app.app().ctx, &administrator, nobody).await.expect("read").is_none());
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r53_no_administrator_sees_or_sets_a_password(app: &TestApp) {
        let root = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let id = id_of(app, &app.person("root@example.com").await, "alice@example.com").await;
        assert_eq!(id, alice.id());
        for what in ["", "/suspend", "/restore"] {
            let page = root.get(&page_of(&alice, what)).await;
            assert_eq!(page.attributes("input[type=password], input[name*=password]", "name"), Vec::<String>::new(), "{what}");
            assert!(!page.body.contains("$argon2"), "{what}");
        }
        let hash = app.rows("SELECT password_hash FROM accounts ORDER BY id").await;
        let form = root.get(&page_of(&alice, "")).await;
        let chosen = [("roles", "user ops"), ("password", "chosen-by-somebody-else-1"), ("password_hash", "x"), ("verified_at", "1")];
        for what in ["/roles", "/sign-out", "/suspend", "/restore"] {
            root.submit_from(&form, &page_of(&alice, what), &chosen).await;
        }
        assert_eq!(app.rows("SELECT password_hash FROM accounts ORDER BY id").await, hash);
        assert_eq!(app.browser().submit("/sign-in", "/sign-in", &[("email", "alice@example.com"), ("password", PASSWORD)]).await.status, 303);
    }
}
