//! The crate `oauth2`.

use super::stage::{REDIRECT, Service, Stage};
use oauth2::basic::{BasicClient, BasicErrorResponseType};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DeviceAuthorizationUrl, HttpRequest, HttpResponse,
    IntrospectionUrl, PkceCodeChallenge, RedirectUrl, RequestTokenError, Scope, StandardDeviceAuthorizationResponse,
    TokenIntrospectionResponse as _, TokenResponse as _, TokenUrl,
};

/// Sends what the crate wants sent.
async fn send(request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let answer = reqwest::Client::new().execute(request.try_into()?).await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut whole = HttpResponse::new(answer.bytes().await?.to_vec());
    (*whole.status_mut(), *whole.headers_mut()) = (status, headers);
    Ok(whole)
}

/// Where the server says that something is.
fn endpoint(stage: &Stage, name: &str) -> String {
    assert_eq!(stage.metadata["issuer"], stage.issuer());
    stage.metadata[name].as_str().unwrap_or_else(|| panic!("{name} in {}", stage.metadata)).to_owned()
}

/// Client credentials, Basic and in the form, and introspection. The crate revokes over https alone, which nobody speaks
/// on a machine's own address.
pub async fn services(stage: &Stage) {
    let token_uri = TokenUrl::new(endpoint(stage, "token_endpoint")).expect("an address");
    let client = |of: &Service| {
        BasicClient::new(ClientId::new(of.id.clone()))
            .set_client_secret(ClientSecret::new(of.secret.clone()))
            .set_token_uri(token_uri.clone())
    };
    for how in [AuthType::BasicAuth, AuthType::RequestBody] {
        let machine = client(&stage.machine).set_auth_type(how.clone());
        let asked = machine.exchange_client_credentials().add_scope(Scope::new("verify".into()));
        let tokens = asked.request_async(&send).await.expect("a token");
        assert!(tokens.expires_in().is_some() && tokens.refresh_token().is_none());
        let introspection = IntrospectionUrl::new(endpoint(stage, "introspection_endpoint")).expect("an address");
        let resource = client(&stage.resource).set_auth_type(how).set_introspection_url(introspection);
        let known = resource.introspect(tokens.access_token()).request_async(&send).await.expect("an answer");
        assert!(known.active() && known.client_id().is_some_and(|id| id.as_str() == stage.machine.id));
    }
    let wrong = client(&Service { id: stage.machine.id.clone(), secret: "wrong".into() });
    let refused = wrong.exchange_client_credentials().request_async(&send).await.expect_err("a wrong secret");
    let RequestTokenError::ServerResponse(told) = refused else { panic!("{refused:?}") };
    assert_eq!(*told.error(), BasicErrorResponseType::InvalidClient);
}

/// Authorization code with PKCE, and refresh.
pub async fn people(stage: &Stage) {
    let client = BasicClient::new(ClientId::new(stage.client.clone()))
        .set_auth_type(AuthType::RequestBody)
        .set_auth_uri(AuthUrl::new(endpoint(stage, "authorization_endpoint")).expect("an address"))
        .set_token_uri(TokenUrl::new(endpoint(stage, "token_endpoint")).expect("an address"))
        .set_redirect_uri(RedirectUrl::new(REDIRECT.into()).expect("an address"));
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let asked = client.authorize_url(CsrfToken::new_random).add_scope(Scope::new("profile".into()));
    let (url, state) = asked.set_pkce_challenge(challenge).url();
    let back = stage.allow_app(&stage.browser().await, url.as_str()).await;
    let told = |name: &str| {
        let query = back.split_once('?').expect("a query").1;
        let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
        found.unwrap_or_else(|| panic!("{name} in {back}")).1.into_owned()
    };
    assert_eq!((told("state"), told("iss")), (state.secret().clone(), stage.issuer()));
    let exchange = client.exchange_code(AuthorizationCode::new(told("code"))).set_pkce_verifier(verifier);
    let tokens = exchange.request_async(&send).await.expect("tokens");
    let old = tokens.refresh_token().expect("a refresh token");
    let next = client.exchange_refresh_token(old).request_async(&send).await.expect("tokens");
    assert_ne!(next.refresh_token().expect("another").secret(), old.secret());
    assert_ne!(next.access_token().secret(), tokens.access_token().secret());
}

/// Device sign-in.
pub async fn devices(stage: &Stage) {
    let device_url = DeviceAuthorizationUrl::new(endpoint(stage, "device_authorization_endpoint")).expect("an address");
    let client = BasicClient::new(ClientId::new(stage.client.clone()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::new(endpoint(stage, "token_endpoint")).expect("an address"))
        .set_device_authorization_url(device_url);
    let asked = client.exchange_device_code().add_scope(Scope::new("profile".into()));
    let device: StandardDeviceAuthorizationResponse = asked.request_async(&send).await.expect("a code");
    let (url, code) = (device.verification_uri().as_str().to_owned(), device.user_code().secret().clone());
    stage.allow_device(&stage.browser().await, &url, &code).await;
    let polled = client.exchange_device_access_token(&device).request_async(&send, tokio::time::sleep, None).await;
    assert!(polled.expect("tokens").refresh_token().is_some());
}
