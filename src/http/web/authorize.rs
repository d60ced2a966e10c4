//! `/oauth2/authorize`: an app asks, the person decides (RFC 6749 section 4.1, RFC 9700 section 2.1).
//!
//! Nothing is kept between the page and its form: the form is sent to the same address, and everything in it is read and
//! checked again. An app or an address that we do not know is told to the person on a page of ours; nothing is ever sent
//! there.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::error::Trouble;
use super::outcome::WebError;
use super::page::{Answer, Page as _};
use super::posted::Posted;
use super::visitor::{SignedIn, Visitor, sign_in_address};
use crate::app::App;
use crate::domain::access::{self, Catalogue, Scopes};
use crate::domain::accounts::Person;
use crate::domain::clients::authorize::{self, AllowError, Asked, CheckError, Request, Wrong};
use crate::http::edge::FormsLeadTo;
use crate::http::extract::pairs;

/// "*Notes* wants to act for you".
#[derive(Template, WebTemplate)]
#[template(path = "pages/authorize/ask.html")]
pub struct AuthorizePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What the app is called.
    pub app: String,
    /// What it would be allowed.
    pub scopes: Vec<ScopeLine>,
    /// Whether it asks for things of which none is the person's to give.
    pub nothing_to_give: bool,
    /// For whom its tokens are to be, beside this service.
    pub audiences: Vec<String>,
    /// Where the person is led back to, in words.
    pub back: String,
    /// Where the form goes: the address of the page.
    pub action: String,
}

/// A scope and what it allows.
#[derive(Debug, Clone)]
pub struct ScopeLine {
    /// The word on the wire.
    pub name: String,
    /// The sentence.
    pub sentence: String,
}

/// "This app cannot sign you in".
#[derive(Template, WebTemplate)]
#[template(path = "pages/authorize/wrong.html")]
pub struct WrongAppPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Whether it is the address that is wrong, of an app that there is.
    pub is_address: bool,
}

/// The parameters of a request, as they came.
struct Sent(Vec<(String, String)>);

impl Sent {
    fn of(request: &HttpRequest) -> Self {
        Self(pairs(request.query_string().as_bytes()))
    }

    /// The value of a parameter; nothing if it is empty, or there twice.
    fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        values.next().filter(|value| !value.is_empty() && values.next().is_none())
    }

    /// Whether one is there twice (RFC 6749 section 3.1).
    fn repeats(&self) -> bool {
        let twice = |(at, (name, _)): (usize, &(String, String))| self.0[..at].iter().any(|(earlier, _)| earlier == name);
        self.0.iter().enumerate().any(twice)
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            client_id: self.one("client_id"),
            redirect_uri: self.one("redirect_uri"),
            response_type: self.one("response_type"),
            response_mode: self.one("response_mode"),
            scope: self.one("scope"),
            challenge: self.one("code_challenge"),
            challenge_method: self.one("code_challenge_method"),
            audience: self.one("audience").or(self.one("resource")),
        }
    }

    /// Back to the app, with these parameters, its state, and who answers (RFC 9207).
    fn back(&self, app: &App, told: &[(&str, &str)]) -> WebError {
        let uri = self.one("redirect_uri").unwrap_or_default();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(told);
        if let Some(state) = self.one("state") {
            query.append_pair("state", state);
        }
        query.append_pair("iss", &app.ctx.settings.public_url);
        let joint = if uri.contains('?') { '&' } else { '?' };
        WebError::see_other(format!("{uri}{joint}{}", query.finish()))
    }

    fn error(&self, app: &App, code: &str, description: &str) -> WebError {
        self.back(app, &[("error", code), ("error_description", description)])
    }
}

