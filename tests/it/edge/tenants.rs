//! What belongs to one tenant does not exist for another: every route of the server that takes an id is asked by
//! everybody of one workspace with the ids of another, and every route that shows something is searched for its marks.

use std::collections::BTreeMap;

use latchkey::base::text::{EmailAddress, Label};
use latchkey::domain::access::{Audiences, Switch};
use latchkey::domain::credentials::keys::{KeyDraft, KeyKind};
use latchkey::domain::credentials::service::{self, ServiceDraft};
use latchkey::domain::credentials::{AddressList, Issued};
use latchkey::domain::workspaces::invitations::{self, NewMember};
use latchkey::domain::workspaces::{MemberRoles, Standing};
use serde_json::{Value, json};

use super::inventory::{Access, ROUTES, Route};
use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser};
use crate::support::keys::{draft, scopes};
use crate::support::rows::execute_all;

/// Everything of a workspace that has an id, by the segment of a path that such an id follows.
type Ids = BTreeMap<&'static str, String>;

/// A workspace with one of everything, and all who can speak for it.
struct Tenant {
    ids: Ids,
    /// Words that only this workspace knows.
    marks: Vec<String>,
    secrets: Vec<(&'static str, String)>,
}

/// One of everything in a workspace of this name.
async fn tenant(app: &TestApp, name: &'static str) -> Tenant {
    let email = format!("{name}-owner@example.com");
    let owner = app.user(&email).await;
    let workspace = app.workspace(&owner, name).await;
    let colleague = app.belongs(&workspace, &format!("{name}-viewer@example.com"), "viewer").await;
    let member = app.member_of(&workspace, &owner).await;
    let invited = NewMember {
        email: EmailAddress::parse(&format!("{name}-invited@example.com")).expect("an address"),
        roles: MemberRoles::of(Standing::Viewer),
    };
    let invitation = invitations::invite(&app.app().ctx, &member, invited).await.expect("invited").to_string();
    let named = |what: &str| format!("{name} {what}");
    let key = app.key(&member, &named("secret key"), &["admin"]).await;
    let publishable = KeyDraft { kind: KeyKind::Publishable, scopes: None, ..draft(&named("publishable key")) };
    let publishable = app.key_like(&member, publishable).await;
    let service = ServiceDraft {
        name: Label::parse(&named("service")).expect("a name"),
        scopes: scopes(&["workspace:read", "verify"]),
        audiences: Audiences::default(),
        allowed_addresses: AddressList::anywhere(),
        owners: Vec::new(),
        nonce: None,
    };
    let service = service::create(&app.app().ctx, &member, service).await.expect("a service account");
    let token = app.token(&owner, &named("token"), &["workspace:read", "verify"]).await;
    let session = app.log_in(&email).await;
    let own = sessions_of(app, &session).await;
    let ids = Ids::from([
        ("workspaces", workspace.id.to_string()),
        ("w", name.to_owned()),
        ("keys", id(&key)),
        ("api-keys", id(&key)),
        ("api-tokens", id(&token)),
        ("service-accounts", service.account.id.to_string()),
        ("secrets", service.account.secrets[0].id.to_string()),
        ("members", app.member_of(&workspace, &colleague).await.id().to_string()),
        ("invites", invitation.clone()),
        ("invitations", invitation),
        ("owners", owner.id().to_string()),
        ("tokens", id(&token)),
        ("apps", own.clone()),
        ("sessions", own),
    ]);
    let mut marks: Vec<String> = ids.values().cloned().collect();
    marks.extend([format!("{name} Inc."), format!("{name}-"), named("secret key"), key.last_four.clone()]);
    let secrets = vec![
        ("a session", session),
        ("a token", token.secret.reveal().to_owned()),
        ("a secret key", key.secret.reveal().to_owned()),
        ("a publishable key", publishable.secret.reveal().to_owned()),
        ("a service account", service.secret.reveal().to_owned()),
    ];
    Tenant { ids, marks, secrets }
}

fn id(of: &Issued) -> String {
    of.credential.id.to_string()
}

async fn sessions_of(app: &TestApp, session: &str) -> String {
    let listed = app.bearer(session).get("/v1/me/sessions").await.json();
    listed["data"][0]["id"].as_str().expect("a session").to_owned()
}

/// The path with these ids; nothing if it takes none.
fn with(path: &str, ids: &Ids) -> Option<String> {
    let mut filled: Vec<String> = Vec::new();
    let (mut before, mut some) = ("", false);
    for segment in path.split('/') {
        if segment.starts_with('{') {
            let known = ids.get(before).unwrap_or_else(|| panic!("{path}: say here whose ids stand behind {before}"));
            (some, filled) = (true, [filled, vec![known.clone()]].concat());
        } else {
            filled.push(segment.to_owned());
        }
        before = segment;
    }
    some.then(|| filled.join("/"))
}

/// Ids of the same form that nobody has.
fn nobodys(ids: &Ids) -> Ids {
    let other = |id: &String| match id.split_once('_') {
        Some((prefix, _)) => format!("{prefix}_01890a5d1c2b7d3e8f90a1b2c3d4e5f6"),
        None => "nobodys".to_owned(),
    };
    ids.iter().map(|(segment, id)| (*segment, other(id))).collect()
}

/// Routes for those who belong somewhere. What is everybody's is tested elsewhere, and so are what administrators see and
/// mailed links, whose secrets are no ids.
fn routes() -> impl Iterator<Item = &'static Route> {
    let tenants = |route: &&Route| {
        !matches!(route.access, Access::Everybody | Access::Administrator | Access::Governor | Access::Elsewhere)
    };
    ROUTES.iter().filter(tenants).filter(|route| !route.path.starts_with("/join/"))
}

