//! The page that says what went wrong and what to do next.

use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;

/// What went wrong.
#[derive(Template, WebTemplate)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What it was.
    pub trouble: Trouble,
}

/// The outcomes that a page can only report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// 404: there is no such page, or it is somebody else's.
    NotFound,
    /// 403: for administrators.
    Forbidden,
    /// 403: for members with other roles.
    NotYourRole,
    /// 403: an administrator has stopped the workspace.
    WorkspaceSuspended,
    /// 403: for those whose address is confirmed.
    Unconfirmed,
    /// 403: the request came from another site, or from nowhere that says so.
    CrossSite,
    /// 400: the form is older than the session, or was tampered with.
    StaleForm,
    /// 400: the request cannot be read.
    Unreadable,
    /// 405: the page does not do that.
    WrongMethod,
    /// 413: more than a form of ours can hold.
    TooLarge,
    /// 429: too many attempts.
    TooMany {
        /// How long to wait: `2 minutes`.
        wait: String,
    },
    /// 429: so many attempts that only a new password helps.
    Shut,
    /// 500.
    Broken {
        /// The id to ask for help with: `req_…`.
        request_id: String,
    },
    /// 503: overloaded, or the database cannot be reached.
    Unavailable {
        /// How long to wait: `5 seconds`.
        wait: String,
    },
}

impl Trouble {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::StaleForm | Self::Unreadable => 400,
            Self::Forbidden | Self::CrossSite | Self::NotYourRole | Self::WorkspaceSuspended | Self::Unconfirmed => 403,
            Self::NotFound => 404,
            Self::WrongMethod => 405,
            Self::TooLarge => 413,
            Self::TooMany { .. } | Self::Shut => 429,
            Self::Broken { .. } => 500,
            Self::Unavailable { .. } => 503,
        }
    }

    /// What went wrong.
    pub fn title(&self) -> String {
        match self {
            Self::NotFound => "Page not found".into(),
            Self::Forbidden => "This page is for administrators".into(),
            Self::NotYourRole => "Your roles do not allow that".into(),
            Self::WorkspaceSuspended => "This workspace is suspended".into(),
            Self::Unconfirmed => "Confirm your email address first".into(),
            Self::CrossSite => "This form was not sent from here".into(),
            Self::StaleForm => "This form has expired".into(),
            Self::Unreadable => "The request could not be read".into(),
            Self::WrongMethod => "This page cannot do that".into(),
            Self::TooLarge => "That was too much at once".into(),
            Self::TooMany { .. } | Self::Shut => "Too many attempts".into(),
            Self::Broken { request_id } => format!("Something went wrong ({request_id})"),
            Self::Unavailable { .. } => "Not available at the moment".into(),
        }
    }

    /// What it means and what to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::NotFound => "There is nothing at this address, or it is not yours to see. Check the address for a typing mistake.".into(),
            Self::Forbidden => "Ask an administrator of this service to do it for you, or to make you one.".into(),
            Self::NotYourRole => "Nothing was changed. Ask an owner or an admin of the workspace to do it for you, or to give you the role.".into(),
            Self::WorkspaceSuspended => "An administrator of this service has stopped the workspace and everything in it. Ask them to restore it.".into(),
            Self::Unconfirmed => "Workspaces are open to people with a confirmed address. Follow the link in the mail that you got when you signed up, or have it sent again from your account page.".into(),
            Self::CrossSite => "Nothing was changed. Open the page here and send the form from it. If you did, your browser or a proxy in between removes the headers that tell where a form comes from.".into(),
            Self::StaleForm => "Nothing was changed. You have signed in or out since you opened the form, or its cookie is gone. Go back, reload the page and send it again.".into(),
            Self::Unreadable => "Nothing was changed. Go back, reload the page and try again.".into(),
            Self::WrongMethod => "Nothing was changed. Go back to the page you came from.".into(),
            Self::TooLarge => "Nothing was changed. Go back and send less text.".into(),
            Self::TooMany { wait } => format!("To keep guessers out, we take a pause. Wait {wait}, then try again."),
            Self::Shut => "After a hundred wrong attempts in a row, nothing that is entered here is accepted any more. Set a new password with a recovery link by mail, or ask an administrator to send you one.".into(),
            Self::Broken { .. } => "It is our fault, not yours. Try again; if it stays, tell whoever runs this service the identifier in the title.".into(),
            Self::Unavailable { wait } => format!("The service is busy or cannot reach its database. Try again in {wait}."),
        }
    }
}
