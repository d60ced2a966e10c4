//! Workspaces, as those see them who belong to them.

use latchkey::base::time::Span;
use latchkey::domain::credentials::CredentialsThere;
use latchkey::http::web::form::Problems;
use latchkey::http::web::workspaces::WorkspaceView;
use latchkey::http::web::workspaces::delete::DeleteWorkspacePage;
use latchkey::http::web::workspaces::list::{InvitationRow, WorkspaceRow, WorkspacesPage};
use latchkey::http::web::workspaces::new::NewWorkspacePage;
use latchkey::http::web::workspaces::overview::OverviewPage;
use latchkey::http::web::workspaces::settings::SettingsPage;

use super::{HOSTILE, LONG, Sample, ago, as_admin, as_member, page};

pub fn samples() -> Vec<Sample> {
    [list(), new(), overview(), settings(), delete()].concat()
}

/// A workspace as one of its owners sees it.
pub fn acme() -> WorkspaceView {
    WorkspaceView { slug: "acme".into(), name: "Acme GmbH".into(), manages_members: true, manages_settings: true }
}

pub fn long() -> WorkspaceView {
    WorkspaceView { slug: "a".repeat(50), name: LONG.chars().take(100).collect(), ..acme() }
}

pub fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn list() -> Vec<Sample> {
    let row = |name: &str, slug: &str, roles: &[&str]| WorkspaceRow {
        slug: slug.into(),
        name: name.into(),
        is_own: false,
        is_suspended: false,
        roles: words(roles),
        plan: "free".into(),
    };
    let own = || WorkspaceRow { is_own: true, ..row("Anna Berg", "anna-berg", &["owner"]) };
    let of = |rows: Vec<WorkspaceRow>, refusal: Option<&str>| WorkspacesPage {
        chrome: as_member(),
        invitations: Vec::new(),
        has_own: rows.iter().any(|row| row.is_own),
        rows,
        refusal: refusal.map(Into::into),
        notice: None,
    };
    let many = vec![
        own(),
        row("Acme GmbH", "acme", &["admin", "billing"]),
        WorkspaceRow { is_suspended: true, ..row("Stopped", "stopped", &["viewer"]) },
        row(LONG, &"a".repeat(50), &[&"role".repeat(12), "developer"]),
        row(HOSTILE, "mallory", &["viewer"]),
    ];
    let invitation = |workspace: &str, inviter: &str| InvitationRow {
        id: "inv_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a".into(),
        workspace: workspace.into(),
        inviter: inviter.into(),
        roles: words(&["developer"]),
        expires: ago(Span::days(-5)),
    };
    let invitations =
        vec![invitation("Acme GmbH", "ada@example.com"), invitation(LONG, ""), invitation(HOSTILE, "m@example.com")];
    let forbidden = "Your roles do not let you create workspaces. Ask an administrator of this service.";
    vec![
        page("workspaces", &WorkspacesPage { chrome: as_admin(), ..of(many, None) }),
        page("workspaces-one", &of(vec![own()], None)),
        page("workspaces-invited", &WorkspacesPage { invitations, ..of(vec![own()], None) }),
        page("workspaces-empty", &of(Vec::new(), Some(forbidden))),
    ]
}

fn new() -> Vec<Sample> {
    let form = |problems, name: &str, slug: &str, refusal: Option<&str>| NewWorkspacePage {
        chrome: as_member(),
        problems,
        name: name.into(),
        slug: slug.into(),
        base_url: "http://127.0.0.1:8080/w/".into(),
        refusal: refusal.map(Into::into),
    };
    let mut wrong = Problems::one("name", "This name is too long: 100 characters at most.");
    wrong.add("slug", "Another workspace has this address. Choose another.");
    let most = "You have created as many workspaces as one person may. Delete one that you do not need any more.";
    vec![
        page("workspace-new", &form(Problems::none(), "", "", None)),
        page("workspace-new-error", &form(wrong, LONG, HOSTILE, None)),
        page("workspace-new-refused", &form(Problems::none(), "", "", Some(most))),
    ]
}

fn overview() -> Vec<Sample> {
    let of = |of, roles: &[&str], members| OverviewPage {
        chrome: as_member(),
        of,
        id: "wsp_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a".into(),
        plan: "free".into(),
        is_personal: false,
        created: ago(Span::days(41)),
        roles: words(roles),
        members,
        notice: None,
    };
    let notice = Some("The workspace is created. You own it.".into());
    let viewer = WorkspaceView { manages_members: false, manages_settings: false, ..acme() };
    vec![
        page("workspace", &OverviewPage { notice, ..of(acme(), &["owner"], 12_408) }),
        page("workspace-viewer", &OverviewPage { is_personal: true, ..of(viewer, &["viewer"], 1) }),
        page("workspace-long", &of(long(), &[&"role".repeat(12), HOSTILE], 3)),
    ]
}

fn settings() -> Vec<Sample> {
    let of = |of: WorkspaceView| SettingsPage {
        chrome: as_member(),
        name: of.name.clone(),
        slug: of.slug.clone(),
        of,
        problems: Problems::none(),
        keys_manage: true,
        may_delete: true,
        notice: None,
    };
    let mut problems = Problems::one("name", "Enter a name.");
    problems.add("slug", "Another workspace has this address. Choose another.");
    let wrong = SettingsPage { problems, name: HOSTILE.into(), slug: LONG.into(), keys_manage: false, ..of(acme()) };
    let notice = Some("The workspace is renamed.".into());
    vec![
        page("workspace-settings", &SettingsPage { notice, ..of(acme()) }),
        page("workspace-settings-error", &SettingsPage { may_delete: false, ..wrong }),
        page("workspace-settings-long", &of(long())),
    ]
}

fn delete() -> Vec<Sample> {
    let of = |of, problems, members, [keys, service_accounts, locked_tokens]: [i64; 3]| DeleteWorkspacePage {
        chrome: as_member(),
        of,
        problems,
        is_personal: false,
        members,
        there: CredentialsThere { keys, service_accounts, locked_tokens },
    };
    let wrong = Problems::one("slug", "Enter the address of the workspace to delete it.");
    vec![
        page("workspace-delete", &of(acme(), Problems::none(), 12, [10_408, 3, 7])),
        page("workspace-delete-error", &of(long(), wrong, 1, [1, 1, 1])),
        page("workspace-delete-own", &DeleteWorkspacePage { is_personal: true, ..of(acme(), Problems::none(), 1, [0, 0, 0]) }),
    ]
}
