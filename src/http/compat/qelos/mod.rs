//! The Qelos door, `/api/…` and `/api/v1/…`, which are one: people, their API tokens and their workspaces, for the unmodified
//! SDKs of that product. Names are in camelCase, there is no envelope, and an error is `{message, error: {code, message}}`.
//!
//! | call | answer |
//! |---|---|
//! | `GET/POST /api/workspaces` `{name, logo?, labels?}` | 200 `{_id, name, logo, labels, members, isPrivilegedUser}`, or a list |
//! | `GET/PUT/DELETE /api/workspaces/{id}` | 200, the same; `{success: true}` when it is gone |
//! | `GET /api/workspaces/{id}/members` | 200 `[{_id, user, roles, created}]` |
//! | `POST /api/workspaces/{id}/activate` | 200, the workspace |
//! | `GET /api/invites` | 200 `[{_id, name, logo, workspace: {_id, name, logo}}]` |
//! | `POST /api/invites` `{workspace, kind: "accept" \| "decline"}` | 200 `{success: true}` |
//! | `GET /api/users?username&exact&roles` | 200 `[{_id, username, email, name, fullName, firstName, lastName, roles}]` |
//! | `POST /api/users` `{username, password?, roles?, …}` | 200, with all that is known of them |
//! | `GET/PUT/DELETE /api/users/{id}` | 200, with all that is known of them; `{_id}` when they are gone |
//! | `GET /api/users/stats` | 200 `{total, active, invited, unconfirmed, suspended, administrators}` |
//! | `GET /api/roles` | 200, names of roles |
//! | `GET /api/workspaces/all?name&q&labels&members.user&_id` | 200 `[{_id, name, logo, labels}]` |
//! | `POST /api/signin` `{username, password, roles?, workspace?, totp?, authType?}` | 200 `{payload: {user, workspace?}}` and a cookie; with `authType: "oauth"` `token` and `refreshToken` in it |
//! | `POST /api/signup` `{username, password, firstName, lastName, …}` | 200 `{payload: {user}, message}` |
//! | `POST /api/token/refresh` | 200 `{payload: {user, token, refreshToken}}` |
//! | `POST /api/logout` | 200 |
//! | `GET /api/me`, `POST /api/me` | 200, whoever is calling |
//! | `GET /api/me/api-tokens`, `POST …` `{nickname, expiresAt, workspace?}` | 200, newest first; 201 `{token, apiToken}` |
//! | `DELETE /api/me/api-tokens/{token}` | 200 `{message}` |
//! | `GET /api/configurations/auth-configuration`, `PUT …` `{metadata}` | 200 `{key, public, kind, metadata}` |
//!
//! A user name is an e-mail address. Ids are ours: opaque texts. An API token made here is `ql_` and 64 hex digits, and may do
//! all that its owner may; any other live credential is accepted beside it, and these tokens at every other door.
//!
//! # Deviations
//! - Nobody is told whether it was the address or the password that was wrong, nor who has an account: a sign-up signs nobody
//!   in and answers the same for an address that has one. Its owner confirms it by mail, then signs in. There is no 409.
//! - Whoever has a second factor sends a code of it as `totp`, with the password.
//! - `roles` at sign-in asks for one of them; `workspace` that is none of the person's is 404.
//! - A cookie counts only where no credential is presented, and what it changes must come from a page of ours, or from a
//!   program with a jar that sends JSON.
//! - Whoever makes a workspace owns it; an owner is told as `["admin", "user"]`, since this door knows no owners.
//! - Workspaces are changed by people with a session alone: an API token looks, with the scope `workspace:read`, and is 403
//!   for the rest. It activates nothing, except that one which is locked to a workspace may name that one.
//! - The active workspace is the session's own: it does not change what its tokens may do, and it is none again when the
//!   membership ends. A session that was made for one workspace alone activates no other (403).
//! - A row lists the first hundred members; `…/members` lists all.
//! - `logo` is an `https://` address (an empty one takes it away), `labels` are up to 20 words without commas.
//! - To delete a workspace or somebody's account, the password has to have been typed a short while ago (403). A personal
//!   workspace is deleted with its person's account alone (409).
//! - An administrator who makes an account with a password makes it with an address that its owner confirms by mail; without a
//!   password the person is invited. The password and the address of an account that there is are its owner's to change:
//!   `PUT` with a `password` is 403, with another `username` 422.
//! - Users, roles and all workspaces are for administrators with a session, as at every door: an API token administers
//!   nothing, whatever its scopes. Lists hold a thousand rows at the most, the latest first. To look at one account leaves
//!   an event in the audit log. `select` is ignored, and so are impersonation headers.
//! - A password is changed, and an address, within ten minutes of a sign-in, or with `currentPassword`; a token is created, and
//!   the configuration changed, within the half hour that the operator sets. Another address takes the place of the old one
//!   when it is confirmed by mail.
//! - Whoever holds an API token changes nothing of the profile, as with the password.
//! - `metadata` of a person is merged by its top-level members; null takes one away.
//! - No two living tokens of a person have the same nickname (409). One that would live longer than the policy allows is 400.
//! - Roles in a workspace allow tokens that are locked to it: without `workspace`, the token is locked to the active one.
//! - A token that the policy suspends is 401 with the policy's reason. Until an administrator says otherwise, `roles` is `["*"]`.
//! - `treatUsernameAs` is `email` and `disableUsernamePassword` false; another value is 422.
//! - Bodies are JSON objects that say so (415), of 64 KiB at the most (413), with no member twice (400). Unknown fields are
//!   ignored.

