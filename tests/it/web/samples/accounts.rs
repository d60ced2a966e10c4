//! Everybody's accounts, as administrators see them.

use latchkey::base::time::{Span, Timestamp};
use latchkey::domain::accounts::people::{Order, State};
use latchkey::http::web::admin::accounts::AccountView;
use latchkey::http::web::admin::accounts::change::SuspendPage;
use latchkey::http::web::admin::accounts::links::{CancelPage, InvitationLinkPage};
use latchkey::http::web::admin::accounts::list::{AccountHeads, AccountRow, AccountTab, AccountsPage};
use latchkey::http::web::admin::accounts::new::NewAccountPage;
use latchkey::http::web::admin::accounts::show::{AccountFacts, AccountPage};
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::list::{Pager, SortHead, Sorted};
use latchkey::http::web::profile::activity::ActivityRow;
use latchkey::http::web::profile::sessions::SessionRow;
use latchkey::http::web::tokens::list::TokenCounts;

use super::{HOSTILE, LONG, LONG_AGENT, Sample, ago, as_admin, page};

const ID: &str = "usr_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a";

pub fn samples() -> Vec<Sample> {
    [list(), new(), show(), suspend(), links()].concat()
}

fn view(name: &str, email: &str, state: State) -> AccountView {
    AccountView { id: ID.into(), name: name.into(), email: email.into(), state }
}

fn anna(state: State) -> AccountView {
    view("Anna Berg", "anna@example.com", state)
}

fn list() -> Vec<Sample> {
    let row = |days: i64, account, roles: &[&str]| AccountRow {
        account,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        created: ago(Span::days(days)),
    };
    let long_address = format!("{}@{}.example.com", "a".repeat(64), "department".repeat(5));
    let ada = || row(400, view("Ada Quist", "ada@example.com", State::Active), &["admin", "user"]);
    let many = vec![
        row(0, view("", "newcomer@example.com", State::Unconfirmed), &["user"]),
        row(1, view("Chen Wei", "chen@example.com", State::Invited), &["user", "ops:deploy"]),
        row(9, anna(State::Active), &["user"]),
        row(41, view(LONG, &long_address, State::Suspended), &[&"role".repeat(12), "user"]),
        row(60, view(HOSTILE, "mallory@example.com", State::Active), &[]),
        ada(),
    ];
    let numbers = [12_408, 12_390, 3, 11, 4, 2];
    let pager = Pager { first: None, next: Some("/admin/accounts?after=Zm9v".into()) };
    let one = accounts_page("", [1, 1, 0, 0, 0, 1], vec![ada()], Pager::default());
    let none = AccountsPage { among: "suspended", ..accounts_page(HOSTILE, numbers, Vec::new(), Pager::default()) };
    vec![page("accounts", &accounts_page("", numbers, many, pager)), page("accounts-one", &one), page("accounts-empty", &none)]
}

fn accounts_page(search: &str, numbers: [i64; 6], rows: Vec<AccountRow>, pager: Pager) -> AccountsPage {
    let labels = ["Everybody", "Active", "Invited", "Unconfirmed", "Suspended", "Administrators"];
    let tab = |(label, count): (&'static str, i64)| AccountTab {
        label,
        href: format!("/admin/accounts?state={}", label.to_lowercase()),
        count,
        chosen: label == if rows.is_empty() { "Suspended" } else { "Everybody" },
    };
    let head = |label, sorted| SortHead { label, href: "/admin/accounts?sort=name".into(), sorted };
    let order = |order: &Order| Choice {
        value: order.as_str().into(),
        label: order.as_str().into(),
        hint: String::new(),
        chosen: *order == Order::Newest,
    };
    AccountsPage {
        chrome: as_admin(),
        tabs: labels.into_iter().zip(numbers).map(tab).collect(),
        among: "",
        search: search.into(),
        orders: Order::ALL.iter().map(order).collect(),
        heads: AccountHeads {
            name: head("Name", Sorted::No),
            email: head("Email", Sorted::No),
            created: head("Created", Sorted::Down),
        },
        rows,
        pager,
        notice: None,
    }
}

fn facts(roles: &[&str], confirmed: Option<Timestamp>) -> AccountFacts {
    AccountFacts {
        confirmed,
        created: ago(Span::days(41)),
        invited: None,
        invited_by: String::new(),
        suspended: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        second_factor: None,
    }
}

fn account_page(account: AccountView, facts: AccountFacts) -> AccountPage {
    AccountPage {
        chrome: as_admin(),
        problems: Problems::none(),
        account,
        is_own: false,
        roles: facts.roles.join(", "),
        facts,
        sessions: Vec::new(),
        tokens: TokenCounts::default(),
        events: Vec::new(),
        mail_folder: None,
        notice: None,
    }
}

fn session(n: i64, agent: &str) -> SessionRow {
    SessionRow {
        id: format!("ses_{n}"),
        is_this: false,
        what: "A browser".into(),
        agent: agent.into(),
        address: "203.0.113.7".into(),
        created: ago(Span::hours(n * 50 + 3)),
        last_seen: ago(Span::minutes(n * 90 + 4)),
    }
}

fn event(n: i64, what: &str, by: Option<&str>) -> ActivityRow {
    ActivityRow {
        at: ago(Span::minutes(n * n * 47)),
        what: what.into(),
        refused: what.ends_with("password"),
        by: by.map(Into::into),
        address: "203.0.113.7".into(),
        agent: "Firefox on Linux".into(),
    }
}

