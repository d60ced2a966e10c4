//! `/admin/mail`: what was written to people, and whether it arrived.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::access;
use crate::domain::mail::{self, Class, Lying, MailState, Route};
use crate::http::extract::{path_part, query};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::list::{Address, Pager, cursor};
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

const HERE: &str = "/admin/mail";

/// "Mail".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/mail.html")]
pub struct MailPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Where mail goes.
    pub route: Route,
    /// Whom a test mail goes to.
    pub own_address: String,
    /// The tabs.
    pub tabs: Vec<MailTab>,
    /// What keeps mails from being sent: each kind with how many it is about.
    pub errors: Vec<(&'static str, i64)>,
    /// The mails, newest first.
    pub rows: Vec<MailRow>,
    /// The other pages.
    pub pager: Pager,
    /// What has just happened.
    pub notice: Option<String>,
}

/// A tab with its number.
#[derive(Debug, Clone)]
pub struct MailTab {
    /// What it is called.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
    /// How many mails it holds.
    pub count: i64,
    /// Whether it is this one.
    pub here: bool,
}

/// One mail.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// Its id on the wire.
    pub id: String,
    /// Its subject.
    pub subject: String,
    /// Where it goes.
    pub recipient: String,
    /// How far it has come.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was written.
    pub created: Timestamp,
    /// When it is tried next, or when it came to its end.
    pub moved: Timestamp,
    /// What went wrong last.
    pub error: Option<String>,
    /// Whether it can be sent again.
    pub again: bool,
}

/// `GET /admin/mail?state=&after=`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let (ctx, chrome) = (&app.ctx, admin.chrome());
    let state = query(&request, "state").and_then(|word| MailState::parse(&word.replace('-', "_")));
    let here = address(state);
    let after = cursor(&request, &ctx.keys, &here.href())?;
    let found = mail::list(&ctx.db, &ctx.settings.service_name, state, after.as_ref(), PageSize::DEFAULT).await?;
    MailPage {
        route: ctx.mail.route(),
        own_address: admin.administrator().person().email().as_str().to_owned(),
        tabs: tabs(mail::counts(&ctx.db).await?, state),
        errors: mail::errors(&ctx.db).await?.into_iter().map(|(class, count)| (trouble(class), count)).collect(),
        rows: found.rows.iter().map(|it| row(it, chrome.now)).collect(),
        pager: Pager::of(&here, after.as_ref(), found.next.map(|next| next.seal(&ctx.keys, &here.href()))),
        notice: Done::told(&request, &[Done::TestMailSent, Done::MailSentAgain, Done::MailStays]),
        chrome,
    }
    .ok()
}

/// `POST /admin/mail/test`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when it is in the outbox.
pub async fn test(app: Data<App>, admin: Governing) -> Answer {
    access::send_test_mail(&app.ctx, admin.administrator()).await?;
    Err(Done::TestMailSent.on(HERE))
}

/// `POST /admin/mail/{id}/again`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when it is back in the outbox, or cannot be;
/// 404 for what is no id.
pub async fn again(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = path_part(&request, "id").parse().map_err(|_| Trouble::NotFound)?;
    match access::send_mail_again(&app.ctx, admin.administrator(), id).await? {
        Some(_) => Err(Done::MailSentAgain.on(HERE)),
        None => Err(Done::MailStays.on(HERE)),
    }
}

fn address(state: Option<MailState>) -> Address {
    Address::of(HERE).with("state", state.map(|state| state.as_str().replace('_', "-")).unwrap_or_default())
}

fn tabs(counts: mail::MailCounts, here: Option<MailState>) -> Vec<MailTab> {
    let tab = |label, state, count| MailTab { label, href: address(state).href(), count, here: state == here };
    vec![
        tab("All", None, counts.waiting + counts.sent + counts.given_up),
        tab("Waiting", Some(MailState::Waiting), counts.waiting),
        tab("Sent", Some(MailState::Sent), counts.sent),
        tab("Given up", Some(MailState::GivenUp), counts.given_up),
    ]
}

fn row(it: &Lying, now: Timestamp) -> MailRow {
    MailRow {
        id: it.id.to_string(),
        subject: it.subject.clone().unwrap_or_else(|| "A message of another version".to_owned()),
        recipient: it.recipient.clone(),
        state: it.state,
        attempts: it.attempts,
        created: it.created_at,
        moved: it.finished_at.unwrap_or(it.next_attempt_at),
        error: it.last_error.clone().filter(|_| it.state != MailState::Sent),
        again: it.is_worth_another_try(now),
    }
}

/// What a kind of failure means, and what to do about it.
fn trouble(class: Option<Class>) -> &'static str {
    match class {
        Some(Class::Refused) => "The mail server refused these for good: look at the recipients and at the sender, mail_from.",
        Some(Class::Deferred) => "The mail server does not take these now: they are tried again.",
        Some(Class::SignIn) => "The mail server does not accept the user name or the password of smtp_url.",
        Some(Class::Unreachable) => "The mail server cannot be reached: check host and port of smtp_url.",
        Some(Class::Timeout) => "The mail server did not answer in time.",
        Some(Class::Certificate) => "The mail server offers no valid encryption: check its certificate and the host of smtp_url.",
        Some(Class::Folder) => "The folder mail_dir cannot be written.",
        Some(Class::Unreadable) => "This version cannot read these messages: perhaps a newer one wrote them.",
        None => "Their time was over before they could be sent.",
    }
}
