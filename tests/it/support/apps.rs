//! Apps that people let act for them, and how an app asks.

use latchkey::base::id::ClientId;
use latchkey::base::text::Label;
use latchkey::domain::access::{Audiences, ConfirmedAdministrator, Scopes};
use latchkey::domain::accounts::Person;
use latchkey::domain::clients::{self, ClientDraft, DeviceSignIn, RedirectUri};

use super::app::{Answer, Browser, Fields, TestApp, confirmed};

/// Where apps are led back to.
pub const BACK: &str = "https://notes.example.com/back";
/// A verifier and its challenge (RFC 7636 appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// What an app of this name is, as [`TestApp::registered`] makes it.
pub fn draft(name: &str) -> ClientDraft {
    let uris = [BACK, "http://127.0.0.1/back"].map(|uri| RedirectUri::parse(uri).expect("an address"));
    ClientDraft {
        name: Label::parse(name).expect("a name"),
        redirect_uris: uris.to_vec(),
        device: DeviceSignIn::Allowed,
        scopes: Scopes::parse(["documents:read", "verify", "profile"]).expect("scopes"),
        audiences: Audiences::parse(["platform"]).expect("audiences"),
    }
}

impl TestApp {
    /// An app that may ask for `documents:read`, `profile` and `verify`, of which it adds the first to the catalogue.
    pub async fn registered(&self, admin: &Person, name: &str) -> ClientId {
        if self.rows("SELECT name FROM scopes WHERE name = 'documents:read'").await.is_empty() {
            self.scope(admin, "documents:read", &[]).await;
        }
        let by = ConfirmedAdministrator::of(confirmed(admin)).expect("an administrator");
        clients::register(&self.app().ctx, &by, draft(name)).await.expect("registered")
    }

    /// What a program sends to `/oauth2/…`.
    pub async fn oauth(&self, path: &str, fields: Fields<'_>) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, &[FORM], body).await
    }

    /// What an app redeems a code with.
    pub async fn redeem(&self, client: ClientId, code: &str) -> Answer {
        let client = client.to_string();
        self.oauth(
            "/oauth2/token",
            &[
                ("grant_type", "authorization_code"),
                ("client_id", &client),
                ("code", code),
                ("redirect_uri", BACK),
                ("code_verifier", VERIFIER),
            ],
        )
        .await
    }
}

impl TestApp {
    /// The refresh token that an app gets for this one; nothing if its grant has ended.
    pub async fn refreshed(&self, client: ClientId, refresh: &str) -> Option<String> {
        let client = client.to_string();
        let fields = [("grant_type", "refresh_token"), ("client_id", client.as_str()), ("refresh_token", refresh)];
        let answer = self.oauth("/oauth2/token", &fields).await;
        match answer.status {
            200 => Some(refresh_token(&answer)),
            _ => {
                assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("invalid_grant")), "{}", answer.body);
                None
            }
        }
    }
}

/// The refresh token of an answer.
#[track_caller]
pub fn refresh_token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["refresh_token"].as_str().expect("a refresh token").to_owned()
}

/// The address that an app leads somebody to, with these parameters in the place of, or beside, those it needs.
pub fn asking(client: ClientId, other: Fields<'_>) -> String {
    let id = client.to_string();
    let usual = [
        ("response_type", "code"),
        ("client_id", id.as_str()),
        ("redirect_uri", BACK),
        ("scope", "documents:read profile"),
        ("state", "xyz"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = usual.iter().filter(|(name, _)| other.iter().all(|(changed, _)| changed != name));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain(other)).finish();
    format!("/oauth2/authorize?{query}")
}

/// The parameters of the address that somebody is led back to.
#[track_caller]
pub fn led_back(answer: &Answer, to: &str) -> Vec<(String, String)> {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let query = answer.header("location").strip_prefix(to).unwrap_or_else(|| panic!("{}", answer.header("location")));
    form_urlencoded::parse(&query.as_bytes()[1..]).into_owned().collect()
}

/// One of them; empty if it is not there.
#[track_caller]
pub fn told(answer: &Answer, name: &str) -> String {
    led_back(answer, BACK).into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

/// The code that an app gets from somebody who is signed in and says yes.
pub async fn allowed(browser: &Browser<'_>, client: ClientId) -> String {
    let page = asking(client, &[]);
    told(&browser.submit(&page, &page, &[("decision", "allow")]).await, "code")
}
