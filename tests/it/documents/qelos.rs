//! Qelos: people sign up and in, by a cookie or by tokens, manage their API tokens and look at who they are. No envelope,
//! names in camelCase, ids in `_id`; an error is `{message, error: {code, message}}`.

use latchkey::base::time::Span;
use latchkey::domain::credentials;
use serde_json::{Value, json};

use super::client::{Exchange, exchange, text};
use crate::served;
use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::app::PASSWORD;

const CONFIGURATION: &str = "/api/configurations/auth-configuration";
const MANAGED: &str = "API token management is not allowed via token authentication";

/// What goes wrong, in both of its places.
fn error(code: &str, message: &str) -> Value {
    json!({ "message": message, "error": { "code": code, "message": message } })
}

/// The same on the way in.
fn refused(code: &str, message: &str) -> Value {
    let mut told = error(code, message);
    told["errors"] = json!({ "general": { "message": message } });
    told
}

/// Eve, as a sign-in tells of her.
fn eve() -> Value {
    json!({
        "_id": "<usr_…>", "username": "eve@example.com", "email": "eve@example.com", "name": "Eve Adams", "fullName": "Eve Adams",
        "firstName": "Eve", "lastName": "Adams", "roles": ["user"]
    })
}

/// The same, as `/api/me` does.
fn whole_eve() -> Value {
    let mut eve = eve();
    let beside =
        json!({ "phone": "+49 30 1234", "birthDate": "1990-05-17", "profileImage": null, "metadata": {}, "workspace": null });
    for (name, value) in beside.as_object().expect("an object") {
        eve[name] = value.clone();
    }
    eve
}

/// Eve signs up, and opens the link that is mailed to her.
async fn eve_signs_up(app: &TestApp) {
    let wanted = json!({ "username": "eve@example.com", "password": PASSWORD, "firstName": "Eve", "lastName": "Adams",
                         "birthDate": "1990-05-17", "phone": "+49 30 1234" });
    let next = "Open the link that was mailed to you, then sign in.";
    exchange(app, "POST /api/signup").json(&wanted).answers(200, json!({ "payload": { "user": eve() }, "message": next })).await;
    let (link, _) = app.confirmation("eve@example.com").await;
    assert_eq!(app.browser().submit(&link, &link, &[]).await.status, 200);
}

/// The access token of somebody who signs in by a program.
async fn program(app: &TestApp, email: &str) -> String {
    let entering = json!({ "username": email, "password": PASSWORD, "authType": "oauth" });
    let entered = exchange(app, "POST /api/signin").json(&entering).send().await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    text(&entered, "/payload/token")
}

/// The cookies that an answer sets, as a browser sends them back.
fn cookies(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("a cookie"));
    set.filter(|line| !line.contains("Max-Age=0")).filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ")
}

/// A script on a page of ours, in the browser that has these cookies.
fn script<'a>(app: &'a TestApp, line: &'a str, cookies: &str) -> Exchange<'a> {
    exchange(app, line).header("cookie", cookies).header("sec-fetch-site", "same-origin")
}

