//! Who belongs to a workspace, and who is invited to it.

use latchkey::base::time::Span;
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::list::Pager;
use latchkey::http::web::workspaces::MemberView;
use latchkey::http::web::workspaces::WorkspaceView;
use latchkey::http::web::workspaces::invites::{InvitesPage, WaitingRow};
use latchkey::http::web::workspaces::join::{JoinPage, JoinWay};
use latchkey::http::web::workspaces::members::change::ChangeMemberPage;
use latchkey::http::web::workspaces::members::end::{LeavePage, RemoveMemberPage};
use latchkey::http::web::workspaces::members::list::MembersPage;
use latchkey::http::web::workspaces::roles::RolesForm;

use super::workspaces::{acme, long, words};
use super::{HOSTILE, LONG, Sample, ago, as_member, page, signed_out};

pub fn samples() -> Vec<Sample> {
    [list(), change(), end(), invites(), join()].concat()
}

fn member(name: &str, email: &str, roles: &[&str]) -> MemberView {
    MemberView {
        id: "mem_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a".into(),
        name: name.into(),
        email: email.into(),
        roles: words(roles),
        since: ago(Span::days(41)),
        is_suspended: false,
        is_me: false,
    }
}

fn anna() -> MemberView {
    MemberView { is_me: true, ..member("Anna Berg", "anna@example.com", &["owner"]) }
}

fn stranger() -> MemberView {
    member(LONG, &format!("{}@{}.example.com", "a".repeat(64), "department".repeat(5)), &[&"role".repeat(12), HOSTILE])
}

fn list() -> Vec<Sample> {
    let of = |of, rows, next: Option<&str>| MembersPage {
        chrome: as_member(),
        of,
        rows,
        pager: Pager { first: None, next: next.map(Into::into) },
        notice: None,
    };
    let many = vec![
        anna(),
        member("", "chen@example.com", &["developer", "support"]),
        MemberView { is_suspended: true, ..member("Dora", "dora@example.com", &["admin"]) },
        stranger(),
    ];
    let viewer = WorkspaceView { manages_members: false, manages_settings: false, ..acme() };
    let notice = Some("The roles are saved. They bind from the next request on.".into());
    vec![
        page("members", &MembersPage { notice, ..of(acme(), many.clone(), Some("/w/acme/members?after=Zm9v")) }),
        page("members-one", &of(long(), vec![anna()], None)),
        page("members-viewer", &of(viewer, many, None)),
    ]
}

fn form(others: &str) -> RolesForm {
    let choice = |(value, label, hint): (&str, &str, &str)| Choice {
        value: value.into(),
        label: label.into(),
        hint: hint.into(),
        chosen: value == "developer",
    };
    let all = [
        ("owner", "Owner", "Decides who owns the workspace, and can delete it."),
        ("admin", "Admin", "Invites and removes members and changes settings, too."),
        ("developer", "Developer", "Creates, rotates and revokes keys and service accounts, too."),
        ("viewer", "Viewer", "Sees members, keys and usage."),
    ];
    RolesForm { choices: all.into_iter().map(choice).collect(), others: others.into() }
}

fn change() -> Vec<Sample> {
    let of = |member, problems, form| ChangeMemberPage { chrome: as_member(), of: acme(), member, problems, form };
    let mut wrong = Problems::one("role", "Only an owner of the workspace makes, changes and removes owners. Ask one of them.");
    wrong.add("others", format!("“{HOSTILE}” is no role: a role has up to 50 letters, digits and the marks - _ . :"));
    vec![
        page("member", &of(member("", "chen@example.com", &["developer"]), Problems::none(), form("support, billing"))),
        page("member-error", &of(stranger(), wrong, form(HOSTILE))),
    ]
}

fn end() -> Vec<Sample> {
    const LAST: &str = "This is the last owner who can sign in. Make somebody else an owner first, then try again.";
    let remove = |member, problem| RemoveMemberPage { chrome: as_member(), of: acme(), member, problem };
    let leave = |of, problem| LeavePage { chrome: as_member(), of, problem };
    vec![
        page("member-remove", &remove(member("", "chen@example.com", &["developer"]), None)),
        page("member-remove-error", &remove(anna(), Some(LAST))),
        page("member-remove-long", &remove(stranger(), None)),
        page("workspace-leave", &leave(acme(), None)),
        page("workspace-leave-error", &leave(long(), Some(LAST))),
    ]
}

fn invites() -> Vec<Sample> {
    let row = |email: &str, days: i64, inviter: &str| WaitingRow {
        id: "inv_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a".into(),
        email: email.into(),
        roles: words(&["developer"]),
        inviter: inviter.into(),
        sent: ago(Span::days(days)),
        expires: ago(Span::days(days - 7)),
        is_over: days > 7,
    };
    let of = |rows, problems, email: &str, others: &str| InvitesPage {
        chrome: as_member(),
        of: acme(),
        problems,
        email: email.into(),
        form: form(others),
        rows,
        mail_folder: None,
        notice: None,
    };
    let many =
        vec![row("chen@example.com", 1, "anna@example.com"), row(&stranger().email, 9, &stranger().email), row("d@e.com", 2, "")];
    let sent = InvitesPage {
        notice: Some("The invitation is on its way. Its link works for 7 days.".into()),
        mail_folder: Some("/home/anna/latchkey/data/mail".into()),
        ..of(vec![row("chen@example.com", 0, "anna@example.com")], Problems::none(), "", "")
    };
    let mut wrong = Problems::one("email", "Enter an email address in the form name@example.com.");
    wrong.add("role", "Choose a role.");
    wrong.add("others", "“owner” is one of the roles above. Choose it there, or leave it out.");
    vec![
        page("invites", &of(many, Problems::none(), "", "")),
        page("invites-sent", &sent),
        page("invites-empty-error", &of(Vec::new(), wrong, HOSTILE, LONG)),
    ]
}

fn join() -> Vec<Sample> {
    let of = |chrome, way, problems| JoinPage {
        chrome,
        problems,
        link: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG".into(),
        workspace: "Acme GmbH".into(),
        inviter: "ada@example.com".into(),
        roles: words(&["developer"]),
        expires: ago(Span::days(-7)),
        way,
        name: String::new(),
        password_hint: "At least 12 characters. A few unrelated words make a good one.".into(),
    };
    let email = || "chen@example.com".to_owned();
    let switch = JoinWay::SwitchFrom { own: "anna@example.com".into(), invited: "c…@example.com".into() };
    let mut wrong = Problems::one("name", "This name is too long: 100 characters at most.");
    wrong.add("password", "This password is too short: use 12 characters or more.");
    let long = JoinPage {
        workspace: LONG.into(),
        inviter: stranger().email,
        roles: words(&["owner", HOSTILE]),
        name: HOSTILE.into(),
        ..of(signed_out(), JoinWay::SetUp { email: stranger().email }, wrong)
    };
    vec![
        page("join", &of(as_member(), JoinWay::Answer, Problems::none())),
        page("join-unconfirmed", &of(as_member(), JoinWay::Confirm, Problems::none())),
        page("join-other", &of(as_member(), switch, Problems::none())),
        page("join-sign-in", &of(signed_out(), JoinWay::SignIn { email: email() }, Problems::none())),
        page("join-new", &of(signed_out(), JoinWay::SetUp { email: email() }, Problems::none())),
        page("join-new-error", &long),
    ]
}
