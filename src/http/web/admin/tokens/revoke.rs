//! `/admin/tokens/revoke`: what breaks, before it breaks, and why.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::row::{GovernedRow, kind};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::text::{BadName, Reason};
use crate::domain::access;
use crate::domain::credentials::governed::{self, BulkError};
use crate::domain::credentials::{Kind, REVOKED_AT_ONCE};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;

/// "Revoke 3 tokens?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/tokens/revoke.html")]
pub struct RevokePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The tokens that can be revoked, by owner and name.
    pub rows: Vec<GovernedRow>,
    /// *Reason*, as it was sent.
    pub reason: String,
}

impl RevokePage {
    /// How many people are told: those whose API tokens end. Nobody is mailed about what a workspace owns.
    pub fn owners(&self) -> usize {
        let of_people = self.rows.iter().filter(|row| row.kind == kind(Kind::Personal));
        let mut owners: Vec<&str> = of_people.map(|row| row.owner_id.as_str()).collect();
        owners.sort_unstable();
        owners.dedup();
        owners.len()
    }
}

/// `POST /admin/tokens/revoke`: without a reason it shows what would break; with one it does it.
///
/// # Errors
/// [`WebError::SeeOther`] when it is done, or there is nothing to do.
pub async fn revoke(app: Data<App>, admin: Governing) -> Answer {
    let ids = ids(admin.form());
    if !admin.form().ticked("reason") {
        return page(&app, &admin, &ids, Problems::none()).await;
    }
    let reason = match Reason::parse(admin.form().text("reason")) {
        Ok(reason) => reason,
        Err(why) => return page(&app, &admin, &ids, Problems::one("reason", advice(why))).await,
    };
    match governed::revoke_as_administrator(&app.ctx, admin.administrator(), &ids, &reason).await {
        Ok(_) => Err(Done::RevokedByUs.on("/admin/tokens")),
        Err(BulkError::TooMany) => page(&app, &admin, &ids, Problems::none()).await,
        Err(BulkError::Unexpected(error)) => Err(error.into()),
    }
}

/// What was ticked; what is no id was ticked by nobody.
fn ids(form: &Posted) -> Vec<CredentialId> {
    let mut ids: Vec<CredentialId> = form.all("ids").into_iter().filter_map(|id| id.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

async fn page(app: &App, admin: &Governing, ids: &[CredentialId], mut problems: Problems) -> Answer {
    if ids.len() > REVOKED_AT_ONCE {
        problems = Problems::one("ids", format!("These are more than {REVOKED_AT_ONCE} tokens. Go back and select fewer."));
    }
    let shown = &ids[..ids.len().min(REVOKED_AT_ONCE)];
    let (policy, now) = (access::policy(&app.ctx.db).await?, app.ctx.now());
    let found = governed::some(&app.ctx, admin.administrator().administrator(), shown).await?;
    let rows: Vec<GovernedRow> = found.iter().map(|it| GovernedRow::of(it, &policy, now)).collect();
    let rows: Vec<GovernedRow> = rows.into_iter().filter(GovernedRow::is_revocable).collect();
    if rows.is_empty() {
        return Err(WebError::see_other(Done::NothingSelected.address("/admin/tokens")));
    }
    let reason = admin.form().text("reason").to_owned();
    let page = RevokePage { chrome: admin.chrome(), rows, reason, problems };
    if page.problems.is_empty() { page.ok() } else { page.unprocessable() }
}

fn advice(why: BadName) -> String {
    match why {
        BadName::Empty => "Say why: the owners read it in their mail.".to_owned(),
        other => other.to_string(),
    }
}
