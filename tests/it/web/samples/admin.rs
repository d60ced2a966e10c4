//! The token policy and the audit log.

use latchkey::base::time::Span;
use latchkey::http::web::admin::audit::{AuditPage, AuditRow};
use latchkey::http::web::admin::policy::PolicyPage;
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::list::Pager;

use super::{HOSTILE, LONG, LONG_AGENT, Sample, ago, as_admin, page};

pub fn samples() -> Vec<Sample> {
    [policy(), audit()].concat()
}

fn policy() -> Vec<Sample> {
    let as_it_came = || PolicyPage {
        chrome: as_admin(),
        problems: Problems::none(),
        allowed: true,
        roles: "*".into(),
        longest_days: "365".into(),
        no_expiry: false,
        changed: None,
        notice: None,
    };
    let saved = PolicyPage { notice: Some("The token policy is saved.".into()), changed: Some(ago(Span::ZERO)), ..as_it_came() };
    let mut problems = Problems::one("roles", "Name one role at least, or write * for everyone.");
    problems.add("longest_days", "Enter a number of days between 1 and 3650, or nothing.");
    problems.add("no_expiry", "Tokens without an expiry outlive every longest life. Empty that field, or untick this one.");
    let wrong = PolicyPage { problems, roles: String::new(), longest_days: "5000".into(), no_expiry: true, ..as_it_came() };
    vec![page("policy", &as_it_came()), page("policy-saved", &saved), page("policy-error", &wrong)]
}

fn audit() -> Vec<Sample> {
    let row = |seq: i64, action: &str, what: &str, agent: &str| AuditRow {
        seq,
        at: ago(Span::minutes((1_300 - seq) * 11)),
        action: action.into(),
        what: what.into(),
        refused: action.ends_with("refused"),
        actor: "anna@example.com".into(),
        address: "203.0.113.7".into(),
        agent: agent.into(),
        request_id: if seq == 1 { String::new() } else { "req_01JD8Z6V3N5X7Q".into() },
    };
    let rows = vec![
        row(1_299, "credential.issued", "Token CI deploy created", "Firefox on Linux"),
        row(1_298, "sign_in.refused", "Sign-in with a wrong password", LONG_AGENT),
        row(1_204, "credential.revoked", &format!("Token {LONG} revoked"), "Firefox on Linux"),
        row(900, "credential.issued", &format!("Token {HOSTILE} created"), HOSTILE),
        row(1, "account.created", "Account ada@example.com created", "latchkey account create"),
    ];
    let choice = |value: &str, label: &str| Choice {
        value: value.into(),
        label: label.into(),
        hint: String::new(),
        chosen: value.is_empty(),
    };
    let log = |account: &str, rows, pager| AuditPage {
        chrome: as_admin(),
        actions: vec![
            choice("", "Everything"),
            choice("credential.issued", "Token created"),
            choice("credential.revoked", "Token revoked"),
        ],
        account: account.into(),
        problem: None,
        rows,
        pager,
    };
    let pager = Pager { first: None, next: Some("/admin/audit?after=Zm9v".into()) };
    let wrong = AuditPage {
        problem: Some("There is no such account. Enter an email address or an id that begins with usr_.".into()),
        ..log(HOSTILE, Vec::new(), Pager::default())
    };
    vec![
        page("audit", &log("", rows, pager)),
        page("audit-empty", &log("nobody@example.com", Vec::new(), Pager::default())),
        page("audit-error", &wrong),
    ]
}
