//! `/docs/{door}`: a door for those whose programs come by it. What a door does otherwise than the product that it speaks
//! like is read from the docs of its module, so that it stands in one place.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::chrome::Chrome;
use super::outcome::WebError;
use super::page::Page as _;
use super::visitor::Visitor;
use crate::app::App;
use crate::config::{Door, Doors};
use crate::http::extract::path_part;
use crate::http::web::error::Trouble;

/// "Qelos", say.
#[derive(Template)]
#[template(path = "pages/docs/door.html")]
pub struct DoorPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Its name.
    pub title: &'static str,
    /// Whose programs it is for.
    pub lead: &'static str,
    /// What these programs are told to be the address of their service.
    pub base_url: String,
    /// What `base_url` is called there.
    pub setting: &'static str,
    /// Lines that work, once the words in capitals are set.
    pub lines: String,
    /// What it does otherwise.
    pub deviations: Vec<Vec<Piece>>,
}

/// A piece of a sentence.
pub struct Piece {
    /// The letters.
    pub text: String,
    /// Whether a program reads or writes it.
    pub code: bool,
}

/// What is told of a door.
pub struct Told {
    door: Door,
    /// Its name.
    pub title: &'static str,
    lead: &'static str,
    setting: &'static str,
    lines: &'static str,
    source: &'static str,
}

impl Told {
    /// The end of its page's address.
    pub fn name(&self) -> &'static str {
        self.door.as_str()
    }
}

/// The doors that have a page of their own; the native API is `/docs` itself.
const DOORS: [Told; 5] = [
    Told {
        door: Door::OAuth,
        title: "OAuth 2",
        lead: "For every program with an OAuth library: apps, devices, services, and resource servers that ask what a token is.",
        setting: "Issuer",
        lines: r#"curl -s BASE/.well-known/oauth-authorization-server
curl -s -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials BASE/oauth2/token
curl -s -u "$CLIENT_ID:$CLIENT_SECRET" -d "token=$TOKEN" BASE/oauth2/introspect
curl -s -u "$CLIENT_ID:$CLIENT_SECRET" -d "token=$TOKEN" BASE/oauth2/revoke
curl -s BASE/.well-known/jwks.json"#,
        source: include_str!("../oauth/mod.rs"),
    },
    Told {
        door: Door::Authz,
        title: "Verdicts",
        lead: "For product APIs that ask, with each request that they get, who is calling and what they may do.",
        setting: "Base URL",
        lines: r#"curl -s BASE/v1/verify \
  -H "Authorization: Bearer $VERIFIER" \
  -H "Content-Type: application/json" \
  -d "{\"token\": \"$TOKEN\", \"scopes\": \"verify OR profile\"}""#,
        source: include_str!("../api/verify/mod.rs"),
    },
    Told {
        door: Door::Qelos,
        title: "Qelos",
        lead: "For programs that were written with the SDKs of Qelos: @qelos/sdk from npm, qelos-sdk from PyPI.",
        setting: "appUrl",
        lines: r#"import { default as QelosSDK } from '@qelos/sdk';
const sdk = new QelosSDK({ appUrl: 'BASE', fetch });
await sdk.authentication.oAuthSignin({ username: EMAIL, password: PASSWORD });
const { token } = await sdk.authentication.createApiToken({ nickname: 'CI', expiresAt: '2030-01-01T00:00:00Z' });
console.log(await new QelosSDK({ appUrl: 'BASE', fetch, apiToken: token }).authentication.getLoggedInUser());"#,
        source: include_str!("../compat/qelos/mod.rs"),
    },
    Told {
        door: Door::Qanatix,
        title: "QANATIX",
        lead: "For programs that manage the keys of a workspace with a key of it, as QANATIX lets them.",
        setting: "Base URL",
        lines: r#"curl -s BASE/api/v1/auth/keys -H "Authorization: Bearer $KEY" \
  -H "Content-Type: application/json" -d '{"name": "Ingest", "scopes": ["verify"]}'
curl -s BASE/api/v1/auth/keys -H "Authorization: Bearer $KEY"
curl -s -X POST BASE/api/v1/auth/keys/$ID/rotate -H "Authorization: Bearer $KEY"
curl -s -X DELETE BASE/api/v1/auth/keys/$ID -H "Authorization: Bearer $KEY""#,
        source: include_str!("../compat/qanatix/mod.rs"),
    },
    Told {
        door: Door::Qnsp,
        title: "QNSP",
        lead: "For programs that were written with the SDKs and the command line of QNSP.",
        setting: "Platform and auth URL",
        lines: r#"curl -s BASE/billing/v1/sdk/activate -H "Authorization: Bearer $KEY" \
  -H "Content-Type: application/json" -d '{"sdkId": "cli", "sdkVersion": "1.0.0", "runtime": "node"}'
curl -s BASE/auth/login -H "Content-Type: application/json" \
  -d "{\"email\": \"$EMAIL\", \"password\": \"$PASSWORD\", \"tenantId\": \"$TENANT\"}"
curl -s BASE/auth/jwt/public-key"#,
        source: include_str!("../compat/qnsp/mod.rs"),
    },
];

