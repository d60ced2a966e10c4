//! Everybody's accounts, roles and workspaces: for administrators with a session.

use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;
use serde_json::{Value, json};

use super::{ask, call, oauth, refusal, text};
use crate::served;
use crate::support::TestApp;
use crate::support::app::PASSWORD;

const USERS: &str = "/api/users";
const ROOT: &str = "root@example.com";

/// An administrator's access token.
async fn root(app: &TestApp) -> String {
    app.admin(ROOT).await;
    oauth(app, ROOT).await.0
}

/// The ids in a list.
fn ids(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|row| text(&row["_id"])).collect()
}

async fn listed(app: &TestApp, token: &str, path: &str) -> Vec<String> {
    let answer = call(app, token, "GET", path, Value::Null).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    ids(&answer.json())
}

served! {
    async fn an_account_is_made_seen_changed_and_deleted(app: &TestApp) {
        let token = root(app).await;
        let wanted = json!({
            "username": "jose@example.com", "password": "copper-lantern-walks-19", "firstName": "José", "lastName": "O'Brien-Smith",
            "roles": ["user", "Editor"], "phone": "+49 30 1", "metadata": { "plan": "gold" }, "internalMetadata": { "x": 1 },
        });
        let made = call(app, &token, "POST", USERS, wanted.clone()).await;
        assert_eq!(made.status, 200, "{}", made.body);
        let user = made.json();
        let expected = json!({
            "_id": user["_id"], "username": "jose@example.com", "email": "jose@example.com", "name": "José O'Brien-Smith",
            "fullName": "José O'Brien-Smith", "firstName": "José", "lastName": "O'Brien-Smith", "roles": ["user", "editor"],
            "phone": "+49 30 1", "birthDate": null, "profileImage": null, "metadata": { "plan": "gold" }, "workspace": null,
        });
        assert_eq!(user, expected);
        assert_eq!(app.mails_to("jose@example.com").await.len(), 1, "its owner confirms the address");
        assert_eq!(refusal(&call(app, &token, "POST", USERS, wanted).await).0, 409);
        let here = format!("{USERS}/{}", text(&user["_id"]));
        assert_eq!(call(app, &token, "GET", &here, Value::Null).await.json(), expected);
        assert_eq!(app.rows("SELECT action FROM audit_events WHERE action = 'account.viewed'").await.len(), 1);
        let entry = json!({ "username": "jose@example.com", "password": "copper-lantern-walks-19", "authType": "oauth" });
        let entered = ask(app, "POST", "/api/signin", &[], &entry).await;
        assert_eq!(entered.status, 200, "{}", entered.body);

        let events = app.events().await;
        let change = json!({ "lastName": "Sol", "roles": ["user"], "username": "Jose@Example.com", "_id": 5 });
        let changed = call(app, &token, "PUT", &here, change.clone()).await.json();
        assert_eq!((&changed["name"], &changed["roles"], &changed["phone"]), (&json!("José Sol"), &json!(["user"]), &user["phone"]));
        assert_eq!(call(app, &token, "PUT", &here, change).await.status, 200);
        assert_eq!(app.events().await, events + 2, "its roles and its profile, and nothing the second time");
        let gone = call(app, &token, "DELETE", &here, Value::Null).await;
        assert_eq!((gone.status, gone.json()), (200, json!({ "_id": user["_id"] })));
        assert_eq!(refusal(&call(app, &token, "GET", &here, Value::Null).await).0, 404);
        assert_eq!(refusal(&call(app, &token, "DELETE", &here, Value::Null).await).0, 404);
        assert_eq!(ask(app, "POST", "/api/signin", &[], &entry).await.status, 401);
        let mails = app.mails_to("jose@example.com").await;
        assert!(mails.iter().any(|mail| mail.contains("An administrator deleted your account")), "{mails:?}");
    }

    async fn who_gets_no_password_is_invited(app: &TestApp) {
        let token = root(app).await;
        let user = call(app, &token, "POST", USERS, json!({ "username": "eve@example.com", "fullName": "Eve" })).await.json();
        assert_eq!((&user["name"], &user["roles"]), (&json!("Eve"), &json!(["user"])));
        assert!(app.mails_to("eve@example.com").await[0].contains("/invite/"));
        let here = format!("{USERS}/{}", text(&user["_id"]));
        assert_eq!(call(app, &token, "DELETE", &here, Value::Null).await.status, 200);
        assert_eq!(app.rows("SELECT action FROM audit_events WHERE action = 'invitation.cancelled'").await.len(), 1);
        assert_eq!(call(app, &token, "GET", &here, Value::Null).await.status, 404);
    }

    async fn lists_are_made_shorter_by_filters(app: &TestApp) {
        let token = root(app).await;
        for (email, roles) in [("ann@example.com", "user"), ("ann.lee@example.com", "user editor"), ("ben+x@example.com", "editors")] {
            app.clock.advance(Span::seconds(1));
            app.account(email, Roles::parse(roles).expect("roles")).await;
        }
        let all = listed(app, &token, USERS).await;
        assert_eq!(all.len(), 4);
        let (ben, lee, ann) = (&all[0], &all[1], &all[2]);
        for (query, found) in [
            ("username=ann", vec![lee, ann]),
            ("username=ANN@example.com&exact=true", vec![ann]),
            ("username=ann&exact=true", vec![]),
            ("username=ben+x@example.com&exact=true", vec![ben]),
            ("roles=editor", vec![lee]),
            ("roles=editor,editors,nobody-has-it", vec![ben, lee]),
            ("username=ann&roles=user,editor", vec![lee, ann]),
            ("username=%27%22%25_", vec![]),
        ] {
            assert_eq!(listed(app, &token, &format!("{USERS}?{query}")).await.iter().collect::<Vec<_>>(), found, "{query}");
        }
        let many = format!("/api/users?roles={}", ["editor"; 21].join(","));
        for wrong in ["/api/users?roles=a%20b", &many] {
            assert_eq!(refusal(&call(app, &token, "GET", wrong, Value::Null).await).0, 400, "{wrong}");
        }
        assert_eq!(call(app, &token, "GET", "/api/roles", Value::Null).await.json(), json!(["admin", "editor", "editors", "user"]));
        let stats = json!({ "total": 4, "active": 4, "invited": 0, "unconfirmed": 0, "suspended": 0, "administrators": 1 });
        assert_eq!(call(app, &token, "GET", "/api/users/stats", Value::Null).await.json(), stats);
    }

    async fn all_workspaces_are_made_shorter_by_filters(app: &TestApp) {
        let token = root(app).await;
        let (ann, ben) = (app.user("ann@example.com").await, app.user("ben@example.com").await);
        let own = oauth(app, "ann@example.com").await.0;
        let acme = app.workspace(&ann, "acme").await;
        app.clock.advance(Span::seconds(1));
        let zeta = app.workspace(&ben, "zeta").await;
        let labels = json!({ "labels": ["pro", "eu"] });
        assert_eq!(call(app, &own, "PUT", &format!("/api/workspaces/{}", acme.id), labels).await.status, 200);
        let (acme_id, zeta_id) = (acme.id.to_string(), zeta.id.to_string());
        for (query, found) in [
            (String::new(), vec![&zeta_id, &acme_id]),
            ("name=ACME".to_owned(), vec![&acme_id]),
            ("q=zeta".to_owned(), vec![&zeta_id]),
            ("labels=pro,us".to_owned(), vec![&acme_id]),
            ("labels=pr".to_owned(), vec![]),
            (format!("members.user={}", ben.id()), vec![&zeta_id]),
            (format!("_id={acme_id},nobodys&select=name"), vec![&acme_id]),
        ] {
            let path = format!("/api/workspaces/all?{query}");
            assert_eq!(listed(app, &token, &path).await.iter().collect::<Vec<_>>(), found, "{query}");
        }
        let row = call(app, &token, "GET", "/api/workspaces/all?q=acme", Value::Null).await.json()[0].clone();
        assert_eq!(row, json!({ "_id": acme_id, "name": "acme Inc.", "logo": null, "labels": ["pro", "eu"] }));
        let many = format!("/api/workspaces/all?labels={}", ["pro"; 21].join(","));
        for wrong in ["/api/workspaces/all?members.user=x", &many] {
            assert_eq!(refusal(&call(app, &token, "GET", wrong, Value::Null).await).0, 400, "{wrong}");
        }
    }

    async fn r100_administrators_with_a_session_alone_administer_and_nothing_else_changes_anything(app: &TestApp) {
        let token = root(app).await;
        let ann = app.user("ann@example.com").await;
        let own = oauth(app, "ann@example.com").await.0;
        let person = app.person(ROOT).await;
        let key = app.token(&person, "all of it", &["admin"]).await;
        let before = app.state_and_log().await;
        let here = format!("{USERS}/{}", ann.id());
        let wanted = json!({ "username": "eve@example.com", "password": PASSWORD, "roles": ["admin"] });
        for (method, path, body) in [
            ("GET", USERS, Value::Null),
            ("POST", USERS, wanted.clone()),
            ("GET", &here, Value::Null),
            ("PUT", &here, json!({ "roles": ["admin"] })),
            ("DELETE", &here, Value::Null),
            ("GET", "/api/users/stats", Value::Null),
            ("GET", "/api/roles", Value::Null),
            ("GET", "/api/workspaces/all", Value::Null),
        ] {
            for (who, status) in [(own.as_str(), 403), (key.secret.reveal(), 403), ("lk_pat_none", 401)] {
                assert_eq!(refusal(&call(app, who, method, path, body.clone()).await).0, status, "{method} {path}");
            }
            assert_eq!(refusal(&ask(app, method, path, &[], &body).await).0, 401, "{method} {path}");
        }
        for (body, status) in [
            (json!({}), 400),
            (json!({ "username": 5 }), 400),
            (json!({ "username": "eve" }), 422),
            (json!({ "username": "eve@example.com", "email": "other@example.com" }), 422),
            (json!({ "username": "eve@example.com", "password": "short" }), 422),
            (json!({ "username": "eve@example.com", "roles": "admin" }), 400),
            (json!({ "username": "eve@example.com", "roles": ["<b>"] }), 422),
            (json!({ "username": "ann@example.com", "password": PASSWORD }), 409),
        ] {
            assert_eq!(refusal(&call(app, &token, "POST", USERS, body.clone()).await).0, status, "{body}");
        }
        let own_page = format!("{USERS}/{}", person.id());
        for (path, body, status) in [
            (here.as_str(), json!({ "password": PASSWORD }), 403),
            (&here, json!({ "username": "eve@example.com" }), 422),
            (&here, json!({ "firstName": 5 }), 400),
            (&own_page, json!({ "roles": ["user"], "firstName": "Root" }), 409),
            ("/api/users/usr_00000000000070008000000000000000", json!({ "firstName": "x" }), 404),
            ("/api/users/nobody", json!({ "firstName": "x" }), 404),
        ] {
            assert_eq!(refusal(&call(app, &token, "PUT", path, body.clone()).await).0, status, "{path} {body}");
        }
        assert_eq!(refusal(&call(app, &token, "DELETE", &own_page, Value::Null).await).0, 409, "the last administrator stays");
        assert_eq!(app.state_and_log().await, before);
        let stale = app.log_in(ROOT).await;
        app.clock.advance(Span::minutes(31));
        let before = app.state_and_log().await;
        assert_eq!(refusal(&call(app, &stale, "DELETE", &here, Value::Null).await).0, 403, "the password was typed too long ago");
        assert_eq!(refusal(&call(app, &stale, "POST", USERS, wanted).await).0, 403);
        assert_eq!(app.state_and_log().await, before);
    }
}
