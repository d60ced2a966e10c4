//! Those who use a server: somebody with a token, somebody with a browser. Somebody with nothing needs no type.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::answer::Answer;
use super::app::{PASSWORD, TestApp};

/// What somebody fills into a form: names and values.
pub type Fields<'a> = &'a [(&'a str, &'a str)];

/// Somebody with a token.
pub struct Bearer<'a> {
    app: &'a TestApp,
    token: &'a str,
}

impl<'a> Bearer<'a> {
    pub fn new(app: &'a TestApp, token: &'a str) -> Self {
        Self { app, token }
    }

    /// A request without a body.
    pub async fn get(&self, path: &str) -> Answer {
        self.app.send("GET", path, &[("authorization", &format!("Bearer {}", self.token))], "").await
    }

    /// A request with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        self.app.send("POST", path, &headers, body.to_string()).await
    }
}

impl Bearer<'_> {
    /// A change with a JSON body.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        self.app.send("PATCH", path, &headers, body.to_string()).await
    }

    /// A request without a body, by any method.
    pub async fn send(&self, method: &str, path: &str) -> Answer {
        self.app.send(method, path, &[("authorization", &format!("Bearer {}", self.token))], "").await
    }
}

/// Somebody with a browser: keeps cookies, and says where its forms come from.
pub struct Browser<'a> {
    pub app: &'a TestApp,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, cookies: RefCell::default() }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], String::new()).await
    }

    /// Sends the form that stands on `page` to `action`, with the page's own hidden fields.
    pub async fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.get(page).await;
        assert_eq!(form.status, 200, "{page}: {}", form.body);
        self.submit_from(&form, action, fields).await
    }

    /// Sends a form of a page that was opened before.
    pub async fn submit_from(&self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        let mut pairs: Vec<(String, String)> = fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        for hidden in ["form_token", "nonce", "next"] {
            if let Some(value) = page.find_field(hidden).filter(|_| fields.iter().all(|(name, _)| *name != hidden)) {
                pairs.push((hidden.into(), value));
            }
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        self.send("POST", action, &headers, body).await
    }

    /// Signs in with everybody's password.
    pub async fn sign_in(&self, email: &str) -> Answer {
        self.submit("/sign-in", "/sign-in", &[("email", email), ("password", PASSWORD)]).await
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Puts a cookie in, as a thief would.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.into(), value.into());
    }

    /// A request with the browser's cookies; what is set is kept.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let cookies = self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut headers = headers.to_vec();
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        let answer = self.app.send(method, path, &headers, body).await;
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().expect("a cookie");
            let (name, value) = set.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if set.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies.borrow_mut().insert(name.into(), value.into());
            }
        }
        answer
    }
}
