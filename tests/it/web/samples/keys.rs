//! The keys of a workspace, and how they were used.

use latchkey::base::time::Span;
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::list::{Pager, SortHead, Sorted};
use latchkey::http::web::tokens::chart::UsageChart;
use latchkey::http::web::tokens::created::Story;
use latchkey::http::web::tokens::detail::SecretLife;
use latchkey::http::web::tokens::list::{TokenCounts, TokenHeads, TokenTab};
use latchkey::http::web::tokens::new::{CustomDay, SpanChoice};
use latchkey::http::web::tokens::rotate::{OverlapChoice, OverlapEnd};
use latchkey::http::web::workspaces::keys::KeyRow;
use latchkey::http::web::workspaces::keys::created::{KeyAlreadyPage, KeyCreatedPage};
use latchkey::http::web::workspaces::keys::detail::{KeyChanges, KeyPage};
use latchkey::http::web::workspaces::keys::list::KeysPage;
use latchkey::http::web::workspaces::keys::new::NewKeyPage;
use latchkey::http::web::workspaces::keys::revoke::RevokeKeyPage;
use latchkey::http::web::workspaces::keys::rotate::RotateKeyPage;
use latchkey::http::web::workspaces::usage::{BusyRow, UsagePage};

use super::token::{changes, event, month, secret, use_row};
use super::tokens::{ci_deploy, living, used};
use super::workspaces::{acme, long};
use super::{BASE_URL, HOSTILE, LONG, Sample, ago, as_member, now, page};

pub fn samples() -> Vec<Sample> {
    [list(), new(), created(), detail(), acts(), usage()].concat()
}

fn list() -> Vec<Sample> {
    let head = |label: &'static str| SortHead { label, href: "/w/acme/keys?sort=name".into(), sorted: Sorted::No };
    let of = |rows: Vec<KeyRow>, tab| KeysPage {
        chrome: as_member(),
        of: acme(),
        manages: true,
        tab,
        counts: TokenCounts { active: 12, expired: 3, revoked: 1_001 },
        search: String::new(),
        sorts: vec![Choice { value: "-created".into(), label: "Newest first".into(), hint: String::new(), chosen: true }],
        heads: TokenHeads { name: head("Name"), expires: head("Expires"), last_used: head("Last used") },
        rows,
        pager: Pager { first: None, next: Some("/w/acme/keys?after=x".into()) },
        notice: None,
        base_url: BASE_URL.into(),
    };
    let kinds = [("Secret", "Live"), ("Publishable", "Live"), ("Secret", "Test")];
    let row = |(token, (kind, environment))| KeyRow { token, kind, environment };
    let rows: Vec<KeyRow> = living().into_iter().zip(kinds.into_iter().cycle()).map(row).collect();
    let one = rows.iter().take(1).cloned().collect();
    let empty = || KeysPage { counts: TokenCounts::default(), pager: Pager::default(), ..of(Vec::new(), TokenTab::Active) };
    let found = KeysPage { search: HOSTILE.into(), ..of(Vec::new(), TokenTab::Revoked) };
    let viewer = KeysPage { manages: false, of: long(), ..of(rows.clone(), TokenTab::Active) };
    vec![
        page("keys", &of(rows, TokenTab::Active)),
        page("keys-one", &KeysPage { notice: Some("The key is revoked.".into()), ..of(one, TokenTab::Expired) }),
        page("keys-empty", &empty()),
        page("keys-empty-viewer", &KeysPage { manages: false, ..empty() }),
        page("keys-not-found", &found),
        page("keys-viewer-long", &viewer),
    ]
}

fn new() -> Vec<Sample> {
    let scope =
        |name: &str| Choice { value: name.into(), label: name.into(), hint: "May do that.".into(), chosen: name == "verify" };
    let plain = || NewKeyPage {
        chrome: as_member(),
        of: acme(),
        problems: Problems::none(),
        name: String::new(),
        kind: "secret".into(),
        environment: "live".into(),
        scopes: vec![scope("verify"), scope("keys:manage"), scope("documents:read")],
        public_scopes: "documents:read".into(),
        addresses: String::new(),
        origins: String::new(),
        limit: String::new(),
        spans: vec![SpanChoice { days: 90, label: "90 days", ends: now() + Span::days(90), chosen: true }],
        custom: CustomDay { earliest: "2026-11-23".into(), ..CustomDay::default() },
        no_expiry: Some(false),
        longest_days: None,
        nonce: "0".repeat(32),
    };
    let mut problems = Problems::one("name", "Enter a name.");
    problems.add("kind", "Choose what kind of key it is.");
    problems.add("environment", "Choose which data it is for.");
    problems.add("scopes", "A key of this kind cannot have the scope verify. Leave it out.");
    problems.add("addresses", "Line 1: “10.0.0.0/33” is no address and no network.");
    problems.add("origins", "“shop” is no origin. Write scheme and host, and a port if it is unusual.");
    problems.add("limit", "Enter a number from 1 to 1000000, or leave it empty.");
    let wrong = NewKeyPage {
        problems,
        name: LONG.into(),
        kind: String::new(),
        environment: String::new(),
        addresses: "10.0.0.0/33".into(),
        origins: "shop".into(),
        limit: "-1".into(),
        public_scopes: String::new(),
        of: long(),
        ..plain()
    };
    vec![page("key-new", &plain()), page("key-new-error", &wrong)]
}