/// What an answer says, whatever it was asked about and whenever.
fn told(answer: &Answer, ids: &Ids) -> String {
    let mut text = match serde_json::from_str::<Value>(&answer.body) {
        Ok(json) => json!([json["error"], json["detail"]]).to_string(),
        Err(_) if answer.body.is_empty() => String::new(),
        Err(_) => answer.text_of("main"),
    };
    for id in ids.values() {
        text = text.replace(id.as_str(), "…");
    }
    format!("{} {text}", answer.status)
}

/// The body that the document gives as an example, if the operation takes one.
fn example(document: &Value, method: &str, path: &str) -> Value {
    let content = &document["paths"][path][method.to_lowercase()]["requestBody"]["content"]["application/json"];
    content["example"].clone()
}

struct Asker<'a> {
    app: &'a TestApp,
    browser: Browser<'a>,
    document: Value,
}

impl Asker<'_> {
    /// Asks a page as the browser does, and anything else with the secret.
    async fn ask(&self, secret: &str, method: &str, route: &str, path: &str) -> Answer {
        if !route.starts_with("/v1") && !route.starts_with("/api/") {
            if method != "POST" {
                return self.browser.send(method, path, &[], String::new()).await;
            }
            let page = self.browser.get("/verify").await;
            let body = format!("form_token={}", page.field("form_token"));
            let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
            return self.browser.send("POST", path, &form, body).await;
        }
        let mut headers = vec![("x-api-key", secret)];
        let body = example(&self.document, method, route);
        if body.is_null() {
            return self.app.send(method, path, &headers, "").await;
        }
        headers.push(("content-type", "application/json"));
        self.app.send(method, path, &headers, body.to_string()).await
    }
}

async fn twins(app: &TestApp) -> (Tenant, Tenant, Asker<'_>) {
    let root = app.admin("root@example.com").await;
    app.allow_tokens(&root, Switch::On).await;
    // Many questions are asked in no time.
    execute_all(&app.app().ctx.db, &["UPDATE plans SET requests_per_minute = 100000"]).await;
    let (ours, theirs) = (tenant(app, "acme").await, tenant(app, "bolt").await);
    let browser = app.browser();
    assert_eq!(browser.sign_in("bolt-owner@example.com").await.status, 303);
    let document = app.anon("GET", "/v1/openapi.json").await.json();
    (ours, theirs, Asker { app, browser, document })
}

