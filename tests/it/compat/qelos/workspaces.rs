//! Workspaces: made, seen, changed, activated and deleted.

use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::accounts::Person;
use latchkey::domain::credentials::{self, AddressList, Expiry, PersonalDraft};
use latchkey::domain::workspaces::{Which, Workspace};
use serde_json::{Value, json};

use super::{ask, call, oauth, refusal, text};
use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, confirmed};
use crate::support::keys::scopes;
use crate::support::rows::execute_all;

const ALL: &str = "/api/workspaces";
const ANN: &str = "ann@example.com";

fn one(id: &Value) -> String {
    format!("{ALL}/{}", text(id))
}

/// A workspace made at this door.
async fn made(app: &TestApp, token: &str, name: &str) -> Value {
    let answer = call(app, token, "POST", ALL, json!({ "name": name })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// An API token that is good for one workspace alone.
async fn locked(app: &TestApp, of: &Person, to: &Workspace, scope: &str) -> String {
    let draft = PersonalDraft {
        name: Label::parse(&format!("locked {scope}")).expect("a name"),
        workspace: Some(Which::Id(to.id)),
        scopes: scopes(&[scope]),
        allowed_addresses: AddressList::anywhere(),
        expiry: Expiry::At(app.clock.now() + Span::days(30)),
        nonce: format!("nonce-{scope}-{}", of.id()),
    };
    let issued = credentials::issue_personal(&app.app().ctx, &confirmed(of), draft).await.expect("a token");
    issued.secret.reveal().to_owned()
}

async fn with_key(app: &TestApp, key: &str, method: &str, path: &str, body: Value) -> Answer {
    ask(app, method, path, &[("x-api-key", key)], &body).await
}

async fn active(app: &TestApp, token: &str) -> Value {
    call(app, token, "GET", "/api/me", Value::Null).await.json()["workspace"]["_id"].clone()
}

served! {
    async fn a_workspace_from_its_first_day_to_its_last(app: &TestApp) {
        let ann = app.user(ANN).await;
        let (token, _) = oauth(app, ANN).await;
        let wanted = json!({ "name": "José O'Brien-Smith", "logo": "https://example.com/l.png", "labels": ["pro", "eu"], "members": 7 });
        let answer = call(app, &token, "POST", ALL, wanted).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let row = answer.json();
        let member = json!([{ "_id": row["members"][0]["_id"], "user": ann.id(), "roles": ["admin", "user"], "created": "2026-11-22T09:00:00.000Z" }]);
        let expected = json!({
            "_id": row["_id"], "name": "José O'Brien-Smith", "logo": "https://example.com/l.png", "labels": ["pro", "eu"],
            "members": member, "isPrivilegedUser": true,
        });
        assert_eq!(row, expected);
        let here = one(&row["_id"]);
        assert_eq!(call(app, &token, "GET", ALL, Value::Null).await.json(), json!([expected]));
        assert_eq!(call(app, &token, "GET", &here, Value::Null).await.json(), expected);
        assert_eq!(call(app, &token, "GET", &format!("{here}/members"), Value::Null).await.json(), member);

        let renamed = call(app, &token, "PUT", &here, json!({ "name": "Acme", "_id": "ignored" })).await.json();
        assert_eq!((&renamed["name"], &renamed["logo"]), (&json!("Acme"), &expected["logo"]), "what is left out stays");
        let plain = call(app, &token, "PUT", &here, json!({ "logo": "", "labels": [] })).await.json();
        assert_eq!((&plain["name"], &plain["logo"], &plain["labels"]), (&json!("Acme"), &Value::Null, &json!([])));

        assert_eq!(active(app, &token).await, Value::Null);
        let activated = call(app, &token, "POST", &format!("{here}/activate"), Value::Null).await;
        assert_eq!((activated.status, activated.json()), (200, plain));
        let me = call(app, &token, "GET", "/api/me", Value::Null).await.json();
        assert_eq!(me["workspace"], json!({ "_id": row["_id"], "name": "Acme", "roles": ["admin", "user"], "labels": [] }));
        let before = app.state_and_log().await;
        let kept = call(app, &token, "DELETE", &here, Value::Null).await;
        assert_eq!(refusal(&kept), (400, "This is your active workspace. Activate another one first.".to_owned()));
        assert_eq!(app.state_and_log().await, before);

        let other = made(app, &token, "Other").await;
        let headers = [("authorization", format!("Bearer {token}")), ("content-type", "application/json".to_owned())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let path = format!("{}/activate", one(&other["_id"]));
        assert_eq!(app.send("POST", &path, &headers, "").await.status, 200, "a body that is said to be JSON, and is none");
        assert_eq!(active(app, &token).await, other["_id"]);
        let gone = call(app, &token, "DELETE", &here, Value::Null).await;
        assert_eq!((gone.status, gone.json()), (200, json!({ "success": true })));
        assert_eq!(call(app, &token, "GET", &here, Value::Null).await.status, 404);
    }

    async fn the_choice_of_a_workspace_is_the_sessions_and_ends_with_the_membership(app: &TestApp) {
        let (ann, ben) = (app.user(ANN).await, app.user("ben@example.com").await);
        let (acme, zeta) = (app.workspace(&ben, "acme").await, app.workspace(&ben, "zeta").await);
        app.add_member(&acme, &ann, "viewer").await;
        app.add_member(&zeta, &ann, "viewer").await;
        let ((first, refresh), (second, _)) = (oauth(app, ANN).await, oauth(app, ANN).await);
        for (token, place) in [(&first, &acme), (&second, &zeta)] {
            let answer = call(app, token, "POST", &format!("{ALL}/{}/activate", place.id), Value::Null).await;
            assert_eq!((answer.status, &answer.json()["isPrivilegedUser"]), (200, &json!(false)));
        }
        assert_eq!((active(app, &first).await, active(app, &second).await), (json!(acme.id), json!(zeta.id)));
        let again = call(app, &first, "POST", &format!("{ALL}/acme/activate"), Value::Null).await;
        assert_eq!(again.status, 200);
        assert_eq!(app.rows("SELECT action FROM audit_events WHERE action = 'session.workspace_activated'").await.len(), 2);

        execute_all(&app.app().ctx.db, &["DELETE FROM memberships WHERE roles = '[\"viewer\"]' AND workspace_id = (SELECT id FROM workspaces WHERE slug = 'acme')"]).await;
        assert_eq!(active(app, &first).await, Value::Null);
        app.add_member(&acme, &ann, "viewer").await;
        assert_eq!(active(app, &first).await, Value::Null, "another membership is another choice");
        let owner = app.log_in("ben@example.com").await;
        assert_eq!(call(app, &owner, "DELETE", &format!("{ALL}/{}", zeta.id), Value::Null).await.status, 200);
        assert_eq!(active(app, &second).await, Value::Null, "and who was busy with it is still signed in");
        let refreshed = app.send("POST", "/v1/auth/refresh", &[("content-type", "application/json")], json!({ "refreshToken": refresh }).to_string()).await;
        assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    }

    async fn r101_what_is_not_yours_does_not_exist(app: &TestApp) {
        app.user(ANN).await;
        let ben = app.user("ben@example.com").await;
        let acme = app.workspace(&ben, "acme").await;
        let (token, _) = oauth(app, ANN).await;
        let before = app.state_and_log().await;
        let unknown = call(app, &token, "GET", &format!("{ALL}/wsp_00000000000070008000000000000000"), Value::Null).await;
        for named in [acme.id.to_string(), "acme".to_owned(), "wsp_none".to_owned(), "%00".to_owned(), "..%2f".to_owned()] {
            for (method, path, body) in [
                ("GET", "", Value::Null),
                ("GET", "/members", Value::Null),
                ("PUT", "", json!({ "name": "Mine" })),
                ("DELETE", "", Value::Null),
                ("POST", "/activate", Value::Null),
            ] {
                let answer = call(app, &token, method, &format!("{ALL}/{named}{path}"), body).await;
                assert_eq!(refusal(&answer), refusal(&unknown), "{method} {named}{path}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(call(app, &token, "GET", ALL, Value::Null).await.json(), json!([]));
    }

    async fn a_token_that_is_locked_sees_its_workspace_alone_and_changes_nothing(app: &TestApp) {
        app.admin("root@example.com").await;
        let ann = app.user(ANN).await;
        let (acme, zeta) = (app.workspace(&ann, "acme").await, app.workspace(&ann, "zeta").await);
        let (reads, blind) = (locked(app, &ann, &acme, "workspace:read").await, locked(app, &ann, &acme, "profile").await);
        let free = app.token(&ann, "free", &["workspace:read"]).await;
        let before = app.state().await;
        let rows = with_key(app, &reads, "GET", ALL, Value::Null).await.json();
        assert_eq!((rows.as_array().map(Vec::len), &rows[0]["_id"]), (Some(1), &json!(acme.id)));
        let here = format!("{ALL}/{}", acme.id);
        assert_eq!(with_key(app, &reads, "GET", &format!("{here}/members"), Value::Null).await.status, 200);
        let own = with_key(app, &reads, "POST", &format!("{here}/activate"), Value::Null).await;
        assert_eq!((own.status, &own.json()["_id"]), (200, &json!(acme.id)), "it is busy with that one already");
        for (key, method, path, status) in [
            (reads.as_str(), "GET", format!("{ALL}/{}", zeta.id), 404),
            (&reads, "GET", format!("{ALL}/{}/members", zeta.id), 404),
            (&reads, "POST", format!("{ALL}/{}/activate", zeta.id), 403),
            (&reads, "POST", format!("{ALL}/nobodys/activate"), 403),
            (&reads, "PUT", here.clone(), 403),
            (&reads, "DELETE", here.clone(), 403),
            (&reads, "POST", ALL.to_owned(), 403),
            (free.secret.reveal(), "POST", format!("{here}/activate"), 403),
            (free.secret.reveal(), "DELETE", here.clone(), 403),
            (&blind, "GET", ALL.to_owned(), 403),
            (&blind, "GET", here.clone(), 403),
            ("ql_0000", "GET", here.clone(), 401),
        ] {
            let answer = with_key(app, key, method, &path, json!({ "name": "x" })).await;
            assert_eq!(refusal(&answer).0, status, "{method} {path}: {}", answer.body);
        }
        assert_eq!(with_key(app, free.secret.reveal(), "GET", ALL, Value::Null).await.json().as_array().map(Vec::len), Some(2));
        assert_eq!(app.state().await, before);
    }

    async fn what_a_members_roles_do_not_allow_is_refused_and_changes_nothing(app: &TestApp) {
        let ben = app.user("ben@example.com").await;
        let acme = app.workspace(&ben, "acme").await;
        app.belongs(&acme, ANN, "viewer").await;
        app.belongs(&acme, "eve@example.com", "admin").await;
        let ((viewer, _), (admin, _), (owner, _)) =
            (oauth(app, ANN).await, oauth(app, "eve@example.com").await, oauth(app, "ben@example.com").await);
        let here = format!("{ALL}/{}", acme.id);
        let before = app.state_and_log().await;
        assert_eq!(refusal(&call(app, &viewer, "PUT", &here, json!({ "name": "Mine" })).await).0, 403);
        for token in [&viewer, &admin] {
            assert_eq!(refusal(&call(app, token, "DELETE", &here, Value::Null).await).0, 403);
        }
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(call(app, &admin, "PUT", &here, json!({ "name": "Acme" })).await.json()["isPrivilegedUser"], true);
        let session = app.log_in("ben@example.com").await;
        app.clock.advance(Span::minutes(31));
        let stale = call(app, &session, "DELETE", &here, Value::Null).await;
        assert_eq!(refusal(&stale).0, 403, "the password was typed too long ago");
        assert_eq!(call(app, &owner, "GET", &here, Value::Null).await.status, 401, "an access token lives for a quarter of an hour");
        let personal = app.person("ben@example.com").await;
        let own = latchkey::domain::workspaces::personal(&app.app().ctx, &personal).await.expect("a workspace");
        let (owner, _) = oauth(app, "ben@example.com").await;
        assert_eq!(refusal(&call(app, &owner, "DELETE", &format!("{ALL}/{}", own.id), Value::Null).await).0, 409);
    }

    async fn a_bad_body_is_told_and_makes_nothing(app: &TestApp) {
        app.user(ANN).await;
        let (token, _) = oauth(app, ANN).await;
        let acme = made(app, &token, "Acme").await;
        let here = one(&acme["_id"]);
        let before = app.state_and_log().await;
        let many: Vec<String> = (0..21).map(|n| format!("label {n}")).collect();
        for body in [
            json!({}),
            json!({ "name": 5 }),
            json!({ "name": "" }),
            json!({ "name": "x".repeat(101) }),
            json!({ "name": "a\u{0}b" }),
            json!({ "name": "Acme", "logo": "javascript:alert(1)" }),
            json!({ "name": "Acme", "logo": 5 }),
            json!({ "name": "Acme", "labels": "pro" }),
            json!({ "name": "Acme", "labels": ["pro", 5] }),
            json!({ "name": "Acme", "labels": ["a,b"] }),
            json!({ "name": "Acme", "labels": many }),
        ] {
            assert_eq!(refusal(&call(app, &token, "POST", ALL, body.clone()).await).0, 400, "{body}");
            if body != json!({}) {
                assert_eq!(refusal(&call(app, &token, "PUT", &here, body.clone()).await).0, 400, "{body}");
            }
        }
        let bearer = format!("Bearer {token}");
        let sent = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        for (body, status) in [("", 400), ("[]", 400), ("{\"name\":\"a\",\"name\":\"b\"}", 400), (&"x".repeat(1 << 20), 413)] {
            assert_eq!(refusal(&app.send("POST", ALL, &sent, body.to_owned()).await).0, status);
        }
        assert_eq!(refusal(&app.send("POST", ALL, &sent[..1], "name=Acme").await).0, 415);
        assert_eq!(app.state_and_log().await, before);
        for name in ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "José O'Brien-Smith", "日本語"] {
            assert_eq!(made(app, &token, name).await["name"], name);
        }
    }

    async fn a_session_that_is_bound_to_a_workspace_is_busy_with_that_one(app: &TestApp) {
        let ann = app.user(ANN).await;
        let (acme, zeta) = (app.workspace(&ann, "acme").await, app.workspace(&ann, "zeta").await);
        let browser = app.browser();
        assert_eq!(browser.sign_in(ANN).await.status, 303);
        let bind = "UPDATE sessions SET workspace_id = (SELECT id FROM workspaces WHERE slug = 'acme'), membership_id = \
                    (SELECT m.id FROM memberships m JOIN workspaces w ON w.id = m.workspace_id WHERE w.slug = 'acme')";
        execute_all(&app.app().ctx.db, &[bind]).await;
        assert_eq!(browser.get("/api/me").await.json()["workspace"]["_id"], json!(acme.id));
        let before = app.state_and_log().await;
        let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
        let other = browser.send("POST", &format!("{ALL}/{}/activate", zeta.id), &headers, String::new()).await;
        assert_eq!(refusal(&other), (403, "This session is bound to another workspace.".to_owned()));
        assert_eq!(app.state_and_log().await, before);
        let own = browser.send("POST", &format!("{ALL}/{}/activate", acme.id), &headers, String::new()).await;
        assert_eq!(own.status, 200, "{}", own.body);
    }

    async fn another_site_changes_nothing_with_a_cookie(app: &TestApp) {
        let ann = app.user(ANN).await;
        let acme = app.workspace(&ann, "acme").await;
        let browser = app.browser();
        assert_eq!(browser.sign_in(ANN).await.status, 303);
        let before = app.state_and_log().await;
        let json = ("content-type", "application/json");
        for (method, path, body) in [
            ("POST", ALL.to_owned(), "{\"name\":\"x\"}"),
            ("PUT", format!("{ALL}/{}", acme.id), "{\"name\":\"x\"}"),
            ("DELETE", format!("{ALL}/{}", acme.id), ""),
            ("POST", format!("{ALL}/{}/activate", acme.id), ""),
        ] {
            let answer = browser.send(method, &path, &[json, ("sec-fetch-site", "cross-site")], body.to_owned()).await;
            assert_eq!(refusal(&answer).0, 403, "{method} {path}");
        }
        assert_eq!(app.state_and_log().await, before);
        let path = format!("{ALL}/{}/activate", acme.id);
        assert_eq!(browser.send("POST", &path, &[json, ("sec-fetch-site", "same-origin")], String::new()).await.status, 200);
        assert_eq!(browser.get("/api/me").await.json()["workspace"]["_id"], json!(acme.id));
    }
}
