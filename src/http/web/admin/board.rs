//! `/admin`: what deserves a look, as numbers that lead to their lists.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::domain::credentials::governed::{self, Hygiene, Spike};
use crate::http::web::chrome::Chrome;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "Overview".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/board.html")]
pub struct BoardPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Numbers of credentials.
    pub tokens: Vec<Figure>,
    /// Numbers of the last day.
    pub events: Vec<Figure>,
}

/// A number that leads to its list.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What is counted.
    pub label: &'static str,
    /// How many.
    pub count: i64,
    /// What to do about it, or what it means.
    pub hint: String,
    /// The list.
    pub href: String,
    /// Whether it deserves a look.
    pub mood: Mood,
}

/// What a number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It is as it should be.
    Calm,
    /// Somebody should look at it.
    Look,
}

impl Figure {
    /// Whether somebody should look at it.
    pub fn wants_a_look(&self) -> bool {
        self.mood == Mood::Look
    }
}

/// `GET /admin`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering) -> Answer {
    let numbers = governed::hygiene(&app.ctx, admin.administrator()).await?;
    let from = (app.ctx.now() - crate::base::time::Span::days(1)).iso_day();
    BoardPage { chrome: admin.chrome(), tokens: tokens(&numbers), events: events(&numbers, &from) }.ok()
}

/// The numbers of credentials.
pub fn tokens(numbers: &Hygiene) -> Vec<Figure> {
    let list = |state: &str| if state.is_empty() { "/admin/tokens".to_owned() } else { format!("/admin/tokens?state={state}") };
    let calm = |label, count, hint: &str, href| Figure { label, count, hint: hint.to_owned(), href, mood: Mood::Calm };
    let look = |label, count, hint: &str, href| Figure { mood: mood(count), ..calm(label, count, hint, href) };
    vec![
        calm("Active", numbers.active, "Tokens that work, unless the token policy refuses them.", list("")),
        calm("Ending within 14 days", numbers.expiring, "Their owners are told by mail.", list("expiring")),
        look("Never expire", numbers.never_expire, "Ask whether they need to live for ever.", list("never")),
        look("Unused for 90 days", numbers.unused, "Probably forgotten: revoke what nobody needs.", list("unused")),
        look("Too wide", numbers.too_wide, "They hold the scope admin.", "/admin/tokens?scope=admin".to_owned()),
        look("Owner suspended", numbers.owner_suspended, "Refused as long as the account is.", list("owner-suspended")),
    ]
}

/// The numbers of the last day, and mail.
pub fn events(numbers: &Hygiene, from: &str) -> Vec<Figure> {
    let spike = |label, spike: Spike, href: String| Figure {
        label,
        count: spike.last_day,
        hint: format!("The day before: {}.", crate::http::web::list::grouped(&spike.day_before)),
        href,
        mood: if spike.is_unusual() { Mood::Look } else { Mood::Calm },
    };
    let sign_ins = format!("/admin/audit?action=session.signed_in&outcome=refused&from={from}");
    vec![
        spike("Refused sign-ins in 24 hours", numbers.refused_sign_ins, sign_ins),
        spike("Refused tokens in 24 hours", numbers.refused_uses, "/admin/tokens?state=all&sort=-used".to_owned()),
        Figure {
            label: "Mails that could not be sent",
            count: numbers.mails_given_up,
            hint: "In the last 90 days.".to_owned(),
            href: "/admin/mail?state=given-up".to_owned(),
            mood: mood(numbers.mails_given_up),
        },
    ]
}

fn mood(count: i64) -> Mood {
    if count == 0 { Mood::Calm } else { Mood::Look }
}
