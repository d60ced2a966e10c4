//! What belongs to oneself.

use latchkey::base::time::Span;
use latchkey::domain::profile::{Belongings, MailState};
use latchkey::http::web::chrome::{Chrome, WhoView};
use latchkey::http::web::form::{Problems, password_hint};
use latchkey::http::web::list::Pager;
use latchkey::http::web::profile::activity::{ActivityPage, ActivityRow, MailRow};
use latchkey::http::web::profile::address::{AddressPage, AddressSentPage};
use latchkey::http::web::profile::delete::{DeletePage, OwnedWorkspace};
use latchkey::http::web::profile::name::NamePage;
use latchkey::http::web::profile::security::{FactorView, SecurityPage};
use latchkey::http::web::profile::sessions::{SessionRow, SessionsPage};
use latchkey::http::web::profile::{ProfilePage, Verification};

use super::{HOSTILE, LONG, LONG_AGENT, Sample, ago, anna, as_admin, as_member, page};

pub fn samples() -> Vec<Sample> {
    [overview(), own(), security(), sessions(), activity()].concat()
}

fn overview() -> Vec<Sample> {
    let profile = |chrome: Chrome, roles: &[&str], verification| ProfilePage {
        who: chrome.signed_in.clone().expect("samples of a profile are signed in"),
        chrome,
        id: "usr_01JD8Z6V3N5X7Q".into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        created: ago(Span::days(41)),
        verification,
        notice: None,
    };
    let long = Chrome {
        signed_in: Some(WhoView { name: LONG.into(), email: format!("{}@example.com", "a".repeat(64)), is_admin: true }),
        ..as_admin()
    };
    let waiting = Verification::Waiting { mail_folder: Some("/home/anna/latchkey/data/mail".into()) };
    let sent = ProfilePage {
        notice: Some("The mail is on its way.".into()),
        ..profile(as_member(), &[], Verification::Waiting { mail_folder: None })
    };
    vec![
        page("profile", &profile(as_admin(), &["admin"], Verification::Confirmed(ago(Span::days(41))))),
        page("profile-unconfirmed", &profile(as_member(), &[], waiting)),
        page("profile-mail-sent", &sent),
        page("profile-long", &profile(long, &["admin", HOSTILE, LONG], Verification::Confirmed(ago(Span::minutes(2))))),
    ]
}

fn own() -> Vec<Sample> {
    let name = |problems, name: &str| NamePage { chrome: as_member(), problems, name: name.into() };
    let address = |problems, email: &str| AddressPage { chrome: as_member(), who: anna(), problems, email: email.into() };
    let sent = |email: String, folder: Option<&str>| AddressSentPage {
        chrome: as_member(),
        who: anna(),
        email,
        mail_folder: folder.map(Into::into),
    };
    let delete = |problems, tokens, sessions, is_last_administrator| DeletePage {
        chrome: as_member(),
        who: anna(),
        problems,
        belongings: Belongings { tokens, sessions },
        is_last_administrator,
        deleted_workspaces: vec!["Anna Berg".into(), LONG.into()],
        orphaned_workspaces: Vec::new(),
    };
    let owned = |slug: &str, name: &str| OwnedWorkspace { slug: slug.into(), name: name.into() };
    let orphaned = vec![owned("acme", "Acme GmbH"), owned("long", LONG), owned("mallory", HOSTILE)];
    let long_name = Problems::one("name", "This name is too long: 100 characters at most.");
    let same = Problems::one("email", "This is your address already. Enter another one.");
    let other = Problems::one("email", "Enter the email address of your account to delete it.");
    let folder = Some("/home/anna/latchkey/data/mail");
    vec![
        page("profile-name", &name(Problems::none(), "Anna Berg")),
        page("profile-name-error", &name(long_name, LONG)),
        page("profile-address", &address(Problems::none(), "")),
        page("profile-address-error", &address(same, HOSTILE)),
        page("profile-address-sent", &sent("anna@berg.example".into(), None)),
        page("profile-address-sent-long", &sent(format!("{}@example.com", "long".repeat(16)), folder)),
        page("profile-delete", &delete(Problems::none(), 0, 1, false)),
        page("profile-delete-error", &delete(other, 14, 3, false)),
        page("profile-delete-last-owner", &DeletePage { orphaned_workspaces: orphaned, ..delete(Problems::none(), 1, 1, false) }),
        page("profile-delete-last-administrator", &delete(Problems::none(), 1, 1, true)),
    ]
}

