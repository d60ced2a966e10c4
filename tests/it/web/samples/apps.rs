//! Apps and audiences.

use latchkey::base::time::Span;
use latchkey::http::web::admin::apps::AppRow;
use latchkey::http::web::admin::apps::change::{AppPage, DeleteAppPage, DisableAppPage};
use latchkey::http::web::admin::apps::list::AppsPage;
use latchkey::http::web::admin::apps::new::{AppFields, NewAppPage};
use latchkey::http::web::admin::audiences::{AudienceRow, AudiencesPage, RemoveAudiencePage};
use latchkey::http::web::form::{Choice, Problems};

use super::{HOSTILE, LONG, Sample, ago, as_admin, page};

pub fn samples() -> Vec<Sample> {
    [apps(), app(), audiences()].concat()
}

fn row(name: &str, grants: i64) -> AppRow {
    AppRow {
        id: "app_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a".into(),
        name: name.into(),
        redirect_uris: vec!["https://notes.example.com/back".into()],
        device: true,
        scopes: vec!["documents:read".into(), "documents:write".into()],
        grants,
        created: ago(Span::days(12)),
        disabled: None,
    }
}

fn stopped() -> AppRow {
    AppRow { disabled: Some(ago(Span::hours(2))), scopes: Vec::new(), redirect_uris: Vec::new(), ..row("Television", 0) }
}

fn choices(words: &[(&str, &str)], chosen: &[&str]) -> Vec<Choice> {
    let choice = |(word, sentence): &(&str, &str)| Choice {
        value: (*word).into(),
        label: (*word).into(),
        hint: (*sentence).into(),
        chosen: chosen.contains(word),
    };
    words.iter().map(choice).collect()
}

fn fields(name: &str, redirect_uris: &str) -> AppFields {
    let scopes = [("profile", "See who you are."), ("documents:read", "Read documents."), (&*"s".repeat(100), LONG)];
    AppFields {
        name: name.into(),
        redirect_uris: redirect_uris.into(),
        device: true,
        scopes: choices(&scopes, &["documents:read"]),
        audiences: choices(&[("platform", "The product's own APIs."), ("external-api", "APIs of others.")], &["platform"]),
    }
}

fn apps() -> Vec<Sample> {
    let list = |rows, notice: Option<&str>| AppsPage { chrome: as_admin(), rows, notice: notice.map(Into::into) };
    let long = AppRow { scopes: vec!["s".repeat(100), "documents:read".into()], device: false, ..row(LONG, 1_204_117) };
    vec![
        page("admin-apps-empty", &list(Vec::new(), Some("The app is deleted, with everything that people had allowed it."))),
        page("admin-apps-one", &list(vec![row("Notes", 12)], None)),
        page("admin-apps-many", &list(vec![row("Notes", 12), stopped(), long, row(HOSTILE, 1)], None)),
    ]
}

fn app() -> Vec<Sample> {
    let new = |problems, fields| NewAppPage { chrome: as_admin(), problems, fields };
    let show = |row, problems, fields, notice: Option<&str>| AppPage {
        chrome: as_admin(),
        row,
        problems,
        fields,
        notice: notice.map(Into::into),
    };
    let mut wrong = Problems::one("name", "There is an app with this name. Choose another, or change that one.");
    wrong.add("redirect_uris", format!("“{HOSTILE}” cannot be an address to lead back to."));
    wrong.add("scopes", "There is no such scope.");
    let back = "https://notes.example.com/back\nhttp://127.0.0.1/back";
    let registered = "The app is registered. Give its client id to those who build it.";
    vec![
        page("admin-app-new", &new(Problems::none(), fields("", ""))),
        page("admin-app-new-error", &new(wrong.clone(), fields(LONG, HOSTILE))),
        page("admin-app", &show(row("Notes", 12), Problems::none(), fields("Notes", back), Some(registered))),
        page("admin-app-disabled", &show(stopped(), Problems::none(), fields("Television", ""), None)),
        page("admin-app-long-error", &show(row(LONG, 1), wrong, fields(LONG, HOSTILE), None)),
        page("admin-app-disable", &DisableAppPage { chrome: as_admin(), row: row("Notes", 1) }),
        page("admin-app-delete", &DeleteAppPage { chrome: as_admin(), row: row(LONG, 1_204_117) }),
    ]
}

fn audiences() -> Vec<Sample> {
    let row = |name: &str, sentence: &str, built_in| AudienceRow { name: name.into(), sentence: sentence.into(), built_in };
    let built_in = vec![
        row("platform", "The product's own APIs.", true),
        row("internal-service", "Services that talk to each other.", true),
        row("external-api", "APIs of others that accept these tokens.", true),
    ];
    let many =
        [built_in.clone(), vec![row("https://files.example.com", LONG, false), row(&"a".repeat(200), HOSTILE, false)]].concat();
    let list = |rows, problems, name: &str, sentence: &str| AudiencesPage {
        chrome: as_admin(),
        rows,
        problems,
        name: name.into(),
        sentence: sentence.into(),
        notice: None,
    };
    let mut wrong = Problems::one("name", "There is an audience with this name. Choose another.");
    wrong.add("sentence", "Write a sentence of up to 300 characters that says who that is.");
    let remove = |row| RemoveAudiencePage { chrome: as_admin(), row };
    vec![
        page("admin-audiences", &list(built_in, Problems::none(), "", "")),
        page("admin-audiences-many-error", &list(many, wrong, HOSTILE, LONG)),
        page("admin-audience-remove", &remove(row("https://files.example.com", LONG, false))),
        page("admin-audience-remove-built-in", &remove(row("platform", "The product's own APIs.", true))),
    ]
}
