//! What is written to a person whose app was signed out because its refresh token was in two hands.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::cause::Cause;
use super::phrases::as_itself;
use super::rendering::Frame;
use super::stored;
use crate::base::text::PersonName;

/// A refresh token was presented after it had been replaced: an app was signed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEnded {
    /// Of the account.
    #[serde(with = "stored::person")]
    pub name: PersonName,
    /// The app's name; nothing for a program that signed in by password.
    pub app: Option<String>,
    /// The request that presented it.
    pub cause: Cause,
}

impl GrantEnded {
    /// The subject.
    pub(super) fn subject(&self) -> String {
        format!("{} was signed out", self.holder())
    }

    /// The text and the HTML.
    pub(super) fn words(&self, frame: &Frame<'_>) -> (String, String) {
        let (holder, agent) = (self.holder(), self.cause.agent.as_str());
        let written = "writing to memory does not fail";
        let text = GrantEndedText { frame, holder, agent }.render().expect(written);
        (text, GrantEndedHtml { frame, holder, agent }.render().expect(written))
    }

    fn holder(&self) -> &str {
        self.app.as_deref().map_or("A program", |app| as_itself(app, "An app"))
    }
}

#[derive(Template)]
#[template(path = "mails/grant_ended.txt")]
struct GrantEndedText<'a> {
    frame: &'a Frame<'a>,
    holder: &'a str,
    agent: &'a str,
}

#[derive(Template)]
#[template(path = "mails/grant_ended.html")]
struct GrantEndedHtml<'a> {
    frame: &'a Frame<'a>,
    holder: &'a str,
    agent: &'a str,
}