fn security() -> Vec<Sample> {
    let none = FactorView { since: None, codes_left: 0, unconfirmed: None };
    let on = |codes_left, unconfirmed| FactorView { since: Some(ago(Span::days(12))), codes_left, unconfirmed };
    let form = |problems, notice: Option<&str>, factor: FactorView| SecurityPage {
        chrome: as_member(),
        who: anna(),
        problems,
        password_hint: password_hint(12),
        factor,
        notice: notice.map(Into::into),
    };
    let mut wrong = Problems::one("current", "This is not your current password.");
    wrong.add("new", "This password is among those that are guessed first. Choose another.");
    vec![
        page("security", &form(Problems::none(), None, none.clone())),
        page(
            "security-changed",
            &form(Problems::none(), Some("Your password is changed. All your other sessions have ended."), on(7, None)),
        ),
        page("security-error", &form(wrong, None, none)),
        page("security-codes-not-stored", &form(Problems::none(), None, on(0, Some(ago(Span::minutes(3)))))),
        page("security-no-codes", &form(Problems::none(), None, on(0, None))),
    ]
}

fn sessions() -> Vec<Sample> {
    let row = |n: i64, agent: &str, address: &str| SessionRow {
        id: format!("ses_{n}"),
        is_this: n == 0,
        what: ["A browser", "A browser", "A program, by password", "The app Notes"][usize::try_from(n).unwrap_or(0)].into(),
        agent: agent.into(),
        address: address.into(),
        created: ago(Span::hours(n * 72 + 2)),
        last_seen: ago(Span::hours(n * 5)),
    };
    let this = row(0, "Firefox on Linux", "203.0.113.7");
    let many = vec![
        this.clone(),
        row(1, "Safari on iPhone", "2001:db8:85a3:8d3:1319:8a2e:370:7348"),
        row(2, LONG_AGENT, "198.51.100.23"),
        row(3, HOSTILE, "192.0.2.44"),
    ];
    let sessions = |rows, notice: Option<&str>| SessionsPage { chrome: as_member(), rows, notice: notice.map(Into::into) };
    vec![page("sessions", &sessions(vec![this], Some("The session is ended."))), page("sessions-many", &sessions(many, None))]
}

fn activity() -> Vec<Sample> {
    let row = |n: i64, what: &str, by: Option<&str>| ActivityRow {
        at: ago(Span::minutes(n * n * 47)),
        what: what.into(),
        refused: what.starts_with("Sign-in"),
        by: by.map(Into::into),
        address: "203.0.113.7".into(),
        agent: "Firefox on Linux".into(),
    };
    let rows = vec![
        row(0, "Token CI deploy created", None),
        row(1, "Sign-in with a wrong password", Some("somebody who was not signed in")),
        row(4, &format!("Token {LONG} revoked"), Some("an administrator")),
        row(9, &format!("Token {HOSTILE} created"), None),
        row(30, "Signed in", None),
        row(31, "Email address confirmed", None),
        row(32, "Account created", None),
    ];
    let pager = Pager { first: Some("/profile/activity".into()), next: Some("/profile/activity?after=Zm9v".into()) };
    let mail = |n: i64, subject: &str, state| MailRow { subject: subject.into(), at: ago(Span::minutes(n * n * 90)), state };
    let mails = vec![
        mail(0, "Token \"CI deploy\" created", MailState::Waiting),
        mail(4, &format!("Token \"{LONG}\" revoked"), MailState::GivenUp),
        mail(32, "Verify your address", MailState::Sent),
    ];
    let activity = |rows: Vec<ActivityRow>, pager| ActivityPage {
        chrome: as_member(),
        mails: if rows.is_empty() { Vec::new() } else { mails.clone() },
        rows,
        pager,
    };
    vec![page("activity-empty", &activity(Vec::new(), Pager::default())), page("activity", &activity(rows, pager))]
}
