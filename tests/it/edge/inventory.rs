//! Every route of the server, and who may use it. A route of the source without a row here fails, and the other way
//! round; the tests of headers, methods and rights walk this list.

use latchkey::http::web::assets;

use crate::architecture::source::rust;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Everybody,
    /// Whoever presents a session token.
    Session,
    /// Whoever presents a session token, or a secret key that may manage keys.
    Keys,
    /// Whoever presents a session token, or a token that may read workspaces; what changes something takes the session.
    Reader,
    /// Whoever presents a session token, or a token, a secret key or the secret of a service account that may read the
    /// workspace; what changes something takes the session.
    Insider,
    /// Whoever presents the session token of an administrator.
    Governor,
    /// Whoever presents a live token, or a session token.
    Token,
    /// Whoever presents a live token with the scope `verify`, or `admin`, which implies it.
    Verify,
    /// Whoever presents a secret key that may manage keys.
    KeyManager,
    /// Whoever presents a live credential; a session token is none.
    Credential,
    /// Whoever presents a secret of a service account.
    Service,
    /// Whoever is signed in, in a browser.
    Person,
    /// Whoever is signed in and belongs to the workspace.
    Member,
    /// Whoever is signed in and administers.
    Administrator,
    /// It depends on more than who asks: the tests of its door say on what.
    Mixed,
    /// It is on another listener, so here it does not exist.
    Elsewhere,
}

/// One route.
pub struct Route {
    /// As the source spells it, with what stands before it.
    pub path: &'static str,
    pub methods: &'static [&'static str],
    pub access: Access,
}

const READ: &[&str] = &["GET", "HEAD"];
const POST: &[&str] = &["POST"];
const PATCH: &[&str] = &["PATCH"];
const DELETE: &[&str] = &["DELETE"];
const KEPT: &[&str] = &["GET", "HEAD", "PUT"];
const FORM: &[&str] = &["GET", "HEAD", "POST"];

