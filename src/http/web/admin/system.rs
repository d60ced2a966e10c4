//! `/admin/system`: what runs here, and how it sees the world.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::audit;
use crate::http::edge::{View, view_of};
use crate::http::web::chrome::Chrome;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "System".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/system.html")]
pub struct SystemPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The version of Latchkey.
    pub version: &'static str,
    /// When this process started.
    pub started: Timestamp,
    /// The address people use.
    pub public_url: String,
    /// The database: `SQLite 3.51.3`.
    pub database: String,
    /// Its size: `12.4 MB`.
    pub size: String,
    /// How many events the audit log has.
    pub events: i64,
    /// The end of the audit log.
    pub head: String,
    /// What tells one master key from another.
    pub fingerprint: String,
    /// Where this request seems to come from.
    pub view: View,
    /// The settings.
    pub settings: Vec<SettingRow>,
}

/// A setting as it holds.
#[derive(Debug, Clone)]
pub struct SettingRow {
    /// Its key.
    pub key: &'static str,
    /// Its value, with secrets masked; nothing when what it is for is off.
    pub value: Option<String>,
    /// Where the value came from.
    pub source: String,
}

/// `GET /admin/system`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let (facts, head) = (app.ctx.db.facts().await?, audit::head(&app.ctx.db).await?);
    let row = |setting: &crate::config::Effective| SettingRow {
        key: setting.key,
        value: setting.value.clone(),
        source: setting.source.to_string(),
    };
    SystemPage {
        chrome: admin.chrome(),
        version: env!("CARGO_PKG_VERSION"),
        started: app.started,
        public_url: app.public_url.to_string(),
        database: facts.name,
        size: size(facts.bytes),
        events: head.seq,
        head: head.to_string(),
        fingerprint: app.ctx.keys.fingerprint(),
        view: view_of(&request),
        settings: app.effective.iter().map(row).collect(),
    }
    .ok()
}

/// A size as people read it, in decimal units.
fn size(bytes: i64) -> String {
    let tenths = |unit: i64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        1_000_000_000.. => format!("{} GB", tenths(1_000_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_units_that_people_know() {
        let said = [0, 999, 1_000, 139_264, 12_450_000, 3_000_000_000].map(size);
        assert_eq!(said, ["0 bytes", "999 bytes", "1.0 kB", "139.2 kB", "12.4 MB", "3.0 GB"]);
    }
}
