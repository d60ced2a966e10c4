//! The page about the API.

use latchkey::http::api::operations;
use latchkey::http::web::docs::DocsPage;

use super::{BASE_URL, Sample, as_member, page, signed_out};

pub fn samples() -> Vec<Sample> {
    let all = operations();
    vec![
        page("docs", &DocsPage::of(signed_out(), BASE_URL.into(), &all)),
        page("docs-signed-in", &DocsPage::of(as_member(), BASE_URL.into(), &all)),
    ]
}