fn long() -> AccountPage {
    let long_address = format!("{}@{}.example.com", "a".repeat(64), "department".repeat(5));
    AccountPage {
        mail_folder: Some(format!("/srv/{}/mail", "folder".repeat(20))),
        sessions: vec![session(2, LONG_AGENT), session(9, HOSTILE)],
        events: vec![event(2, &format!("API token created: {HOSTILE}"), Some(LONG))],
        roles: HOSTILE.into(),
        ..account_page(view(LONG, &long_address, State::Unconfirmed), facts(&[&"role".repeat(12), "user"], None))
    }
}

fn show() -> Vec<Sample> {
    let confirmed = Some(ago(Span::days(41)));
    let active = AccountPage {
        facts: AccountFacts { second_factor: Some(ago(Span::days(3))), ..facts(&["user"], confirmed) },
        sessions: vec![session(0, "Firefox on Linux"), session(1, "Safari on iPhone")],
        tokens: TokenCounts { active: 3, expired: 1, revoked: 12 },
        events: vec![
            event(0, "Account viewed", Some("ada@example.com")),
            event(1, "Sign-in with a wrong password", Some("somebody not signed in")),
            event(4, "API token created: CI deploy", None),
            event(30, "Signed in", None),
        ],
        ..account_page(anna(State::Active), facts(&["user"], confirmed))
    };
    let invited = AccountPage {
        facts: AccountFacts {
            invited: Some(ago(Span::hours(20))),
            invited_by: "ada@example.com".into(),
            ..facts(&["user", "ops:deploy"], None)
        },
        ..account_page(view("Chen Wei", "chen@example.com", State::Invited), facts(&["user", "ops:deploy"], None))
    };
    let handed_over = AccountPage {
        mail_folder: Some("/home/anna/latchkey/data/mail".into()),
        notice: Some("The invitation is made. Show its link below and hand it over; it works for 72 hours.".into()),
        ..account_page(view("Chen Wei", "chen@example.com", State::Invited), facts(&["user"], None))
    };
    let suspended = AccountPage {
        facts: AccountFacts { suspended: Some(ago(Span::ZERO)), ..facts(&["user"], confirmed) },
        tokens: TokenCounts { active: 3, expired: 1, revoked: 12 },
        notice: Some("The account is suspended. Everything of it is refused from its next request on.".into()),
        ..account_page(anna(State::Suspended), facts(&["user"], confirmed))
    };
    let own = AccountPage {
        is_own: true,
        sessions: vec![SessionRow { is_this: true, ..session(0, "Firefox on Linux") }],
        problems: Problems::one(
            "roles",
            "This is the last administrator who can sign in. Make somebody else an administrator first, then try again.",
        ),
        ..account_page(view("Ada Quist", "ada@example.com", State::Active), facts(&["admin", "user"], confirmed))
    };
    vec![
        page("account", &active),
        page("account-invited", &invited),
        page("account-invited-folder", &handed_over),
        page("account-suspended", &suspended),
        page("account-own-error", &own),
        page("account-long", &long()),
    ]
}

fn suspend() -> Vec<Sample> {
    let ask =
        |account, sessions, tokens| SuspendPage { chrome: as_admin(), account, is_own: false, sessions, tokens, problem: None };
    let own = SuspendPage {
        is_own: true,
        problem: Some(
            "This is the last administrator who can sign in. Make somebody else an administrator first, then try again.",
        ),
        ..ask(view("Ada Quist", "ada@example.com", State::Active), 1, 1)
    };
    vec![
        page("account-suspend", &ask(anna(State::Active), 2, 3)),
        page("account-suspend-empty", &ask(view("", "chen@example.com", State::Invited), 0, 0)),
        page("account-suspend-error", &own),
        page("account-suspend-long", &ask(view(LONG, HOSTILE, State::Active), 12, 1_204)),
        page("account-restore", &ask(anna(State::Suspended), 0, 3)),
    ]
}

fn new() -> Vec<Sample> {
    let form = |problems, email: &str, name: &str, roles: &str, goes_by_mail| NewAccountPage {
        chrome: as_admin(),
        problems,
        email: email.into(),
        name: name.into(),
        roles: roles.into(),
        goes_by_mail,
    };
    let mut wrong = Problems::one("email", "Enter an email address in the form name@example.com.");
    wrong.add("name", "This name is too long: 100 characters at most.");
    wrong.add("roles", format!("“{HOSTILE}” is no role: a role has up to 50 letters, digits and the marks - _ . :"));
    vec![
        page("account-new", &form(Problems::none(), "", "", "user", true)),
        page("account-new-folder", &form(Problems::none(), "", "", "user", false)),
        page("account-new-error", &form(wrong, HOSTILE, LONG, HOSTILE, true)),
    ]
}

fn links() -> Vec<Sample> {
    let invited = || view("Chen Wei", "chen@example.com", State::Invited);
    let link = |account, url| InvitationLinkPage { chrome: as_admin(), account, url, expires: ago(Span::hours(-72)) };
    let url = "http://127.0.0.1:8080/invite/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    vec![
        page("account-link", &link(invited(), url)),
        page("account-link-long", &link(view(LONG, HOSTILE, State::Invited), url)),
        page("account-cancel", &CancelPage { chrome: as_admin(), account: invited() }),
        page("account-cancel-long", &CancelPage { chrome: as_admin(), account: view(LONG, HOSTILE, State::Invited) }),
    ]
}
