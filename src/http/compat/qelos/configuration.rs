//! `/api/configurations/auth-configuration`: who may hold API tokens, and what a product's own pages of sign-in ask.
//!
//! `allowUserTokenAuthentication` and `tokenAuthenticationPermissions` are the token policy. `treatUsernameAs` and
//! `disableUsernamePassword` say what is so and cannot be otherwise. The rest is kept for the product.

use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value, json};

use super::answer::DoorError;
use super::body::Asked;
use super::caller::{Admin, AnyCaller};
use super::fresh::confirmed;
use crate::app::App;
use crate::domain::access::{AllowedRoles, ConfirmedAdministrator, Switch};
use crate::domain::credentials::Kind;
use crate::domain::credentials::fit::{self, AuthConfiguration, AuthEdit, ConfigureError};
use crate::domain::sessions;
use crate::domain::{Ctx, SignUp};
use crate::http::api::Code;
use crate::http::caller::presented;
use crate::http::edge::origin_of;
use crate::http::web::session::key_of;

const TOKENS: &str = "allowUserTokenAuthentication";
const PERMISSIONS: &str = "tokenAuthenticationPermissions";
const USERNAME: &str = "treatUsernameAs";
const NO_PASSWORD: &str = "disableUsernamePassword";

/// Who reads the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A person, or their API token.
    People,
    /// Anybody: a page of sign-in, before anybody has.
    Anybody,
}

impl FromRequest for Audience {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    /// A bad credential is refused as everywhere; a cookie that is over makes nobody of its browser, which is about to sign
    /// in.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = request.app_data::<Data<App>>().expect("every server has its App");
            if presented(request.headers())?.is_some() {
                return Ok(match AnyCaller::from_request(&request, &mut Payload::None).await? {
                    AnyCaller::Credential(caller) if caller.granted.kind() != Kind::Personal => Self::Anybody,
                    AnyCaller::Person(_) | AnyCaller::Credential(_) => Self::People,
                });
            }
            let person = match key_of(&request.get_session()) {
                Some(key) => sessions::resume(&app.ctx, &key, &origin_of(&request)).await?,
                None => None,
            };
            Ok(if person.is_some() { Self::People } else { Self::Anybody })
        })
    }
}

/// `GET /api/configurations/auth-configuration`
///
/// # Errors
/// When the database does not answer.
pub async fn show(app: Data<App>, audience: Audience) -> Result<HttpResponse, DoorError> {
    let configuration = fit::auth_configuration(&app.ctx).await?;
    Ok(HttpResponse::Ok().json(view(&app.ctx, &configuration, audience)))
}

/// `PUT /api/configurations/auth-configuration`: what `metadata` names takes the place of what was there.
///
/// # Errors
/// When a member is wrong; then nothing has changed.
pub async fn save(app: Data<App>, asked: Asked<Admin>) -> Result<HttpResponse, DoorError> {
    let Asked(Admin(administrator), fields) = asked;
    let metadata = fields.optional_object("metadata")?;
    let edit = read(metadata.ok_or_else(|| DoorError::field("metadata", "is required, as an object"))?)?;
    let person = administrator.person().clone();
    let by = confirmed(&app.ctx, person, &fields, app.ctx.settings.session.confirm).await?;
    let by = ConfirmedAdministrator::of(by).ok_or(Code::NotAllowed)?;
    let now = fit::configure_auth(&app.ctx, &by, edit).await.map_err(|error| match error {
        ConfigureError::Metadata(why) => DoorError::unfit("metadata", why),
        ConfigureError::Problem(why) => DoorError::unfit("metadata", why),
        ConfigureError::Unexpected(error) => error.into(),
    })?;
    Ok(HttpResponse::Ok().json(view(&app.ctx, &now, Audience::People)))
}

fn view(ctx: &Ctx, configuration: &AuthConfiguration, audience: Audience) -> Value {
    let AuthConfiguration { policy, kept } = configuration;
    let mut metadata = json!({
        "showLoginPage": true,
        "showRegisterPage": ctx.settings.sign_up == SignUp::Open,
        "additionalUserFields": [],
    });
    for (name, value) in kept.members() {
        metadata[name] = value.clone();
    }
    metadata[USERNAME] = "email".into();
    metadata[NO_PASSWORD] = false.into();
    metadata[TOKENS] = (policy.tokens == Switch::On).into();
    if audience == Audience::People {
        let (roles, there) = (policy.allowed_roles.words(), policy.allowed_workspace_roles.words());
        metadata[PERMISSIONS] = json!({ "roles": roles, "wsRoles": there });
    }
    json!({ "key": "auth-configuration", "public": true, "kind": "auth", "metadata": metadata })
}

