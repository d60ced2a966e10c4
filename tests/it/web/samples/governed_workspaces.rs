//! Everybody's workspaces, as administrators see them.

use latchkey::base::time::Span;
use latchkey::http::web::admin::workspaces::GovernedView;
use latchkey::http::web::admin::workspaces::change::SuspendWorkspacePage;
use latchkey::http::web::admin::workspaces::list::GovernedWorkspacesPage;
use latchkey::http::web::admin::workspaces::show::{GovernedMemberRow, GovernedWorkspacePage};
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::list::Pager;

use super::workspaces::words;
use super::{HOSTILE, LONG, Sample, ago, as_admin, page};

pub fn samples() -> Vec<Sample> {
    [list(), show(), suspend()].concat()
}

fn view(name: &str, slug: &str) -> GovernedView {
    GovernedView {
        id: "wsp_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a".into(),
        slug: slug.into(),
        name: name.into(),
        plan: "free".into(),
        personal_of: None,
        members: 12,
        keys: 10_408,
        service_accounts: 3,
        created: ago(Span::days(41)),
        suspended: None,
    }
}

fn acme() -> GovernedView {
    view("Acme GmbH", "acme")
}

fn stopped() -> GovernedView {
    GovernedView { suspended: Some(ago(Span::hours(3))), ..acme() }
}

fn long() -> GovernedView {
    GovernedView { plan: "p".repeat(50), ..view(LONG, &"a".repeat(50)) }
}

fn choices(all: &[&str]) -> Vec<Choice> {
    let choice =
        |word: &&str| Choice { value: (*word).into(), label: (*word).into(), hint: String::new(), chosen: *word == all[0] };
    all.iter().map(choice).collect()
}

fn list() -> Vec<Sample> {
    let of = |rows, pager, search: &str| GovernedWorkspacesPage {
        chrome: as_admin(),
        problems: Problems::none(),
        search: search.into(),
        among: choices(&["all", "shared", "personal", "suspended"]),
        rows,
        pager,
        creators: "*".into(),
        notice: None,
    };
    let own = GovernedView { personal_of: Some("usr_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a".into()), ..view("Anna Berg", "anna-berg") };
    let many = vec![acme(), own, stopped(), long(), view(HOSTILE, "mallory")];
    let pager = Pager { first: None, next: Some("/admin/workspaces?after=Zm9v".into()) };
    let wrong = format!("“{HOSTILE}” is no role: a role has up to 50 letters, digits and the marks - _ . :");
    vec![
        page("admin-workspaces", &of(many, pager, "")),
        page("admin-workspaces-one", &of(vec![acme()], Pager::default(), "")),
        page(
            "admin-workspaces-empty-error",
            &GovernedWorkspacesPage {
                problems: Problems::one("creators", wrong),
                creators: HOSTILE.into(),
                ..of(Vec::new(), Pager::default(), HOSTILE)
            },
        ),
    ]
}

fn show() -> Vec<Sample> {
    let row = |name: &str, email: &str, roles: &[&str]| GovernedMemberRow {
        account: "usr_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a".into(),
        name: name.into(),
        email: email.into(),
        roles: words(roles),
        since: ago(Span::days(41)),
        is_suspended: false,
    };
    let of = |workspace, rows| GovernedWorkspacePage {
        chrome: as_admin(),
        problems: Problems::none(),
        workspace,
        plans: choices(&["free", "starter", "pro", "enterprise"]),
        rows,
        pager: Pager::default(),
        notice: None,
    };
    let long_address = format!("{}@{}.example.com", "a".repeat(64), "department".repeat(5));
    let many = vec![
        row("Anna Berg", "anna@example.com", &["owner"]),
        GovernedMemberRow { is_suspended: true, ..row("", "chen@example.com", &["developer"]) },
        row(LONG, &long_address, &[&"role".repeat(12), HOSTILE]),
    ];
    let notice = Some("The workspace is suspended. Everything of it is refused from its next request on.".into());
    let error = GovernedWorkspacePage { problems: Problems::one("plan", "Choose one of the plans."), ..of(long(), Vec::new()) };
    vec![
        page("admin-workspace", &of(acme(), many)),
        page(
            "admin-workspace-suspended",
            &GovernedWorkspacePage { notice, ..of(stopped(), vec![row("", "a@e.com", &["owner"])]) },
        ),
        page("admin-workspace-empty-error", &error),
    ]
}

fn suspend() -> Vec<Sample> {
    let of = |workspace| SuspendWorkspacePage { chrome: as_admin(), workspace };
    vec![
        page("admin-workspace-suspend", &of(acme())),
        page("admin-workspace-suspend-long", &of(long())),
        page("admin-workspace-restore", &of(stopped())),
    ]
}
