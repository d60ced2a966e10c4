//! `/v1/me/sessions`.

use latchkey::base::time::Span;
use serde_json::{Value, json};

use crate::served;

const HERE: &str = "/v1/me/sessions";

served! {
    async fn r32_programs_and_browsers_are_listed_and_ended_alike(app: &TestApp) {
        app.account("anna@example.com", latchkey::domain::accounts::Roles::user()).await;
        app.user("bob@example.com").await;
        let browser = app.browser();
        browser.sign_in("anna@example.com").await;
        app.clock.advance(Span::seconds(1));
        let (first, second) = (app.log_in("anna@example.com").await, app.log_in("anna@example.com").await);
        let bearer = app.bearer(&second);
        let listed = bearer.get(HERE).await;
        assert_eq!(listed.status, 200, "{}", listed.body);
        let rows = listed.json()["data"].as_array().expect("a list").clone();
        let seen: Vec<(&str, bool)> =
            rows.iter().map(|row| (row["kind"].as_str().expect("a kind"), row["current"] == true)).collect();
        assert_eq!(seen.len(), 3, "{seen:?}");
        assert_eq!((seen[2], seen.iter().filter(|(_, current)| *current).count()), (("browser", false), 1));
        assert_eq!(listed.json()["meta"]["nextCursor"], Value::Null);
        let page = browser.get("/profile/sessions").await;
        assert_eq!(page.texts_of("tbody tr").len(), 3, "the page shows the programs, too");

        let others = app.log_in("bob@example.com").await;
        let before = app.state().await;
        for row in &rows {
            let path = format!("{HERE}/{}", row["id"].as_str().expect("an id"));
            assert_eq!(app.bearer(&others).send("DELETE", &path).await.code(), "RES_001", "somebody else's does not exist");
        }
        assert_eq!(app.state().await, before);
        let of_browser = format!("{HERE}/{}", rows[2]["id"].as_str().expect("an id"));
        assert_eq!(bearer.send("DELETE", &of_browser).await.status, 204);
        assert_eq!(browser.get("/profile").await.status, 303);
        assert_eq!(bearer.send("DELETE", &of_browser).await.status, 404, "ended once");
        assert_eq!(bearer.send("DELETE", HERE).await.status, 204);
        assert_eq!(app.bearer(&first).get("/v1/me").await.code(), "AUTH_002");
        assert_eq!((bearer.get("/v1/me").await.status, app.bearer(&others).get("/v1/me").await.status), (200, 200));
    }

    async fn r112_a_list_goes_on_where_its_cursor_says_and_a_forged_one_is_refused(app: &TestApp) {
        app.account("anna@example.com", latchkey::domain::accounts::Roles::user()).await;
        let mut tokens = Vec::new();
        for _ in 0..5 {
            tokens.push(app.log_in("anna@example.com").await);
            app.clock.advance(Span::seconds(1));
        }
        let bearer = app.bearer(&tokens[4]);
        let all: Vec<Value> = bearer.get(HERE).await.json()["data"].as_array().expect("rows").clone();
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = bearer.get(&format!("{HERE}?limit=2{next}")).await.json();
            seen.extend(page["data"].as_array().expect("rows").clone());
            match page["meta"]["nextCursor"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!((all.len(), &seen), (5, &all));
        for (query, field) in [
            ("limit=0", "limit"), ("limit=201", "limit"), ("limit=ten", "limit"), ("limit=", "limit"), ("limit=-1", "limit"),
            ("cursor=", "cursor"), ("cursor=AAAA", "cursor"), ("cursor=%27%3B--", "cursor"), ("page=2", "page"), ("limit=1&limit=2", "limit"),
        ] {
            let refused = bearer.get(&format!("{HERE}?{query}")).await;
            assert_eq!((refused.status, refused.code().as_str()), (400, "VAL_001"), "{query}");
            assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{query}: {}", refused.body);
        }
        let forged = next.replace("&cursor=", "").chars().rev().collect::<String>();
        assert_eq!(bearer.get(&format!("{HERE}?cursor={forged}")).await.status, 400);
        assert_eq!(bearer.get(&format!("{HERE}?limit=200")).await.status, 200);
    }

    async fn r70_a_token_reaches_nobodys_sessions(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["admin"]).await;
        let bearer = app.bearer(token.secret.reveal());
        let before = app.state().await;
        for refused in [bearer.get(HERE).await, bearer.send("DELETE", HERE).await, bearer.post("/v1/auth/logout", &json!({})).await] {
            assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH_003"));
            assert_eq!(refused.json()["error"]["details"]["reason"], "token_management_forbidden");
        }
        assert_eq!(app.state().await, before);
    }
}