fn created() -> Vec<Sample> {
    let of = |story, kind| KeyCreatedPage {
        chrome: as_member(),
        of: acme(),
        story,
        id: "key_9".into(),
        name: "Build".into(),
        kind,
        environment: "Live",
        secret: "lk_sec_live_7Kq2VmT0bXcR4nZsY8dLwE1uHgJ5pQoAfKi6tBvC3xSyMx9Qz",
        shown: "lk_sec_live_7Kq2…x9Qz".into(),
        scopes: vec!["verify".into()],
        allowed_from: vec!["203.0.113.0/24".into()],
        origins: Vec::new(),
        expires: Some(now() + Span::days(90)),
        base_url: BASE_URL.into(),
    };
    let rotated = Story::Rotated { old: "lk_sec_live_1Ab2…y8Pw".into(), until: Some(now() + Span::hours(1)) };
    let public = KeyCreatedPage {
        name: LONG.into(),
        scopes: Vec::new(),
        allowed_from: Vec::new(),
        origins: vec!["https://shop.example.com".into(), "https://blog.example.com".into()],
        expires: None,
        of: long(),
        ..of(Story::Created, "Publishable")
    };
    let again = KeyAlreadyPage {
        chrome: as_member(),
        of: acme(),
        word: "created",
        name: "Build".into(),
        id: "key_9".into(),
        shown: "lk_sec_live_7Kq2…x9Qz".into(),
        at: ago(Span::minutes(4)),
    };
    vec![
        page("key-created", &of(Story::Created, "Secret")),
        page("key-rotated", &of(rotated, "Secret")),
        page("key-created-publishable", &public),
        page("key-already-created", &again),
    ]
}

fn detail() -> Vec<Sample> {
    let token = ci_deploy();
    let of = || KeyPage {
        chrome: as_member(),
        of: acme(),
        problems: Problems::none(),
        notice: None,
        kind: "Secret",
        environment: "Live",
        allowed_from: vec!["203.0.113.0/24".into()],
        origins: None,
        limit: Some(30),
        made_by: "anna@example.com".into(),
        paused_since: None,
        leaked: None,
        secrets: vec![secret(
            "lk_sec_live_7Kq2…x9Qz",
            SecretLife::Current,
            used(ago(Span::minutes(3)), "203.0.113.7", "curl/8.5.0"),
        )],
        chart: month(),
        uses: vec![use_row(3, "203.0.113.7", "curl/8.5.0", 12, None)],
        refused: vec![use_row(90, "198.51.100.23", "python-requests/2.32", 1, Some("A scope was missing."))],
        events: vec![event(3, "API key created", Some("anna@example.com"))],
        changes: Some(KeyChanges { common: changes(&ci_deploy()), origins: None, limit: "30".into() }),
        token: token.clone(),
    };
    let until = SecretLife::Until(now() + Span::hours(2));
    let overlap = KeyPage {
        secrets: vec![secret("lk_sec_live_7Kq2…x9Qz", SecretLife::Current, None), secret("lk_sec_live_1Ab2…y8Pw", until, None)],
        paused_since: Some(ago(Span::days(1))),
        ..of()
    };
    let public = KeyPage {
        kind: "Publishable",
        environment: "Test",
        origins: Some(vec!["https://shop.example.com".into()]),
        limit: None,
        problems: Problems::one("origins", "“shop” is no origin. Write scheme and host."),
        changes: Some(KeyChanges { common: changes(&ci_deploy()), origins: Some("shop".into()), limit: String::new() }),
        of: long(),
        ..of()
    };
    let viewer = KeyPage {
        changes: None,
        leaked: Some(ago(Span::days(1))),
        chart: UsageChart::of([]),
        uses: Vec::new(),
        refused: Vec::new(),
        events: Vec::new(),
        ..of()
    };
    vec![page("key", &of()), page("key-overlap", &overlap), page("key-publishable-error", &public), page("key-viewer", &viewer)]
}

fn acts() -> Vec<Sample> {
    let ends = vec![
        OverlapChoice { value: "now", label: "Now", end: None, chosen: true },
        OverlapChoice { value: "1h", label: "In 1 hour", end: Some(OverlapEnd::At(now() + Span::hours(1))), chosen: false },
    ];
    let rotate = RotateKeyPage {
        chrome: as_member(),
        of: acme(),
        problems: Problems::one("overlap", "Choose when the old secret ends."),
        token: ci_deploy(),
        ends,
        nonce: "0".repeat(32),
    };
    let revoke = RevokeKeyPage { chrome: as_member(), of: acme(), token: ci_deploy() };
    vec![page("key-rotate", &rotate), page("key-revoke", &revoke)]
}

fn usage() -> Vec<Sample> {
    let row = |name: &str, kind, href: Option<&str>| BusyRow {
        name: name.into(),
        kind,
        href: href.map(Into::into),
        allowed: 12_408,
        refused: 7,
    };
    let of = |chart, busiest| UsagePage { chrome: as_member(), of: acme(), chart, busiest, plan: "free".into(), limit: Some(60) };
    let many = vec![row("Build", "Secret key", Some("/w/acme/keys/key_9")), row(LONG, "Service account", None)];
    vec![
        page("workspace-usage", &of(month(), many)),
        page("workspace-usage-empty", &UsagePage { limit: None, ..of(UsageChart::of([]), Vec::new()) }),
    ]
}