served! {
    async fn a_browser_from_sign_up_to_401_after_sign_out(app: &TestApp) {
        eve_signs_up(app).await;
        let wrong = json!({ "username": "eve@example.com", "password": "not-her-password" });
        let told = refused("AUTH_006", "Email address and password do not match. Check both and try again.");
        exchange(app, "POST /api/signin").json(&wrong).answers(401, told).await;

        let entering = json!({ "username": "eve@example.com", "password": PASSWORD });
        let entered = exchange(app, "POST /api/signin").json(&entering).answers(200, json!({ "payload": { "user": eve() } })).await;
        assert_eq!(entered.header("x-api-version"), "v1");
        let jar = cookies(&entered);
        assert!(jar.contains("sid="), "{jar}");

        let me = script(app, "GET /api/me", &jar).answers(200, whole_eve()).await;
        for header in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
            assert!(me.header(header).parse::<u64>().is_ok(), "{header}");
        }
        let mut renamed = whole_eve();
        (renamed["name"], renamed["fullName"], renamed["lastName"]) = (json!("Eve Baker"), json!("Eve Baker"), json!("Baker"));
        script(app, "POST /api/me", &jar).json(&json!({ "lastName": "Baker" })).answers(200, renamed.clone()).await;
        script(app, "GET /api/v1/me", &jar).answers(200, renamed).await;

        let out = script(app, "POST /api/logout", &jar).answers(200, json!({ "message": "You are signed out." })).await;
        assert_eq!(cookies(&out), "", "the cookie is cleared");
        let nobody = "This credential is not good. Sign in again.";
        script(app, "GET /api/me", &jar).answers(401, error("AUTH_002", nobody)).await;
    }

    async fn a_program_from_sign_in_to_401_after_sign_out(app: &TestApp) {
        eve_signs_up(app).await;
        let entering = json!({ "username": "eve@example.com", "password": PASSWORD, "authType": "oauth" });
        let tokens = json!({ "payload": { "user": eve(), "token": "<JWT>", "refreshToken": "<lk_rft_…>" } });
        let entered = exchange(app, "POST /api/signin").json(&entering).answers(200, tokens.clone()).await;
        assert!(!entered.headers.contains_key("set-cookie"), "tokens, and no cookie");
        let (token, refresh) = (text(&entered, "/payload/token"), text(&entered, "/payload/refreshToken"));
        exchange(app, "GET /api/me").bearer(&token).answers(200, whole_eve()).await;

        // The SDK does not merge refreshes that it makes at once: both get the same successor.
        let one = exchange(app, "POST /api/token/refresh").bearer(&refresh).answers(200, tokens.clone()).await;
        let other = exchange(app, "POST /api/token/refresh").bearer(&refresh).answers(200, tokens.clone()).await;
        let next = text(&one, "/payload/refreshToken");
        assert_eq!(next, text(&other, "/payload/refreshToken"));
        exchange(app, "GET /api/me").bearer(&token).answers(200, whole_eve()).await;
        let newest = exchange(app, "POST /api/token/refresh").bearer(&next).answers(200, tokens).await;

        let newest = text(&newest, "/payload/token");
        exchange(app, "POST /api/logout").bearer(&newest).answers(200, json!({ "message": "You are signed out." })).await;
        let over = error("AUTH_002", "This credential is not good. Sign in again.");
        for token in [&token, &newest] {
            exchange(app, "GET /api/me").bearer(token).answers(401, over.clone()).await;
        }
        exchange(app, "POST /api/token/refresh").bearer(&next).answers(401, over).await;
    }

    async fn api_tokens_from_creation_to_401_after_revocation(app: &TestApp) {
        app.admin("root@example.com").await;
        eve_signs_up(app).await;
        let session = program(app, "eve@example.com").await;
        exchange(app, "GET /api/me/api-tokens").bearer(&session).answers(200, json!([])).await;

        let wanted = json!({ "nickname": "CI", "expiresAt": "2026-12-31T00:00:00.000Z" });
        let mut row = json!({
            "_id": "<key_…>", "nickname": "CI", "tokenPrefix": "<text>", "expiresAt": "2026-12-31T00:00:00.000Z", "lastUsedAt": null,
            "workspace": null, "created": "<time>", "usageCount": 0
        });
        let made = exchange(app, "POST /api/me/api-tokens").bearer(&session).json(&wanted);
        let made = made.answers(201, json!({ "token": "<ql_…>", "apiToken": row })).await;
        let (token, id) = (text(&made, "/token"), text(&made, "/apiToken/_id"));
        assert_eq!(token.len(), "ql_".len() + 64);

        // With a token, the SDK sends nothing but this header.
        exchange(app, "GET /api/me").header("x-api-key", &token).answers(200, whole_eve()).await;
        let line = format!("DELETE /api/me/api-tokens/{id}");
        exchange(app, "GET /api/me/api-tokens").header("x-api-key", &token).answers(403, error("AUTH_003", MANAGED)).await;
        let child = exchange(app, "POST /api/me/api-tokens").header("x-api-key", &token).json(&wanted);
        child.answers(403, error("AUTH_003", MANAGED)).await;
        exchange(app, &line).header("x-api-key", &token).answers(403, error("AUTH_003", MANAGED)).await;
        let password = exchange(app, "POST /api/me").header("x-api-key", &token).json(&json!({ "password": "another-anchor-sings-43" }));
        password.answers(403, error("AUTH_003", "An API token cannot do that. Sign in, and use that session.")).await;

        credentials::flush(&app.app().ctx).await.expect("flushed");
        app.clock.advance(Span::seconds(1));
        let second = json!({ "nickname": "Second", "expiresAt": "2026-11-22T09:00:04Z" });
        let short = text(&exchange(app, "POST /api/me/api-tokens").bearer(&session).json(&second).send().await, "/token");
        (row["lastUsedAt"], row["usageCount"]) = (json!("<time>"), json!("<number>"));
        let mut newer = row.clone();
        (newer["nickname"], newer["expiresAt"], newer["lastUsedAt"]) = (json!("Second"), json!("<time>"), Value::Null);
        exchange(app, "GET /api/me/api-tokens").bearer(&session).answers(200, json!([newer, row])).await;

        app.clock.advance(Span::seconds(3));
        let dead = error("AUTH_002", "This credential is not good. Create a new token and use that.");
        exchange(app, "GET /api/me").header("x-api-key", &short).answers(401, dead.clone()).await;
        exchange(app, &line).bearer(&session).answers(200, json!({ "message": "The API token is revoked." })).await;
        exchange(app, "GET /api/me").header("x-api-key", &token).answers(401, dead).await;
        exchange(app, &line).bearer(&session).answers(404, error("RES_001", "There is nothing here. Check the path and the ids.")).await;
    }

    async fn workspaces_and_invites(app: &TestApp) {
        app.admin("root@example.com").await;
        eve_signs_up(app).await;
        app.user("adam@example.com").await;
        let (eve, adam) = (program(app, "eve@example.com").await, program(app, "adam@example.com").await);
        let member = |roles: &[&str]| json!({ "_id": "<mem_…>", "user": "<usr_…>", "roles": roles, "created": "<time>" });
        let creator = member(&["admin", "user"]);
        let mut row = json!({
            "_id": "<wsp_…>", "name": "Garden", "logo": null, "labels": ["green"], "members": [creator], "isPrivilegedUser": true
        });
        let wanted = json!({ "name": "Garden", "labels": ["green"] });
        let made = exchange(app, "POST /api/workspaces").bearer(&eve).json(&wanted).answers(200, row.clone()).await;
        let id = text(&made, "/_id");
        let at = |method: &str, rest: &str| format!("{method} /api/workspaces/{id}{rest}");
        exchange(app, "GET /api/workspaces").bearer(&eve).answers(200, json!([row])).await;
        exchange(app, &at("GET", "")).bearer(&eve).answers(200, row.clone()).await;
        row["name"] = json!("Orchard");
        exchange(app, &at("PUT", "")).bearer(&eve).json(&json!({ "name": "Orchard" })).answers(200, row.clone()).await;
        let nothing = error("RES_001", "There is nothing here. Check the path and the ids.");
        exchange(app, &at("GET", "")).bearer(&adam).answers(404, nothing.clone()).await;

        // The SDK activates with no body, and with a header that promises one.
        let line = at("POST", "/activate");
        let activate = exchange(app, &line).bearer(&eve).header("content-type", "application/json");
        activate.answers(200, row.clone()).await;
        let mut me = whole_eve();
        me["workspace"] = json!({ "_id": id, "name": "Orchard", "roles": ["admin", "user"], "labels": ["green"] });
        exchange(app, "GET /api/me").bearer(&eve).answers(200, me).await;

        // A token that is locked to the workspace sees that one alone.
        let locked = json!({ "nickname": "CI", "expiresAt": "2026-12-31T00:00:00Z", "workspace": id });
        let locked = text(&exchange(app, "POST /api/me/api-tokens").bearer(&eve).json(&locked).send().await, "/token");
        let shed = exchange(app, "POST /api/workspaces").bearer(&eve).json(&json!({ "name": "Shed" })).send().await;
        let shed = text(&shed, "/_id");
        exchange(app, "GET /api/workspaces").header("x-api-key", &locked).answers(200, json!([row])).await;
        let other = exchange(app, &format!("POST /api/workspaces/{shed}/activate")).header("x-api-key", &locked).send().await;
        assert_eq!(other.status, 403, "{}", other.body);

        let invite = format!("POST /v1/workspaces/{id}/invites");
        let invited = exchange(app, &invite).bearer(&eve).json(&json!({ "email": "adam@example.com", "roles": ["viewer"] })).send().await;
        assert_eq!(invited.status, 201, "{}", invited.body);
        let place = json!({ "_id": id, "name": "Orchard", "logo": null });
        let mut seen = place.clone();
        seen["workspace"] = place;
        exchange(app, "GET /api/invites").bearer(&adam).answers(200, json!([seen])).await;
        let accept = json!({ "workspace": id, "kind": "accept" });
        exchange(app, "POST /api/invites").bearer(&adam).json(&accept).answers(200, json!({ "success": true })).await;
        // By their addresses.
        let both = json!([member(&["viewer"]), member(&["admin", "user"])]);
        exchange(app, &at("GET", "/members")).bearer(&adam).answers(200, both).await;

        let active = exchange(app, &at("DELETE", "")).bearer(&eve).send().await;
        assert_eq!(active.status, 400, "the active one stays: {}", active.body);
        let gone = json!({ "success": true });
        exchange(app, &format!("DELETE /api/workspaces/{shed}")).bearer(&eve).answers(200, gone).await;
        exchange(app, &format!("GET /api/workspaces/{shed}")).bearer(&eve).answers(404, nothing).await;
    }

    async fn an_administrator_sees_and_changes_everybody(app: &TestApp) {
        app.admin("root@example.com").await;
        eve_signs_up(app).await;
        let (root, session) = (program(app, "root@example.com").await, program(app, "eve@example.com").await);
        let refused = error("AUTH_003", "Administrators alone may do that. Ask one.");
        for line in ["GET /api/users", "GET /api/users/stats", "GET /api/roles", "GET /api/workspaces/all"] {
            exchange(app, line).bearer(&session).answers(403, refused.clone()).await;
        }
        let found = exchange(app, "GET /api/users?username=eve@example.com&exact=true").bearer(&root).answers(200, json!([eve()])).await;
        let id = text(&found, "/0/_id");
        exchange(app, &format!("GET /api/users/{id}")).bearer(&root).answers(200, whole_eve()).await;
        let numbers = ["total", "active", "invited", "unconfirmed", "suspended", "administrators"];
        let numbers: Value = numbers.into_iter().map(|name| (name.to_owned(), json!("<number>"))).collect::<serde_json::Map<_, _>>().into();
        exchange(app, "GET /api/users/stats").bearer(&root).answers(200, numbers).await;
        let roles = exchange(app, "GET /api/roles").bearer(&root).send().await;
        assert!(roles.json().as_array().is_some_and(|roles| roles.contains(&json!("admin"))), "{}", roles.body);

        let wanted = json!({ "username": "noah@example.com", "firstName": "Noah", "lastName": "Lamech", "roles": ["user"] });
        let noah = json!({
            "_id": "<usr_…>", "username": "noah@example.com", "email": "noah@example.com", "name": "Noah Lamech",
            "fullName": "Noah Lamech", "firstName": "Noah", "lastName": "Lamech", "roles": ["user"], "phone": null, "birthDate": null,
            "profileImage": null, "metadata": {}, "workspace": null
        });
        let made = exchange(app, "POST /api/users").bearer(&root).json(&wanted).answers(200, noah.clone()).await;
        let line = |method: &str| format!("{method} /api/users/{}", text(&made, "/_id"));
        let mut renamed = noah;
        (renamed["name"], renamed["fullName"], renamed["lastName"]) = (json!("Noah Ark"), json!("Noah Ark"), json!("Ark"));
        exchange(app, &line("PUT")).bearer(&root).json(&json!({ "lastName": "Ark" })).answers(200, renamed).await;
        exchange(app, &line("DELETE")).bearer(&root).answers(200, json!({ "_id": text(&made, "/_id") })).await;
        let nothing = error("RES_001", "There is nothing here. Check the path and the ids.");
        exchange(app, &line("GET")).bearer(&root).answers(404, nothing).await;

        exchange(app, "POST /api/workspaces").bearer(&session).json(&json!({ "name": "Garden" })).send().await;
        let garden = json!({ "_id": "<wsp_…>", "name": "Garden", "logo": null, "labels": [] });
        exchange(app, "GET /api/workspaces/all?name=Garden").bearer(&root).answers(200, json!([garden])).await;
    }

    async fn who_may_hold_tokens_is_an_administrators_to_say(app: &TestApp) {
        app.account("root@example.com", latchkey::domain::accounts::Roles::admin()).await;
        eve_signs_up(app).await;
        let (root, session) = (program(app, "root@example.com").await, program(app, "eve@example.com").await);
        let known = |allowed: bool, permissions: Value| {
            let mut metadata = json!({
                "allowUserTokenAuthentication": allowed, "treatUsernameAs": "email", "showLoginPage": true, "showRegisterPage": true,
                "disableUsernamePassword": false, "additionalUserFields": []
            });
            if !permissions.is_null() {
                metadata["tokenAuthenticationPermissions"] = permissions;
            }
            json!({ "key": "auth-configuration", "public": true, "kind": "auth", "metadata": metadata })
        };
        let (read, save) = (format!("GET {CONFIGURATION}"), format!("PUT {CONFIGURATION}"));
        exchange(app, &read).answers(200, known(false, Value::Null)).await;
        let wanted = json!({ "nickname": "CI", "expiresAt": "2026-12-31T00:00:00.000Z" });
        let off = "API tokens are switched off. Ask an administrator to allow them.";
        exchange(app, "POST /api/me/api-tokens").bearer(&session).json(&wanted).answers(403, error("AUTH_003", off)).await;

        let on = json!({ "metadata": { "allowUserTokenAuthentication": true,
                                       "tokenAuthenticationPermissions": { "roles": ["user"], "wsRoles": [] } } });
        let users = json!({ "roles": ["user"], "wsRoles": [] });
        let administrators = "Administrators alone may do that. Ask one.";
        exchange(app, &save).bearer(&session).json(&on).answers(403, error("AUTH_003", administrators)).await;
        exchange(app, &save).bearer(&root).json(&on).answers(200, known(true, users.clone())).await;
        exchange(app, &read).answers(200, known(true, Value::Null)).await;
        exchange(app, &read).bearer(&session).answers(200, known(true, users.clone())).await;
        let made = exchange(app, "POST /api/me/api-tokens").bearer(&session).json(&wanted).send().await;
        let token = text(&made, "/token");

        let switch = |on: bool| json!({ "metadata": { "allowUserTokenAuthentication": on } });
        exchange(app, &save).bearer(&root).json(&switch(false)).answers(200, known(false, users.clone())).await;
        exchange(app, "GET /api/me").header("x-api-key", &token).answers(401, error("AUTH_002", off)).await;
        exchange(app, &save).bearer(&root).json(&switch(true)).answers(200, known(true, users)).await;
        exchange(app, "GET /api/me").header("x-api-key", &token).answers(200, whole_eve()).await;
    }

    async fn errors(app: &TestApp) {
        app.admin("root@example.com").await;
        eve_signs_up(app).await;
        let session = program(app, "eve@example.com").await;
        let field = |sentence: &str| error("VAL_001", sentence);
        exchange(app, "GET /api/nowhere").answers(404, error("RES_001", "There is nothing here. Check the path and the ids.")).await;
        let version = exchange(app, "GET /api/me").header("accept-version", "v2");
        version.answers(400, field("Accept-Version must be v1, or left out.")).await;
        let name = exchange(app, "POST /api/signin").json(&json!({ "username": 5, "password": PASSWORD }));
        name.answers(400, field("username must be a text.")).await;
        let nothing = exchange(app, "POST /api/signin").header("content-type", "application/json");
        nothing.answers(400, field("The body is not valid JSON (line 1, column 0).")).await;
        for (wrong, sentence) in [
            (json!({ "expiresAt": "2026-12-31T00:00:00Z" }), "nickname is required, as a text."),
            (json!({ "nickname": "CI", "expiresAt": "2026-11-22T08:59:59Z" }), "expiresAt must be in the future."),
        ] {
            exchange(app, "POST /api/me/api-tokens").bearer(&session).json(&wrong).answers(400, field(sentence)).await;
        }
        let nobodys = json!({ "nickname": "CI", "expiresAt": "2026-12-31T00:00:00Z", "workspace": "wsp_00000000000070008000000000000000" });
        let none = error("RES_001", "You belong to no such workspace.");
        exchange(app, "POST /api/me/api-tokens").bearer(&session).json(&nobodys).answers(404, none).await;
    }
}