/// The doors that are open and have a page.
pub fn told(doors: Doors) -> impl Iterator<Item = &'static Told> {
    DOORS.iter().filter(move |told| doors.has(told.door))
}

/// `GET /docs/{door}`
///
/// # Errors
/// 404 for a door that is closed, or none.
pub async fn show(request: HttpRequest, app: Data<App>, visitor: Visitor) -> Result<HttpResponse, WebError> {
    let name = path_part(&request, "door");
    let told = told(app.doors).find(|told| told.name() == name).ok_or(Trouble::NotFound)?;
    DoorPage::of(visitor.chrome(), told, app.ctx.settings.public_url.clone()).ok()
}

impl DoorPage {
    /// The page of a door of a service with this address.
    pub fn of(chrome: Chrome, told: &Told, base_url: String) -> Self {
        let Told { title, lead, setting, lines, source, .. } = *told;
        let lines = lines.replace("BASE", &base_url);
        Self { chrome, title, lead, base_url, setting, lines, deviations: deviations(source) }
    }
}

/// The list under "Deviations" in the docs of a module.
fn deviations(source: &str) -> Vec<Vec<Piece>> {
    let docs = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim_end);
    let section = docs.skip_while(|line| *line != " # Deviations").skip(1).take_while(|line| !line.starts_with(" #"));
    let mut items: Vec<String> = Vec::new();
    for line in section {
        match (line.strip_prefix(" - "), items.last_mut()) {
            (Some(item), _) => items.push(item.to_owned()),
            (None, Some(item)) => {
                item.push(' ');
                item.push_str(line.trim());
            }
            (None, None) => {}
        }
    }
    items.iter().map(|item| pieces(item.trim())).collect()
}

/// What stands between two backticks is code.
fn pieces(sentence: &str) -> Vec<Piece> {
    let parts = sentence.split('`').enumerate();
    parts.filter(|(_, text)| !text.is_empty()).map(|(at, text)| Piece { text: text.to_owned(), code: at % 2 == 1 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deviation_of_a_module_is_read_whole() {
        let source = "//! A door.\n//!\n//! # Deviations\n//! - One `a`,\n//!   and two.\n//! - Three.\n//!\n//! # More\n//! - No.\n\nmod a;\n";
        let read: Vec<String> =
            deviations(source).iter().map(|item| item.iter().map(|piece| piece.text.as_str()).collect()).collect();
        assert_eq!(read, ["One a, and two.", "Three."]);
        assert!(deviations(source)[0][1].code && !deviations(source)[0][0].code);
        assert!(deviations("//! Nothing.\n").is_empty());
        for told in &DOORS {
            assert_eq!(deviations(told.source).is_empty(), told.door == Door::Authz, "{}", told.title);
            let odd = deviations(told.source).iter().flatten().any(|piece| piece.text.contains("[") && piece.text.ends_with('['));
            assert!(!odd, "{}: links are for the docs of the code", told.title);
        }
    }
}