fn read(metadata: &Map<String, Value>) -> Result<AuthEdit, DoorError> {
    let mut edit = AuthEdit::default();
    for (name, value) in metadata {
        match name.as_str() {
            TOKENS => edit.tokens = Some(if flag(name, value)? { Switch::On } else { Switch::Off }),
            PERMISSIONS => edit.roles = Some((roles(value, "roles")?, roles(value, "wsRoles")?)),
            USERNAME if !value.is_null() && value != "email" => {
                return Err(DoorError::unfit(name, "A user name is an e-mail address here."));
            }
            NO_PASSWORD if !value.is_null() && flag(name, value)? => {
                return Err(DoorError::unfit(name, "There is no other way to sign in here."));
            }
            USERNAME | NO_PASSWORD => {}
            "showLoginPage" | "showRegisterPage" if !value.is_null() && !value.is_boolean() => {
                return Err(DoorError::field(name, "must be true or false"));
            }
            "additionalUserFields" if !value.is_null() && !value.is_array() => {
                return Err(DoorError::field(name, "must be a list"));
            }
            _ => drop(edit.members.insert(name.clone(), value.clone())),
        }
    }
    Ok(edit)
}

/// Null is the default: no.
fn flag(name: &str, value: &Value) -> Result<bool, DoorError> {
    if value.is_null() { Ok(false) } else { value.as_bool().ok_or_else(|| DoorError::field(name, "must be true or false")) }
}

/// A list of roles; one that is missing is empty, and lets nobody.
fn roles(permissions: &Value, list: &str) -> Result<AllowedRoles, DoorError> {
    let name = format!("{PERMISSIONS}.{list}");
    let wrong = || DoorError::field(&name, "must be a list of roles, or of a star for everybody");
    let items = match permissions.as_object().map(|permissions| permissions.get(list)) {
        Some(None | Some(Value::Null)) => return Ok(AllowedRoles::nobody()),
        Some(Some(Value::Array(items))) => items,
        Some(Some(_)) => return Err(wrong()),
        None if permissions.is_null() => return Ok(AllowedRoles::nobody()),
        None => return Err(DoorError::field(PERMISSIONS, "must be an object")),
    };
    let words: Option<Vec<&str>> = items.iter().map(|item| item.as_str().filter(|word| !word.contains([',', ' ']))).collect();
    AllowedRoles::parse(&words.ok_or_else(wrong)?.join(",")).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError as _;

    use super::*;

    fn read_of(metadata: Value) -> Result<AuthEdit, u16> {
        read(metadata.as_object().expect("an object")).map_err(|error| error.status_code().as_u16())
    }

    #[test]
    fn what_is_about_tokens_is_the_policy_and_the_rest_is_kept() {
        let told =
            json!({ TOKENS: true, PERMISSIONS: { "roles": ["admin"] }, "showLoginPage": false, "theme": { "dark": true } });
        let edit = read_of(told).expect("a configuration");
        assert_eq!(edit.tokens, Some(Switch::On));
        let (roles, there) = edit.roles.expect("roles");
        assert_eq!((roles.words(), there.words()), (&["admin".to_owned()][..], &[][..]));
        assert_eq!(edit.members.keys().collect::<Vec<_>>(), ["showLoginPage", "theme"]);
        assert!(read_of(json!({ USERNAME: "email", NO_PASSWORD: false })).is_ok_and(|edit| edit.members.is_empty()));
        assert_eq!(read_of(json!({ TOKENS: null })).expect("the default").tokens, Some(Switch::Off));
    }

    #[test]
    fn what_is_wrong_is_400_and_what_cannot_be_is_422() {
        for wrong in [
            json!({ TOKENS: "yes" }),
            json!({ PERMISSIONS: ["admin"] }),
            json!({ PERMISSIONS: { "roles": "admin" } }),
            json!({ PERMISSIONS: { "wsRoles": [5] } }),
            json!({ PERMISSIONS: { "roles": ["a,b"] } }),
            json!({ PERMISSIONS: { "roles": ["<b>"] } }),
            json!({ "showLoginPage": 1 }),
            json!({ "additionalUserFields": {} }),
        ] {
            assert_eq!(read_of(wrong.clone()).err(), Some(400), "{wrong}");
        }
        for impossible in [json!({ USERNAME: "phone" }), json!({ NO_PASSWORD: true })] {
            assert_eq!(read_of(impossible.clone()).err(), Some(422), "{impossible}");
        }
    }
}
