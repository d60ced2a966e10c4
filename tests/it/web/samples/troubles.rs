//! What went wrong.

use latchkey::http::web::error::{ErrorPage, Trouble};

use super::{Sample, as_member, page, signed_out};

pub fn samples() -> Vec<Sample> {
    let troubles = [
        ("not-found", Trouble::NotFound),
        ("forbidden", Trouble::Forbidden),
        ("not-your-role", Trouble::NotYourRole),
        ("workspace-suspended", Trouble::WorkspaceSuspended),
        ("unconfirmed", Trouble::Unconfirmed),
        ("cross-site", Trouble::CrossSite),
        ("stale-form", Trouble::StaleForm),
        ("unreadable", Trouble::Unreadable),
        ("wrong-method", Trouble::WrongMethod),
        ("too-large", Trouble::TooLarge),
        ("too-many", Trouble::TooMany { wait: "2 minutes".into() }),
        ("shut", Trouble::Shut),
        ("broken", Trouble::Broken { request_id: "req_01JD8Z6V3N5X7QABCDEFGHJKMN".into() }),
        ("unavailable", Trouble::Unavailable { wait: "5 seconds".into() }),
    ];
    let sample = |(name, trouble): (&str, Trouble)| {
        let chrome = if trouble.status() < 500 { as_member() } else { signed_out() };
        page(&format!("error-{name}"), &ErrorPage { chrome, trouble })
    };
    troubles.into_iter().map(sample).collect()
}
