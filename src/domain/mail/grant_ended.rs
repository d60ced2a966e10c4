//! What is written to a person whose app was signed out because something that is good once came twice.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::cause::Cause;
use super::phrases::as_itself;
use super::rendering::Frame;
use super::stored;
use crate::base::text::PersonName;

/// What came twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Twice {
    /// A refresh token, after it had been replaced. Letters that were written before there was a word for it tell of this.
    #[default]
    RefreshToken,
    /// The code that let an app in, after it had been redeemed.
    Code,
}

impl Twice {
    fn is_code(self) -> bool {
        self == Self::Code
    }
}

/// An app was signed out, because two hands may hold its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEnded {
    /// Of the account.
    #[serde(with = "stored::person")]
    pub name: PersonName,
    /// The app's name; nothing for a program that signed in by password.
    pub app: Option<String>,
    /// What came twice.
    #[serde(default)]
    pub twice: Twice,
    /// The request that it came with.
    pub cause: Cause,
}

impl GrantEnded {
    /// The subject.
    pub(super) fn subject(&self) -> String {
        format!("{} was signed out", self.holder())
    }

    /// The text and the HTML.
    pub(super) fn words(&self, frame: &Frame<'_>) -> (String, String) {
        let (holder, code, agent) = (self.holder(), self.twice.is_code(), self.cause.agent.as_str());
        let written = "writing to memory does not fail";
        let text = GrantEndedText { frame, holder, code, agent }.render().expect(written);
        (text, GrantEndedHtml { frame, holder, code, agent }.render().expect(written))
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
    code: bool,
    agent: &'a str,
}

#[derive(Template)]
#[template(path = "mails/grant_ended.html")]
struct GrantEndedHtml<'a> {
    frame: &'a Frame<'a>,
    holder: &'a str,
    code: bool,
    agent: &'a str,
}
