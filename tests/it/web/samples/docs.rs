//! The pages about the API and the other doors.

use latchkey::config::{Door, Doors};
use latchkey::http::api::operations;
use latchkey::http::web::docs::DocsPage;
use latchkey::http::web::door_docs::{DoorPage, told};

use super::{BASE_URL, Sample, as_member, page, signed_out};

pub fn samples() -> Vec<Sample> {
    let (all, doors) = (operations(), Doors::of(&Door::ALL));
    let mut pages = vec![
        page("docs", &DocsPage::of(signed_out(), BASE_URL.into(), &all, told(doors).collect())),
        page("docs-signed-in", &DocsPage::of(as_member(), BASE_URL.into(), &all, Vec::new())),
    ];
    pages.extend(told(doors).map(|door| {
        let name: &'static str = match door.name() {
            "oauth" => "docs-oauth",
            "authz" => "docs-authz",
            "qelos" => "docs-qelos",
            "qanatix" => "docs-qanatix",
            _ => "docs-qnsp",
        };
        page(name, &DoorPage::of(signed_out(), door, BASE_URL.into()))
    }));
    pages
}