mod all_workspaces;
mod answer;
mod body;
mod caller;
mod configuration;
mod fresh;
mod invites;
mod me;
mod profile;
mod refresh;
mod sign_in;
mod sign_out;
mod sign_up;
mod tokens;
mod user;
mod users;
mod workspaces;

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};

pub use answer::undone;

use crate::app::App;
use crate::http::shown;
use crate::http::web::session;

/// Whether a path belongs to this door.
pub fn owns(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The routes, under both of their beginnings.
pub fn routes(config: &mut ServiceConfig, app: &Data<App>) {
    for beginning in ["/api/v1", "/api"] {
        config.service(
            web::scope(beginning)
                .configure(people)
                .configure(tenants)
                .configure(administration)
                .wrap(session::middleware(app))
                .wrap(from_fn(answer::present))
                .default_service(web::to(answer::not_found)),
        );
    }
}

/// People, and what is theirs.
fn people(table: &mut ServiceConfig) {
    table
        .service(web::resource("/signin").post(sign_in::create))
        .service(web::resource("/signup").post(sign_up::create))
        .service(web::resource("/token/refresh").post(refresh::create))
        .service(web::resource("/logout").post(sign_out::create))
        .service(shown("/me", me::show).post(me::change))
        .service(shown("/me/api-tokens", tokens::list).post(tokens::create))
        .service(web::resource("/me/api-tokens/{token}").delete(tokens::revoke))
        .service(shown("/configurations/auth-configuration", configuration::show).put(configuration::save));
}

/// Workspaces, and invitations to them.
fn tenants(table: &mut ServiceConfig) {
    table
        .service(shown("/workspaces", workspaces::list).post(workspaces::create))
        .service(shown("/workspaces/all", all_workspaces::list))
        .service(shown("/workspaces/{workspace}", workspaces::show).put(workspaces::update).delete(workspaces::remove))
        .service(shown("/workspaces/{workspace}/members", workspaces::members))
        .service(web::resource("/workspaces/{workspace}/activate").post(workspaces::activate))
        .service(shown("/invites", invites::list).post(invites::answer));
}

/// Everybody, for administrators.
fn administration(table: &mut ServiceConfig) {
    table
        .service(shown("/users", users::list).post(users::create))
        .service(shown("/users/stats", users::stats))
        .service(shown("/users/{account}", users::show).put(users::update).delete(users::remove))
        .service(shown("/roles", users::roles));
}
