//! The token policy and the audit log.

use latchkey::base::time::{Span, Timestamp};
use latchkey::domain::workspaces::plans::{Entitlements, Feature, PlanRate, PlanTerms};
use latchkey::http::web::admin::audit::{AuditPage, AuditRow};
use latchkey::http::web::admin::plan_form::PlanForm;
use latchkey::http::web::admin::plans::{DeletePlanPage, PlanPage, PlanRow, PlansPage};
use latchkey::http::web::admin::policy::{EffectRow, EffectView, PolicyPage};
use latchkey::http::web::admin::scopes::{DeleteScopePage, ScopePage, ScopeRow, ScopesPage};
use latchkey::http::web::admin::sign_in_policy::{SignInPolicyForm, SignInPolicyPage};
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::list::Pager;

use super::{HOSTILE, LONG, LONG_AGENT, Sample, ago, as_admin, page};

pub fn samples() -> Vec<Sample> {
    [policy(), scopes(), plans(), audit()].concat()
}

fn plans() -> Vec<Sample> {
    let row = |name: &str, rate, workspaces| {
        let includes = match name {
            "free-for-schools" => "",
            "enterprise" => "1000 GB, SDK activation, Enclaves, AI training, AI inference, SSE, Vault",
            _ => "10 GB, SDK activation",
        };
        PlanRow { name: name.into(), rate, includes: includes.into(), workspaces, for_new: name == "free" }
    };
    let list = |rows: Vec<PlanRow>, problems, notice: Option<&str>| {
        let choice =
            |row: &PlanRow| Choice { value: row.name.clone(), label: row.name.clone(), hint: String::new(), chosen: row.for_new };
        let choices = rows.iter().map(choice).collect();
        PlansPage { chrome: as_admin(), rows, choices, problems, notice: notice.map(Into::into) }
    };
    let as_they_come = || vec![row("free", 60, 0), row("starter", 300, 0), row("pro", 1_000, 0), row("enterprise", 5_000, 0)];
    let long = "p".repeat(50);
    let many = [as_they_come(), vec![row(&long, 1_000_000, 1_204_117), row("free-for-schools", 1, 1)]].concat();
    let form = |problems, changed, form| PlanPage { chrome: as_admin(), problems, changed, form };
    let sent = PlanForm { name: HOSTILE.into(), rate: LONG.into(), storage: "-1".into(), ..PlanForm::empty() };
    let rate = PlanRate::per_minute(300).expect("a rate");
    let terms = PlanTerms { rate, entitlements: Entitlements::new(100, [Feature::Sdk, Feature::Vault]).expect("within bounds") };
    let mut wrong = Problems::one("name", "There is a plan with this name. Choose another, or change that one.");
    wrong.add("rate", "Enter a whole number from 1 to 1000000.");
    wrong.add("storage", "Enter a whole number of gigabytes from 0 to 1000000, or nothing.");
    wrong.add("features", "One of these is not known. Tick what is included again.");
    let delete = |obstacle: Option<&str>| DeletePlanPage {
        chrome: as_admin(),
        row: row("starter", 300, 0),
        obstacle: obstacle.map(Into::into),
    };
    let gone = Problems::one("new_plan", "There is no such plan any more. Choose another.");
    vec![
        page("plans", &list(as_they_come(), Problems::none(), None)),
        page("plans-many", &list(many, Problems::none(), Some("The plan is added. Workspaces can be given it from now on."))),
        page("plans-one-error", &list(vec![row("free", 60, 3)], gone, None)),
        page("plan-new", &form(Problems::none(), None, PlanForm::empty())),
        page("plan-new-error", &form(wrong, None, sent)),
        page("plan-change", &form(Problems::none(), Some(row(&long, 300, 12_408)), PlanForm::of(&terms))),
        page("plan-delete", &delete(None)),
        page("plan-delete-held", &delete(Some("3 workspaces have it. Give them another plan first."))),
    ]
}

