//! Real clients of the OAuth door and of the Qelos door, unmodified, against a real server. Drivers in the languages of the libraries stand in
//! `tests/clients`; `.ci/clients.sh` installs what they need. A driver says line by line what works, and what somebody has
//! to do in a browser.

mod crate_oauth2;
mod driver;
mod stage;

use driver::Language;
use stage::Stage;

use crate::{both, only};

/// What both SDKs of Qelos do.
const QELOS: [&str; 14] = [
    "cookie sign-in with a jar",
    "OAuth sign-in",
    "refresh",
    "five refreshes at once",
    "the logged-in user, seen and changed",
    "API tokens, created, listed and used",
    "no management by a token",
    "a token that was revoked",
    "a token that expires in three seconds",
    "workspaces, created, changed and activated",
    "a token locked to a workspace",
    "invites, declined and accepted",
    "a workspace that was removed",
    "users of an administrator",
];

both! {
    async fn the_qelos_sdk_for_javascript_does_everything_that_its_door_answers(db: &TestDb) {
        let more = ["cookie sign-in in a browser", "roles and all workspaces", "configuration: off suspends, on restores"];
        driver::runs(db, Language::Node, "qelos_sdk.mjs", &[&QELOS[..], &more].concat()).await;
    }

    async fn the_qelos_sdk_for_python_does_everything_that_its_door_answers(db: &TestDb) {
        let more = ["roles and all workspaces", "configuration: off suspends, on restores"];
        driver::runs(db, Language::Python, "qelos_client.py", &[&QELOS[..], &more].concat()).await;
    }
}

only! { Sqlite:
    async fn openid_client_signs_in_services_people_and_devices(db: &TestDb) {
        driver::runs(db, Language::Node, "openid_client.mjs", &[
            "client credentials with ClientSecretBasic",
            "client credentials with ClientSecretPost",
            "introspection and revocation",
            "authorization code with PKCE",
            "refresh",
            "device sign-in",
        ]).await;
    }

    async fn oauth4webapi_signs_in_services_people_and_devices(db: &TestDb) {
        driver::runs(db, Language::Node, "oauth4webapi.mjs", &[
            "discovery",
            "client credentials with ClientSecretBasic",
            "client credentials with ClientSecretPost",
            "introspection and revocation",
            "authorization code with PKCE",
            "refresh",
            "device sign-in",
        ]).await;
    }

    async fn authlib_signs_in_services_and_people(db: &TestDb) {
        driver::runs(db, Language::Python, "authlib_client.py", &[
            "discovery",
            "client credentials with client_secret_basic",
            "client credentials with client_secret_post",
            "introspection and revocation",
            "authorization code with PKCE",
            "refresh",
        ]).await;
    }

    async fn requests_oauthlib_signs_in_services_and_people(db: &TestDb) {
        driver::runs(db, Language::Python, "requests_oauthlib_client.py", &[
            "discovery",
            "client credentials with basic",
            "client credentials with post",
            "introspection and revocation",
            "authorization code with PKCE",
            "refresh",
        ]).await;
    }

    async fn the_crate_oauth2_signs_in_services_people_and_devices(db: &TestDb) {
        let stage = Stage::set(db).await;
        crate_oauth2::services(&stage).await;
        crate_oauth2::people(&stage).await;
        crate_oauth2::devices(&stage).await;
    }
}