/// `GET /oauth2/authorize`
///
/// # Errors
/// [`WebError::SeeOther`] back to the app with what is wrong, or to the sign-in page.
pub async fn show(app: Data<App>, visitor: Visitor, request: HttpRequest) -> Answer {
    let sent = Sent::of(&request);
    let wanted = match checked(&app, &sent).await? {
        Ok(wanted) => wanted,
        Err(is_address) => return wrong_app(visitor.chrome(), is_address),
    };
    let silent = sent.one("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == "none"));
    match (visitor.person(), silent) {
        (None, true) => Err(sent.error(&app, "login_required", "Nobody is signed in.")),
        (Some(_), true) => Err(sent.error(&app, "consent_required", "The person is asked each time.")),
        (None, false) => Err(WebError::see_other(sign_in_address(&request))),
        (Some(person), false) => ask(&app, visitor.chrome(), person, &wanted, &request).await,
    }
}

/// `POST /oauth2/authorize`
///
/// # Errors
/// [`WebError::SeeOther`] back to the app, with a code or with what became of it.
pub async fn decide(app: Data<App>, me: SignedIn, request: HttpRequest, form: Posted) -> Answer {
    let sent = Sent::of(&request);
    let wanted = match checked(&app, &sent).await? {
        Ok(wanted) => wanted,
        Err(is_address) => return wrong_app(me.chrome(), is_address),
    };
    match form.text("decision") {
        "allow" => match authorize::allow(&app.ctx, me.person(), &wanted).await {
            Ok(code) => Err(sent.back(&app, &[("code", code.reveal())])),
            Err(AllowError::Gone) => wrong_app(me.chrome(), true),
            Err(AllowError::NothingToGive) => Err(sent.error(&app, "invalid_scope", "Nothing of that is the person's to give.")),
            Err(AllowError::Unexpected(error)) => Err(error.into()),
        },
        "deny" => {
            authorize::deny(&app.ctx, me.person(), &wanted).await?;
            Err(sent.error(&app, "access_denied", "The person said no."))
        }
        _ => Err(Trouble::Unreadable.into()),
    }
}

/// The request, if it can be put to a person; else whether it is the address that is wrong, which the person is told.
async fn checked(app: &App, sent: &Sent) -> Result<Result<Request, bool>, WebError> {
    let asked = sent.asked();
    let told = |wrong: Wrong| sent.error(app, wrong.code(), &wrong.to_string());
    match authorize::check(&app.ctx.db, &app.ctx.settings.public_url, &asked).await {
        Ok(_) | Err(CheckError::Wrong(_)) if sent.repeats() => {
            Err(sent.error(app, "invalid_request", "A parameter is there twice. Send each parameter once."))
        }
        Ok(request) => Ok(Ok(request)),
        Err(CheckError::Wrong(wrong)) => Err(told(wrong)),
        Err(CheckError::UnknownClient) => Ok(Err(false)),
        Err(CheckError::UnknownRedirect) => Ok(Err(true)),
        Err(CheckError::Unexpected(error)) => Err(error.into()),
    }
}

fn wrong_app(chrome: Chrome, is_address: bool) -> Answer {
    WrongAppPage { chrome, is_address }.with_status(StatusCode::BAD_REQUEST)
}

async fn ask(app: &App, chrome: Chrome, person: &Person, wanted: &Request, request: &HttpRequest) -> Answer {
    let catalogue = access::catalogue(&app.ctx.db).await?;
    let given = wanted.given_by(&app.ctx.db, &person.account().roles).await?;
    let page = AuthorizePage {
        chrome,
        app: wanted.client.name().to_owned(),
        nothing_to_give: given.names().is_empty() && !wanted.scopes.names().is_empty(),
        scopes: lines(&catalogue, &given),
        audiences: wanted.audiences.words().map(str::to_owned).collect(),
        back: place(&wanted.redirect_uri),
        action: request.uri().path_and_query().map_or_else(String::new, |whole| whole.as_str().to_owned()),
    };
    let mut answer = page.ok()?;
    // Browsers hold the answer to the form, which leads back to the app, to the page's policy as well.
    answer.extensions_mut().insert(FormsLeadTo(source(&wanted.redirect_uri)));
    Ok(answer)
}

/// Scopes with their sentences, in the order of the catalogue.
pub(super) fn lines(catalogue: &Catalogue, scopes: &Scopes) -> Vec<ScopeLine> {
    let held = catalogue.scopes().iter().filter(|scope| scopes.names().contains(&scope.name));
    held.map(|scope| ScopeLine { name: scope.name.as_str().to_owned(), sentence: scope.sentence.clone() }).collect()
}

/// Scheme and host of an address that an app is led back to.
fn origin(redirect_uri: &str) -> (&str, &str) {
    let (scheme, rest) = redirect_uri.split_once(':').unwrap_or((redirect_uri, ""));
    let authority = rest.strip_prefix("//").unwrap_or_default();
    (scheme, &authority[..authority.find(['/', '?']).unwrap_or(authority.len())])
}

/// That place, as a source of a Content-Security-Policy, which knows no IPv6 addresses.
fn source(redirect_uri: &str) -> String {
    match origin(redirect_uri) {
        (scheme @ ("https" | "http"), authority) if !authority.starts_with('[') => format!("{scheme}://{authority}"),
        (scheme, _) => format!("{scheme}:"),
    }
}

/// That place, in words.
fn place(redirect_uri: &str) -> String {
    match origin(redirect_uri) {
        ("https", authority) => authority.to_owned(),
        ("http", _) => "a program on this computer".to_owned(),
        (scheme, _) => format!("the app {scheme} on this device"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_may_lead_to_the_place_of_the_app_alone() {
        for (uri, policy, words) in [
            ("https://notes.example.com/back", "https://notes.example.com", "notes.example.com"),
            ("https://notes.example.com:8443?x", "https://notes.example.com:8443", "notes.example.com:8443"),
            ("http://127.0.0.1:4711/back", "http://127.0.0.1:4711", "a program on this computer"),
            ("http://[::1]:4711/back", "http:", "a program on this computer"),
            ("com.example.notes:/back", "com.example.notes:", "the app com.example.notes on this device"),
        ] {
            assert_eq!((source(uri).as_str(), place(uri).as_str()), (policy, words), "{uri}");
        }
    }
}