fn policy() -> Vec<Sample> {
    let as_it_came = || PolicyPage {
        chrome: as_admin(),
        problems: Problems::none(),
        allowed: true,
        roles: "*".into(),
        workspace_roles: "developer, owner".into(),
        require_workspace: false,
        longest_days: "365".into(),
        no_expiry: false,
        require_factor: false,
        idle_days: String::new(),
        changed: None,
        effect: None,
        sign_in: SignInPolicyForm { roles: String::new(), problems: Problems::none() },
        notice: None,
    };
    let saved = PolicyPage { notice: Some("The token policy is saved.".into()), changed: Some(ago(Span::ZERO)), ..as_it_came() };
    let mut problems = Problems::one("roles", "Name one role at least, or write * for everyone.");
    problems.add("longest_days", "Enter a number of days between 1 and 3650, or nothing.");
    problems.add("idle_days", "Enter a number of days from 1 to 3650, or leave it empty.");
    problems.add("no_expiry", "Tokens without an expiry outlive every longest life. Empty that field, or untick this one.");
    let wrong = PolicyPage {
        problems,
        roles: String::new(),
        longest_days: "5000".into(),
        no_expiry: true,
        idle_days: "0".into(),
        ..as_it_came()
    };
    let row = |name: &str, owner: &str, used: Option<Timestamp>| EffectRow {
        name: name.into(),
        prefix: "lk_pat_4fQx".into(),
        owner: owner.into(),
        why: "It lives too long.",
        last_used: used,
    };
    let effect = EffectView {
        summary: "214 tokens of 6 people".into(),
        rows: vec![
            row("CI deploy", "anna@example.com", Some(ago(Span::minutes(3)))),
            row(LONG, &format!("{}@example.com", "x".repeat(60)), None),
            row(HOSTILE, "bob@example.com", Some(ago(Span::days(80)))),
        ],
        more: 211,
        seen: "0a1b".into(),
    };
    let affects = PolicyPage { effect: Some(effect), longest_days: "30".into(), ..as_it_came() };
    let no_role =
        Problems::one("factor_roles", "“ad min,<” is no role: a role has up to 50 letters, digits and the marks - _ . :");
    let sign_in = SignInPolicyPage {
        chrome: as_admin(),
        sign_in: SignInPolicyForm { roles: format!("admin, {HOSTILE}"), problems: no_role },
    };
    vec![
        page("policy", &as_it_came()),
        page("policy-saved", &saved),
        page("policy-effect", &affects),
        page("policy-error", &wrong),
        page("policy-sign-in-error", &sign_in),
    ]
}

fn scopes() -> Vec<Sample> {
    let row = |name: &str, sentence: &str, implies: &[&str], role: Option<&str>, tokens| ScopeRow {
        name: name.into(),
        sentence: sentence.into(),
        implies: implies.iter().map(|word| (*word).to_owned()).collect(),
        role: role.map(Into::into),
        built_in: ["profile", "verify", "admin"].contains(&name),
        tokens,
    };
    let built_in = || {
        vec![
            row("profile", "Read your name, email address and roles.", &[], None, 12),
            row("verify", "Check tokens that other people present to your service.", &[], None, 3),
            row("admin", "Everything an administrator may do through the API.", &["*"], Some("admin"), 1),
        ]
    };
    let long = "documents:archive:of-everything-that-was-ever-written-by-anybody:read-only";
    let mut many = built_in();
    many.push(row("documents:write", "Write documents.", &["documents:read", "documents:list"], None, 214));
    many.push(row(long, &LONG.repeat(2), &["documents:*"], Some("archivist"), 0));
    many.push(row("search", HOSTILE, &[], None, 0));
    let list = |rows, notice: Option<&str>| ScopesPage { chrome: as_admin(), rows, notice: notice.map(Into::into) };
    let form = |problems, changed: Option<&str>, name: &str| ScopePage {
        chrome: as_admin(),
        problems,
        changed: changed.map(Into::into),
        name: name.into(),
        sentence: "Write documents.".into(),
        implies: "documents:read documents:list".into(),
        role: String::new(),
        workspace_role: "developer".into(),
        holders: "people".into(),
    };
    let mut wrong = Problems::one("name", "There is a scope with this name. Choose another, or change that one.");
    wrong.add("implies", "There is no scope documents:list. Add it first, or leave it out.");
    let delete = |obstacle: Option<&str>| DeleteScopePage {
        chrome: as_admin(),
        row: row("documents:write", "Write documents.", &[], None, 0),
        obstacle: obstacle.map(Into::into),
    };
    vec![
        page("scopes", &list(built_in(), None)),
        page("scopes-many", &list(many, Some("The scope is added. People can tick it from now on."))),
        page("scope-new", &form(Problems::none(), None, "documents:write")),
        page("scope-new-error", &form(wrong, None, HOSTILE)),
        page("scope-change", &form(Problems::none(), Some("documents:write"), "documents:write")),
        page("scope-delete", &delete(None)),
        page(
            "scope-delete-held",
            &delete(Some("3 tokens hold it, and would be refused without it. Revoke or narrow them first.")),
        ),
    ]
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
        problems: Problems::none(),
        outcomes: vec![choice("", "Any"), choice("done", "Done"), choice("refused", "Refused")],
        account: account.into(),
        workspace: String::new(),
        actor: String::new(),
        request: String::new(),
        from: String::new(),
        until: String::new(),
        file: "/admin/audit.csv".into(),
        rows,
        pager,
    };
    let pager = Pager { first: None, next: Some("/admin/audit?after=Zm9v".into()) };
    let wrong = AuditPage {
        problems: {
            let mut problems = Problems::one(
                "account",
                "This is neither an email address nor the id of an account. Enter one of them, or nothing.",
            );
            problems.add("from", "Enter a day like 2026-11-28, or nothing.");
            problems
        },
        ..log(HOSTILE, Vec::new(), Pager::default())
    };
    vec![
        page("audit", &log("", rows, pager)),
        page("audit-empty", &log("nobody@example.com", Vec::new(), Pager::default())),
        page("audit-error", &wrong),
    ]
}
