//! `/profile/activity`: what was done with one's account.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::id::AccountId;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::audit::{self, Filter, Recorded};
use crate::domain::profile::{self, MailState};
use crate::http::web::agent::agent_name;
use crate::http::web::chrome::Chrome;
use crate::http::web::event::what;
use crate::http::web::list::{Address, Pager, cursor};
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::SignedIn;

/// "Activity".
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/activity.html")]
pub struct ActivityPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The events, newest first.
    pub rows: Vec<ActivityRow>,
    /// The newest mails that we sent to one's address; on the first page alone.
    pub mails: Vec<MailRow>,
    /// The other pages.
    pub pager: Pager,
}

/// One mail.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
    /// What became of it.
    pub state: MailState,
}

/// One event.
#[derive(Debug, Clone)]
pub struct ActivityRow {
    /// When it happened.
    pub at: Timestamp,
    /// What happened, as a sentence without its full stop: `Token CI deploy created`.
    pub what: String,
    /// Whether it was attempted and refused.
    pub refused: bool,
    /// Who did it, when it was not oneself.
    pub by: Option<String>,
    /// From which address.
    pub address: String,
    /// With what: `Firefox on Linux`.
    pub agent: String,
}

/// `GET /profile/activity`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let own = me.person().id();
    let list = format!("activity/{own}");
    let after = cursor(&request, &app.ctx.keys, &list)?;
    let filter = Filter { account: Some(own), ..Filter::default() };
    let found = audit::list(&app.ctx.db, &filter, after.as_ref(), PageSize::DEFAULT).await?;
    let here = Address::of("/profile/activity");
    let pager = Pager::of(&here, after.as_ref(), found.next.map(|next| next.seal(&app.ctx.keys, &list)));
    let mails = match after {
        None => profile::mails(&app.ctx, me.person()).await?,
        Some(_) => Vec::new(),
    };
    let mails = mails.into_iter().map(|mail| MailRow { subject: mail.subject, at: mail.at, state: mail.state }).collect();
    let rows = found.rows.iter().map(|event| ActivityRow::of(event, own)).collect();
    ActivityPage { chrome: me.chrome(), rows, mails, pager }.ok()
}

impl ActivityRow {
    /// An event that concerns this account.
    pub fn of(event: &Recorded, own: AccountId) -> Self {
        Self {
            at: event.at,
            what: what(event),
            refused: event.refused,
            by: (event.actor != Some(own)).then(|| event.by.clone()),
            address: event.address.clone(),
            agent: agent_name(&event.agent),
        }
    }
}