pub const ROUTES: &[Route] = &[
    Route { path: "/healthz", methods: READ, access: Access::Everybody },
    Route { path: "/readyz", methods: READ, access: Access::Everybody },
    Route { path: "/metrics", methods: READ, access: Access::Elsewhere },
    Route { path: "/.well-known/change-password", methods: READ, access: Access::Everybody },
    Route { path: "/.well-known/latchkey-secret-patterns.json", methods: READ, access: Access::Everybody },
    Route { path: "/.well-known/jwks.json", methods: READ, access: Access::Everybody },
    Route { path: "/.well-known/oauth-authorization-server", methods: READ, access: Access::Everybody },
    Route { path: "/.well-known/security.txt", methods: READ, access: Access::Everybody },
    Route { path: "/oauth2/token", methods: POST, access: Access::Everybody },
    Route { path: "/oauth2/introspect", methods: POST, access: Access::Everybody },
    Route { path: "/oauth2/revoke", methods: POST, access: Access::Everybody },
    Route { path: "/v1/auth/register", methods: POST, access: Access::Everybody },
    Route { path: "/v1/auth/login", methods: POST, access: Access::Everybody },
    Route { path: "/v1/auth/token", methods: POST, access: Access::Everybody },
    Route { path: "/v1/auth/refresh", methods: POST, access: Access::Everybody },
    Route { path: "/v1/auth/logout", methods: POST, access: Access::Session },
    Route { path: "/v1/me", methods: READ, access: Access::Token },
    Route { path: "/v1/me/sessions", methods: READ, access: Access::Session },
    Route { path: "/v1/me/sessions", methods: DELETE, access: Access::Session },
    Route { path: "/v1/me/sessions/{session}", methods: DELETE, access: Access::Session },
    Route { path: "/v1/me/tokens", methods: READ, access: Access::Session },
    Route { path: "/v1/me/tokens", methods: POST, access: Access::Session },
    Route { path: "/v1/me/tokens/{token}", methods: READ, access: Access::Session },
    Route { path: "/v1/me/tokens/{token}", methods: DELETE, access: Access::Session },
    Route { path: "/v1/me/tokens/{token}/rotate", methods: POST, access: Access::Session },
    Route { path: "/v1/me/tokens/{token}/pause", methods: POST, access: Access::Session },
    Route { path: "/v1/me/tokens/{token}/resume", methods: POST, access: Access::Session },
    Route { path: "/v1/verify", methods: POST, access: Access::Verify },
    Route { path: "/v1/verify/batch", methods: POST, access: Access::Verify },
    Route { path: "/v1/tokens/revoke", methods: POST, access: Access::Token },
    Route { path: "/v1/auth/api-keys", methods: READ, access: Access::Keys },
    Route { path: "/v1/auth/api-keys", methods: POST, access: Access::Keys },
    Route { path: "/v1/auth/api-keys/{key}", methods: READ, access: Access::Keys },
    Route { path: "/v1/auth/api-keys/{key}", methods: PATCH, access: Access::Keys },
    Route { path: "/v1/auth/api-keys/{key}", methods: DELETE, access: Access::Keys },
    Route { path: "/v1/auth/api-keys/{key}/rotate", methods: POST, access: Access::Keys },
    Route { path: "/v1/auth/api-keys/{key}/pause", methods: POST, access: Access::Keys },
    Route { path: "/v1/auth/api-keys/{key}/resume", methods: POST, access: Access::Keys },
    Route { path: "/v1/workspaces", methods: READ, access: Access::Reader },
    Route { path: "/v1/workspaces", methods: POST, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}", methods: READ, access: Access::Insider },
    Route { path: "/v1/workspaces/{workspace}", methods: PATCH, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}/service-accounts", methods: READ, access: Access::Insider },
    Route { path: "/v1/workspaces/{workspace}/service-accounts", methods: POST, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}/service-accounts/{service}", methods: READ, access: Access::Insider },
    Route { path: "/v1/workspaces/{workspace}/service-accounts/{service}", methods: PATCH, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}/service-accounts/{service}", methods: DELETE, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}/service-accounts/{service}/owners", methods: POST, access: Access::Session },
    Route {
        path: "/v1/workspaces/{workspace}/service-accounts/{service}/owners/{account}",
        methods: DELETE,
        access: Access::Session,
    },
    Route { path: "/v1/workspaces/{workspace}/service-accounts/{service}/secrets", methods: POST, access: Access::Session },
    Route {
        path: "/v1/workspaces/{workspace}/service-accounts/{service}/secrets/{secret}",
        methods: DELETE,
        access: Access::Session,
    },
    Route { path: "/v1/workspaces/{workspace}/audit", methods: READ, access: Access::Insider },
    Route { path: "/v1/workspaces/{workspace}/usage", methods: READ, access: Access::Insider },
    Route { path: "/v1/me/invitations", methods: READ, access: Access::Session },
    Route { path: "/v1/me/invitations/{invitation}/accept", methods: POST, access: Access::Session },
    Route { path: "/v1/me/invitations/{invitation}/decline", methods: POST, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}", methods: DELETE, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}/members", methods: READ, access: Access::Insider },
    Route { path: "/v1/workspaces/{workspace}/members/{member}", methods: PATCH, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}/members/{member}", methods: DELETE, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}/invites", methods: READ, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}/invites", methods: POST, access: Access::Session },
    Route { path: "/v1/workspaces/{workspace}/invites/{invitation}", methods: DELETE, access: Access::Session },
    Route { path: "/v1/scopes", methods: READ, access: Access::Token },
    Route { path: "/v1/admin/accounts", methods: READ, access: Access::Governor },
    Route { path: "/v1/admin/accounts/{account}", methods: READ, access: Access::Governor },
    Route { path: "/v1/admin/policy", methods: READ, access: Access::Governor },
    Route { path: "/v1/admin/audit", methods: READ, access: Access::Governor },
    Route { path: "/v1/admin/inventory", methods: READ, access: Access::Governor },
    Route { path: "/v1/openapi.json", methods: READ, access: Access::Everybody },
    Route { path: "/api/v1/auth/keys", methods: FORM, access: Access::KeyManager },
    Route { path: "/api/v1/auth/keys/{id}/rotate", methods: POST, access: Access::KeyManager },
    Route { path: "/api/v1/auth/keys/{id}", methods: DELETE, access: Access::KeyManager },
    Route { path: "/api/signin", methods: POST, access: Access::Everybody },
    Route { path: "/api/workspaces", methods: FORM, access: Access::Reader },
    Route { path: "/api/workspaces/all", methods: READ, access: Access::Governor },
    Route { path: "/api/workspaces/{workspace}", methods: &["GET", "HEAD", "PUT", "DELETE"], access: Access::Insider },
    Route { path: "/api/workspaces/{workspace}/members", methods: READ, access: Access::Insider },
    Route { path: "/api/workspaces/{workspace}/activate", methods: POST, access: Access::Session },
    Route { path: "/api/invites", methods: FORM, access: Access::Session },
    Route { path: "/api/users", methods: FORM, access: Access::Governor },
    Route { path: "/api/users/stats", methods: READ, access: Access::Governor },
    Route { path: "/api/users/{account}", methods: &["GET", "HEAD", "PUT", "DELETE"], access: Access::Governor },
    Route { path: "/api/roles", methods: READ, access: Access::Governor },
    Route { path: "/auth/login", methods: POST, access: Access::Everybody },
    Route { path: "/auth/token/refresh", methods: POST, access: Access::Everybody },
    Route { path: "/auth/token/revoke", methods: POST, access: Access::Everybody },
    Route { path: "/auth/service-token", methods: POST, access: Access::Service },
    Route { path: "/auth/jwt/public-key", methods: READ, access: Access::Everybody },
    Route { path: "/auth/health", methods: READ, access: Access::Everybody },
    Route { path: "/billing/v1/sdk/activate", methods: POST, access: Access::Credential },
    Route { path: "/api/signup", methods: POST, access: Access::Everybody },
    Route { path: "/api/token/refresh", methods: POST, access: Access::Mixed },
    Route { path: "/api/logout", methods: POST, access: Access::Mixed },
    Route { path: "/api/me", methods: FORM, access: Access::Mixed },
    Route { path: "/api/me/api-tokens", methods: FORM, access: Access::Session },
    Route { path: "/api/me/api-tokens/{token}", methods: DELETE, access: Access::Session },
    Route { path: "/api/configurations/auth-configuration", methods: KEPT, access: Access::Mixed },
    Route { path: "/static/{name}", methods: READ, access: Access::Everybody },
    Route { path: "/", methods: READ, access: Access::Everybody },
    Route { path: "/docs", methods: READ, access: Access::Everybody },
    Route { path: "/docs/{door}", methods: READ, access: Access::Everybody },
    Route { path: "/setup/{code}", methods: FORM, access: Access::Everybody },
    Route { path: "/sign-up", methods: FORM, access: Access::Everybody },
    Route { path: "/verify", methods: FORM, access: Access::Everybody },
    Route { path: "/verify/{secret}", methods: FORM, access: Access::Everybody },
    Route { path: "/invite/{secret}", methods: FORM, access: Access::Everybody },
    Route { path: "/recover", methods: FORM, access: Access::Everybody },
    Route { path: "/recover/{secret}", methods: FORM, access: Access::Everybody },
    Route { path: "/confirm-address/{secret}", methods: FORM, access: Access::Everybody },
    Route { path: "/undo-address/{secret}", methods: FORM, access: Access::Everybody },
    Route { path: "/profile/name", methods: FORM, access: Access::Person },
    Route { path: "/profile/address", methods: FORM, access: Access::Person },
    Route { path: "/profile/export", methods: POST, access: Access::Person },
    Route { path: "/profile/delete", methods: FORM, access: Access::Person },
    Route { path: "/sign-in", methods: FORM, access: Access::Everybody },
    Route { path: "/sign-in/second-step", methods: FORM, access: Access::Everybody },
    Route { path: "/sign-out", methods: POST, access: Access::Everybody },
    Route { path: "/profile/verify", methods: POST, access: Access::Person },
    Route { path: "/profile", methods: READ, access: Access::Person },
    Route { path: "/profile/security", methods: READ, access: Access::Person },
    Route { path: "/profile/security/password", methods: POST, access: Access::Person },
    Route { path: "/profile/security/authenticator", methods: FORM, access: Access::Person },
    Route { path: "/profile/security/authenticator/on", methods: POST, access: Access::Person },
    Route { path: "/profile/security/authenticator/off", methods: FORM, access: Access::Person },
    Route { path: "/profile/security/recovery-codes", methods: FORM, access: Access::Person },
    Route { path: "/profile/security/recovery-codes/confirm", methods: POST, access: Access::Person },
    Route { path: "/profile/sessions", methods: READ, access: Access::Person },
    Route { path: "/profile/sessions/end-others", methods: POST, access: Access::Person },
    Route { path: "/profile/sessions/{id}/end", methods: POST, access: Access::Person },
    Route { path: "/profile/activity", methods: READ, access: Access::Person },
    Route { path: "/profile/tokens", methods: FORM, access: Access::Person },
    Route { path: "/profile/tokens/new", methods: READ, access: Access::Person },
    Route { path: "/profile/tokens/save", methods: POST, access: Access::Person },
    Route { path: "/profile/tokens/revoke-many", methods: FORM, access: Access::Person },
    Route { path: "/profile/tokens/{id}", methods: READ, access: Access::Person },
    Route { path: "/profile/tokens/{id}/check", methods: READ, access: Access::Person },
    Route { path: "/profile/tokens/{id}/rename", methods: POST, access: Access::Person },
    Route { path: "/profile/tokens/{id}/narrow", methods: POST, access: Access::Person },
    Route { path: "/profile/tokens/{id}/pause", methods: POST, access: Access::Person },
    Route { path: "/profile/tokens/{id}/resume", methods: POST, access: Access::Person },
    Route { path: "/profile/tokens/{id}/rotate", methods: FORM, access: Access::Person },
    Route { path: "/profile/tokens/{id}/end-overlap", methods: POST, access: Access::Person },
    Route { path: "/profile/tokens/{id}/revoke", methods: FORM, access: Access::Person },
    Route { path: "/workspaces", methods: READ, access: Access::Person },
    Route { path: "/workspaces/new", methods: FORM, access: Access::Person },
    Route { path: "/workspaces/own", methods: POST, access: Access::Person },
    Route { path: "/w/{slug}", methods: READ, access: Access::Member },
    Route { path: "/workspaces/invitations/{id}/accept", methods: POST, access: Access::Person },
    Route { path: "/workspaces/invitations/{id}/decline", methods: POST, access: Access::Person },
    Route { path: "/join/{secret}", methods: FORM, access: Access::Everybody },
    Route { path: "/join/{secret}/accept", methods: POST, access: Access::Person },
    Route { path: "/join/{secret}/decline", methods: POST, access: Access::Person },
    Route { path: "/w/{slug}/members", methods: READ, access: Access::Member },
    Route { path: "/w/{slug}/members/{id}", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/members/{id}/remove", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/leave", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/invites", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/invites/{id}/resend", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/invites/{id}/cancel", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/settings/delete", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/settings", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/settings/keys", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/keys", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/keys/new", methods: READ, access: Access::Member },
    Route { path: "/w/{slug}/keys/{id}", methods: READ, access: Access::Member },
    Route { path: "/w/{slug}/keys/{id}/rotate", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/keys/{id}/revoke", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/keys/{id}/change", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/keys/{id}/pause", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/keys/{id}/resume", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/keys/{id}/end-overlap", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/service-accounts", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/service-accounts/new", methods: READ, access: Access::Member },
    Route { path: "/w/{slug}/service-accounts/{id}", methods: READ, access: Access::Member },
    Route { path: "/w/{slug}/service-accounts/{id}/delete", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/service-accounts/{id}/secrets/{secret}/end", methods: FORM, access: Access::Member },
    Route { path: "/w/{slug}/service-accounts/{id}/secrets", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/service-accounts/{id}/change", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/service-accounts/{id}/owners", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/service-accounts/{id}/owners/{owner}/remove", methods: POST, access: Access::Member },
    Route { path: "/w/{slug}/usage", methods: READ, access: Access::Member },
    Route { path: "/admin", methods: READ, access: Access::Administrator },
    Route { path: "/admin/workspaces", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/workspaces/{id}", methods: READ, access: Access::Administrator },
    Route { path: "/admin/workspaces/{id}/suspend", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/workspaces/{id}/restore", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/workspaces/{id}/plan", methods: POST, access: Access::Administrator },
    Route { path: "/admin/accounts", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/accounts/new", methods: READ, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}", methods: READ, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}/suspend", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}/restore", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}/cancel", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}/resend", methods: POST, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}/link", methods: POST, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}/set-password-link", methods: POST, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}/roles", methods: POST, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}/remove-factor", methods: POST, access: Access::Administrator },
    Route { path: "/admin/accounts/{id}/sign-out", methods: POST, access: Access::Administrator },
    Route { path: "/admin/policy", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/policy/sign-in", methods: POST, access: Access::Administrator },
    Route { path: "/admin/plans", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/plans/new", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/plans/{name}", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/plans/{name}/delete", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/scopes", methods: READ, access: Access::Administrator },
    Route { path: "/oauth2/device_authorization", methods: POST, access: Access::Everybody },
    Route { path: "/oauth2/authorize", methods: FORM, access: Access::Everybody },
    Route { path: "/profile/apps", methods: READ, access: Access::Person },
    Route { path: "/profile/apps/{id}/revoke", methods: FORM, access: Access::Person },
    Route { path: "/device", methods: FORM, access: Access::Person },
    Route { path: "/device/allow", methods: POST, access: Access::Person },
    Route { path: "/device/deny", methods: POST, access: Access::Person },
    Route { path: "/admin/apps", methods: READ, access: Access::Administrator },
    Route { path: "/admin/apps/new", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/apps/{id}", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/apps/{id}/disable", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/apps/{id}/enable", methods: POST, access: Access::Administrator },
    Route { path: "/admin/apps/{id}/delete", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/audiences", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/audiences/remove", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/scopes/new", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/scopes/{name}", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/scopes/{name}/delete", methods: FORM, access: Access::Administrator },
    Route { path: "/admin/audit", methods: READ, access: Access::Administrator },
    Route { path: "/admin/audit.csv", methods: READ, access: Access::Administrator },
    Route { path: "/admin/mail", methods: READ, access: Access::Administrator },
    Route { path: "/admin/mail/test", methods: POST, access: Access::Administrator },
    Route { path: "/admin/mail/{id}/again", methods: POST, access: Access::Administrator },
    Route { path: "/admin/system", methods: READ, access: Access::Administrator },
    Route { path: "/admin/tokens", methods: READ, access: Access::Administrator },
    Route { path: "/admin/tokens.csv", methods: READ, access: Access::Administrator },
    Route { path: "/admin/tokens/revoke", methods: POST, access: Access::Administrator },
    Route { path: "/admin/tokens/which", methods: FORM, access: Access::Administrator },
];

impl Route {
    /// The path with something real in the place of every name.
    pub fn sample(&self) -> String {
        match self.path {
            "/static/{name}" => assets::url("style.css").to_owned(),
            path => path
                .replace("{id}", "tok_00000000000070008000000000000000")
                .replace("{slug}", "acme")
                .replace("{token}", "key_00000000000070008000000000000000")
                .replace("{account}", "usr_00000000000070008000000000000000")
                .replace("{key}", "key_00000000000070008000000000000000")
                .replace("{service}", "key_00000000000070008000000000000000")
                .replace("{member}", "mem_00000000000070008000000000000000")
                .replace("{invitation}", "inv_00000000000070008000000000000000")
                .replace("{workspace}", "nobodys")
                .replace("{session}", "ses_00000000000070008000000000000000")
                .replace("{name}", "documents:read")
                .replace("{code}", &"0".repeat(43))
                .replace("{secret}", &"0".repeat(43)),
        }
    }

    fn spelled(&self) -> String {
        format!("{} {}", self.methods.join(" "), self.path)
    }
}

/// The routes that the route tables of the source hold, spelled like those above.
fn in_source() -> Vec<String> {
    const TABLES: [(&str, &str); 7] = [
        ("shown(\"", "GET HEAD "),
        ("page(\"", "GET HEAD "),
        ("resource(\"", ""),
        ("Operation::get(\"", "GET HEAD "),
        ("Operation::post(\"", "POST "),
        ("Operation::patch(\"", "PATCH "),
        ("Operation::delete(\"", "DELETE "),
    ];
    let mut found = Vec::new();
    for file in rust("src").iter().filter(|file| file.path.starts_with("src/http")) {
        let shipped = file.text.split("\n#[cfg(test)]").next().unwrap_or_default();
        let before = match file.path.as_str() {
            path if path.starts_with("src/http/api/") => "/v1",
            path if path.starts_with("src/http/compat/qanatix/") => "/api/v1/auth",
            path if path.starts_with("src/http/compat/qelos/") => "/api",
            "src/http/compat/qnsp/activate.rs" => "/billing",
            path if path.starts_with("src/http/compat/qnsp/") => "/auth",
            path if path.starts_with("src/http/oauth/") => "/oauth2",
            _ => "",
        };
        for (opening, methods) in TABLES {
            for (at, _) in shipped.match_indices(opening) {
                let rest = &shipped[at + opening.len()..];
                let (path, rest) = rest.split_once('"').expect("the path ends");
                let chain = &rest[..rest.find(".service(").or(rest.find(';')).unwrap_or(rest.len())];
                let posted = if chain.contains(".post(") { "POST " } else { "" };
                let put = if chain.contains(".put(") { "PUT " } else { "" };
                let deleted = if chain.contains(".delete(") { "DELETE " } else { "" };
                found.push(format!("{methods}{posted}{put}{deleted}{before}{path}"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn r100_every_route_of_the_source_has_a_row_that_says_who_may_use_it() {
    let mut listed: Vec<String> = ROUTES.iter().map(Route::spelled).collect();
    listed.sort();
    assert_eq!(in_source(), listed);
}
