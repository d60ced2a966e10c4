//! Apps and devices that ask, and what one has allowed.

use latchkey::base::time::Span;
use latchkey::http::web::authorize::{AuthorizePage, ScopeLine, WrongAppPage};
use latchkey::http::web::device::{DeviceCodePage, DevicePage};
use latchkey::http::web::form::Problems;
use latchkey::http::web::profile::apps::{AppsPage, GrantRow, RevokeAppPage};

use super::{HOSTILE, LONG, LONG_AGENT, Sample, ago, as_member, page};

pub fn samples() -> Vec<Sample> {
    [authorize(), device(), grants()].concat()
}

fn scopes() -> Vec<ScopeLine> {
    let line = |name: &str, sentence: &str| ScopeLine { name: name.into(), sentence: sentence.into() };
    vec![line("profile", "See who you are."), line("documents:read", "Read documents."), line(&"s".repeat(100), LONG)]
}

fn authorize() -> Vec<Sample> {
    let ask = |app: &str, scopes, audiences: &[&str], nothing_to_give| AuthorizePage {
        chrome: as_member(),
        app: app.into(),
        scopes,
        nothing_to_give,
        audiences: audiences.iter().map(|word| (*word).to_owned()).collect(),
        back: "notes.example.com".into(),
        action: "/oauth2/authorize?response_type=code&client_id=app_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a".into(),
    };
    vec![
        page("authorize", &ask("Notes", scopes().into_iter().take(2).collect(), &[], false)),
        page("authorize-empty", &ask("Notes", Vec::new(), &[], false)),
        page("authorize-nothing", &ask("Notes", Vec::new(), &[], true)),
        page("authorize-long", &ask(LONG, scopes(), &["platform", "https://files.example.com"], false)),
        page("authorize-hostile", &ask(HOSTILE, scopes(), &["platform"], false)),
        page("authorize-unknown", &WrongAppPage { chrome: as_member(), is_address: false }),
        page("authorize-address", &WrongAppPage { chrome: as_member(), is_address: true }),
    ]
}

fn device() -> Vec<Sample> {
    let code = |problems, code: &str, notice: Option<&str>| DeviceCodePage {
        chrome: as_member(),
        problems,
        code: code.into(),
        notice: notice.map(Into::into),
    };
    let ask = |app: &str, scopes, agent: &str, address: &str| DevicePage {
        chrome: as_member(),
        app: app.into(),
        code: "BCDF-GHJK".into(),
        scopes,
        nothing_to_give: false,
        audiences: Vec::new(),
        address: address.into(),
        agent: agent.into(),
        asked: ago(Span::minutes(1)),
    };
    let none = Problems::one(
        "user_code",
        "No device waits with this code. Check it on the device; a code works for 15 minutes, and once.",
    );
    let allowed = "The device is allowed. It goes on by itself in a few seconds.";
    let long_address = "2001:db8:85a3:8d3:1319:8a2e:370:7348";
    let nothing = DevicePage { nothing_to_give: true, ..ask("Notes", Vec::new(), "curl/8.5.0", "203.0.113.7") };
    vec![
        page("device", &code(Problems::none(), "", None)),
        page("device-done", &code(Problems::none(), "", Some(allowed))),
        page("device-error", &code(none, HOSTILE, None)),
        page("device-ask", &ask("Notes", scopes().into_iter().take(1).collect(), "curl/8.5.0", "203.0.113.7")),
        page("device-ask-long", &ask(LONG, scopes(), LONG_AGENT, long_address)),
        page("device-ask-nothing", &nothing),
    ]
}

fn grants() -> Vec<Sample> {
    let row = |n: i64, app: &str, agent: &str| GrantRow {
        id: format!("ses_{n}"),
        app: app.into(),
        scopes: vec!["profile".into(), "documents:read".into()],
        agent: agent.into(),
        address: "203.0.113.7".into(),
        created: ago(Span::days(n * 9 + 1)),
        last_refresh: ago(Span::minutes(n * 50 + 4)),
        ends: ago(Span::days(-60)),
    };
    let list = |rows, notice: Option<&str>| AppsPage { chrome: as_member(), rows, notice: notice.map(Into::into) };
    let long = GrantRow { scopes: vec!["s".repeat(100)], ..row(2, LONG, LONG_AGENT) };
    let many =
        vec![row(0, "Notes", "Firefox on Linux"), row(1, "Command line", "curl/8.5.0"), long.clone(), row(3, HOSTILE, HOSTILE)];
    let revoked = "The app is signed out. Its tokens are refused from their next request on.";
    vec![
        page("apps-empty", &list(Vec::new(), Some(revoked))),
        page("apps-one", &list(vec![row(0, "Notes", "Firefox on Linux")], None)),
        page("apps-many", &list(many, None)),
        page("app-revoke", &RevokeAppPage { chrome: as_member(), row: row(0, "Notes", "Firefox on Linux") }),
        page("app-revoke-long", &RevokeAppPage { chrome: as_member(), row: long }),
    ]
}
