//! `/verify`: whoever reads the mail confirms the address, by the link or by the code.

use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::form::Problems;

/// `/verify/{t}`: the button that the mailed link leads to. Opening the page changes nothing.
#[derive(Template, WebTemplate)]
#[template(path = "pages/verify/link.html")]
pub struct VerifyLinkPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The secret part of the link, which the button sends back.
    pub link: String,
    /// The address it confirms.
    pub email: String,
}

/// `/verify`: the code from the mail, for those who read it on another device.
#[derive(Template, WebTemplate)]
#[template(path = "pages/verify/code.html")]
pub struct VerifyCodePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Email*, as it was sent.
    pub email: String,
}

/// The address is confirmed.
#[derive(Template, WebTemplate)]
#[template(path = "pages/verify/done.html")]
pub struct VerifiedPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The address.
    pub email: String,
}

/// A link that has expired, was used or never existed.
#[derive(Template, WebTemplate)]
#[template(path = "pages/verify/gone.html")]
pub struct LinkGonePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What the link was for.
    pub link: DeadLink,
}

/// What a link that no longer works was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadLink {
    /// Confirming an address.
    Verify,
    /// Setting up the first administrator.
    Setup,
}