served! {
    async fn r101_ids_of_another_tenant_get_the_answer_of_ids_that_nobody_has_and_change_nothing(app: &TestApp) {
        let (ours, theirs, asker) = twins(app).await;
        let nobodys = nobodys(&ours.ids);
        let before = app.state().await;
        let mut asked = 0;
        for route in routes() {
            let Some(path) = with(route.path, &ours.ids) else { continue };
            let other = with(route.path, &nobodys).expect("it takes ids");
            for (who, secret) in &theirs.secrets {
                for method in route.methods {
                    let answer = asker.ask(secret, method, route.path, &path).await;
                    let stranger = asker.ask(secret, method, route.path, &other).await;
                    let name = format!("{who} on {method} {}", route.path);
                    assert_eq!(told(&answer, &ours.ids), told(&stranger, &nobodys), "{name}");
                    let in_person = *who == "a session" && !route.path.starts_with("/api/");
                    assert!(answer.status == 404 || (!in_person && matches!(answer.status, 401 | 403)), "{name}: {} {}", answer.status, answer.body);
                    asked += 1;
                }
            }
        }
        assert!(asked > 50, "{asked} questions were asked");
        assert_eq!(app.state().await, before);
    }

    async fn r101_nothing_that_is_shown_to_a_tenant_is_of_another(app: &TestApp) {
        let (ours, theirs, asker) = twins(app).await;
        let mut shown = 0;
        for route in routes().filter(|route| route.methods.contains(&"GET")) {
            let path = with(route.path, &theirs.ids).unwrap_or_else(|| route.path.to_owned());
            for (who, secret) in &theirs.secrets {
                let answer = asker.ask(secret, "GET", route.path, &path).await;
                let found: Vec<&String> = ours.marks.iter().filter(|mark| answer.body.contains(mark.as_str())).collect();
                assert!(found.is_empty(), "{who} on {}: {found:?}", route.path);
                shown += u32::from(answer.status == 200);
            }
        }
        assert!(shown > 20, "{shown} answers showed something");
    }

    async fn r101_ids_in_a_body_reach_no_further_than_those_in_a_path(app: &TestApp) {
        let (ours, theirs, asker) = twins(app).await;
        let nobodys = nobodys(&ours.ids);
        let before = app.state().await;
        for (_, secret) in &theirs.secrets {
            for path in ["/v1/me/tokens", "/v1/auth/api-keys"] {
                for name in ["workspaces", "w"] {
                    let mut body = example(&asker.document, "POST", path);
                    let mut answers = Vec::new();
                    for ids in [&ours.ids, &nobodys] {
                        body["workspace"] = json!(ids[name]);
                        answers.push(told(&app.bearer(secret).post(path, &body).await, ids));
                    }
                    assert_eq!(answers[0], answers[1], "{path}");
                    assert!(["401", "403", "404", "422"].iter().any(|status| answers[0].starts_with(status)), "{path}: {}", answers[0]);
                }
            }
        }
        assert_eq!(app.state().await, before);
    }

    async fn r101_a_secret_of_another_workspace_is_nobodys_and_asking_about_it_costs_its_owner_nothing(app: &TestApp) {
        let (ours, theirs, _) = twins(app).await;
        let left = |answer: &Answer| answer.header("x-ratelimit-remaining").parse::<u32>().expect("a number");
        let ours_of = |who: &str| ours.secrets.iter().find(|(name, _)| *name == who).expect("there is one").1.clone();
        let secret = ours_of("a secret key");
        let first = left(&app.bearer(&secret).get("/v1/me").await);
        for who in ["a token", "a secret key", "a service account"] {
            let (_, asker) = theirs.secrets.iter().find(|(name, _)| *name == who).expect("there is one");
            for asked in ["a secret key", "a publishable key", "a service account"] {
                let answer = app.bearer(asker).post("/v1/verify", &json!({ "token": ours_of(asked) })).await;
                assert_eq!(answer.json()["data"], json!({ "valid": false, "code": "NOT_FOUND" }), "{who} about {asked}");
            }
        }
        assert_eq!(left(&app.bearer(&secret).get("/v1/me").await), first - 1);
        let own = app.bearer(&secret).post("/v1/verify", &json!({ "token": ours_of("a service account") })).await;
        assert_eq!(own.json()["data"]["code"], "VALID");
    }
}
