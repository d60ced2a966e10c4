//! API tokens.

use latchkey::base::time::{Span, Timestamp};
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::list::{Pager, SortHead, Sorted};
use latchkey::http::web::tokens::created::{AlreadyCreatedPage, Story, TokenCreatedPage};
use latchkey::http::web::tokens::list::{
    Care, Creating, GlanceCard, LastUse, OldSecret, TokenCounts, TokenHeads, TokenRow, TokenStatus, TokenTab, TokensPage,
};
use latchkey::http::web::tokens::new::{CustomDay, NewTokenPage, Preset, SpanChoice};

use super::{BASE_URL, HOSTILE, LONG, LONG_AGENT, Sample, ago, as_admin, as_member, now, page};

pub fn samples() -> Vec<Sample> {
    [list(), nothing_to_list(), new(), created()].concat()
}

pub fn row(name: &str, scopes: &[&str], expires: Option<Timestamp>, last_used: Option<LastUse>, status: TokenStatus) -> TokenRow {
    TokenRow {
        id: format!("tok_{}", name.len()),
        name: name.into(),
        shown: "lk_pat_7Kq2…x9Qz".into(),
        workspace: (name == "My laptop").then(|| "Acme Inc.".into()),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        created: ago(Span::days(62)),
        expires,
        uses: last_used.as_ref().map_or(0, |_| 12_408),
        last_used,
        status,
        old_secret: None,
    }
}

pub fn used(at: Timestamp, address: &str, agent: &str) -> Option<LastUse> {
    Some(LastUse { at, address: address.into(), agent: agent.into() })
}

pub fn ci_deploy() -> TokenRow {
    let last = used(ago(Span::minutes(3)), "203.0.113.7", "curl/8.5.0");
    row("CI deploy", &["read", "write"], Some(now() + Span::days(28)), last, TokenStatus::Active)
}

pub fn living() -> Vec<TokenRow> {
    let phone = used(ago(Span::days(2)), "2001:db8:85a3:8d3:1319:8a2e:370:7348", LONG_AGENT);
    let rotated = TokenRow { old_secret: Some(old_secret()), ..ci_deploy() };
    let paused = row("Staging", &["read"], Some(now() + Span::days(80)), None, TokenStatus::Paused);
    vec![
        rotated,
        row(
            "My laptop",
            &["read"],
            Some(now() + Span::days(6)),
            used(ago(Span::hours(5)), "198.51.100.23", "python-requests/2.32"),
            TokenStatus::EndsSoon,
        ),
        paused,
        row("Never used", &[], None, None, TokenStatus::Active),
        row(
            LONG,
            &["read", "write", "admin", "a:scope:with:a:rather:long:name"],
            Some(now() + Span::days(300)),
            phone,
            TokenStatus::Active,
        ),
        row(HOSTILE, &[HOSTILE], Some(now() + Span::days(90)), used(now(), "192.0.2.44", HOSTILE), TokenStatus::Active),
    ]
}

pub fn old_secret() -> OldSecret {
    OldSecret {
        shown: "lk_pat_Vb3d…r7Tn".into(),
        until: now() + Span::hours(21),
        last_used: used(ago(Span::minutes(3)), "203.0.113.9", "curl/8.5.0"),
    }
}

fn card(label: &'static str, hint: &'static str, count: i64, care: Care) -> GlanceCard {
    GlanceCard { label, hint, count, href: "/profile/tokens".into(), chosen: label == "Active", care }
}

fn tokens(tab: TokenTab, rows: Vec<TokenRow>) -> TokensPage {
    let head = |label, order: &str, sorted| SortHead { label, href: format!("/profile/tokens?sort={order}"), sorted };
    let sort = |value: &str, label: &str| Choice {
        value: value.into(),
        label: label.into(),
        hint: String::new(),
        chosen: value == "-created",
    };
    TokensPage {
        chrome: as_member(),
        tab,
        cards: vec![
            card("Active", "good, or paused", 6, Care::None),
            card("Expiring", "within 14 days", 1, Care::FewerIsBetter),
            card("Unused", "for 90 days", 0, Care::FewerIsBetter),
            card("Never expire", "unless somebody revokes them", 1, Care::FewerIsBetter),
        ],
        only: "",
        counts: TokenCounts { active: 6, expired: 1, revoked: 1_204 },
        search: String::new(),
        sorts: vec![
            sort("-created", "Newest first"),
            sort("name", "Name"),
            sort("expires", "Ending first"),
            sort("-used", "Used last"),
        ],
        heads: TokenHeads {
            name: head("Name", "name", Sorted::Down),
            expires: head("Expires", "expires", Sorted::No),
            last_used: head("Last used", "-used", Sorted::No),
        },
        rows,
        pager: Pager::default(),
        creating: Creating::Open,
        notice: None,
        base_url: BASE_URL.into(),
    }
}

fn list() -> Vec<Sample> {
    let revoked = |by: &str| TokenStatus::Revoked { at: ago(Span::days(3)), by: by.into() };
    let ended = vec![
        row("Old laptop", &["read"], Some(now() + Span::days(20)), None, revoked("you")),
        row(
            "Agency",
            &["read", "write"],
            None,
            used(ago(Span::days(4)), "198.51.100.23", "curl/8.5.0"),
            revoked("an administrator"),
        ),
    ];
    let expired = vec![row("Trial", &["read"], Some(ago(Span::days(9))), None, TokenStatus::Expired)];
    let many = TokensPage {
        chrome: as_admin(),
        pager: Pager { first: Some("/profile/tokens".into()), next: Some("/profile/tokens?after=Zm9v".into()) },
        ..tokens(TokenTab::Active, living())
    };
    let one = TokensPage { notice: Some("Token My laptop is revoked.".into()), ..tokens(TokenTab::Active, vec![ci_deploy()]) };
    let unused = TokensPage { only: "unused", ..tokens(TokenTab::Active, Vec::new()) };
    let no_match = TokensPage { search: HOSTILE.into(), ..tokens(TokenTab::Expired, Vec::new()) };
    let refused = living().into_iter().take(2).map(|row| TokenRow { status: TokenStatus::Refused, ..row }).collect();
    let forbidden = TokensPage {
        creating: Creating::Forbidden { reason: "API tokens are switched off for everyone.".into() },
        ..tokens(TokenTab::Active, refused)
    };
    vec![
        page("tokens", &one),
        page("tokens-many", &many),
        page("tokens-expired", &tokens(TokenTab::Expired, expired)),
        page("tokens-revoked", &tokens(TokenTab::Revoked, ended)),
        page("tokens-no-match", &no_match),
        page("tokens-none-unused", &unused),
        page("tokens-none-active", &tokens(TokenTab::Active, Vec::new())),
        page("tokens-forbidden", &forbidden),
    ]
}

fn nothing_to_list() -> Vec<Sample> {
    let empty = |creating| TokensPage { counts: TokenCounts::default(), creating, ..tokens(TokenTab::Active, Vec::new()) };
    let unverified = |mail_folder: Option<&str>| Creating::Unverified {
        email: "anna@example.com".into(),
        mail_folder: mail_folder.map(Into::into),
    };
    let forbidden = Creating::Forbidden { reason: "Only people with the role developer may hold API tokens.".into() };
    vec![
        page("tokens-empty", &empty(Creating::Open)),
        page("tokens-empty-unconfirmed", &empty(unverified(Some("/home/anna/latchkey/data/mail")))),
        page("tokens-empty-forbidden", &empty(forbidden)),
    ]
}

fn preset(label: &'static str, scopes: &str) -> Preset {
    Preset { label, href: "/profile/tokens/new?preset=x".into(), scopes: scopes.into(), chosen: false }
}

fn new_token() -> NewTokenPage {
    let scope = |value: &str, hint: &str| Choice { value: value.into(), label: value.into(), hint: hint.into(), chosen: false };
    let span = |days, label| SpanChoice { days, label, ends: now() + Span::days(days), chosen: days == 30 };
    NewTokenPage {
        chrome: as_member(),
        problems: Problems::none(),
        name: String::new(),
        copy_of: None,
        workspaces: vec![
            Choice { value: "acme".into(), label: "Acme Inc.".into(), hint: String::new(), chosen: false },
            Choice { value: "long".into(), label: LONG.into(), hint: String::new(), chosen: false },
        ],
        require_workspace: false,
        presets: vec![
            preset("A script that only needs to know me", "profile"),
            preset("A service that checks tokens", "profile verify"),
            preset("Everything I may do", "admin"),
        ],
        addresses: String::new(),
        your_address: "203.0.113.7".into(),
        scopes: vec![
            scope("profile", "Read your name, email address and roles."),
            scope("verify", "Check tokens that other people present to your service."),
            scope("admin", "Everything an administrator may do through the API."),
        ],
        spans: vec![span(30, "30 days"), span(90, "90 days"), span(365, "1 year")],
        custom: CustomDay { chosen: false, day: String::new(), earliest: "2026-11-23".into(), latest: "2027-11-22".into() },
        no_expiry: None,
        longest_days: Some(365),
        nonce: "Rk2l".into(),
    }
}

fn new() -> Vec<Sample> {
    let mut problems = Problems::one("name", "You already have a token with this name. Choose another.");
    problems.add("scopes", "Tick one scope at least.");
    problems.add("until", "Choose a day between 23 Nov 2026 and 22 Nov 2027.");
    problems.add(
        "addresses",
        "Line 2: “10.0.0.0/33” is no address and no network. Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    );
    let wrong = NewTokenPage {
        problems,
        name: LONG.into(),
        addresses: "203.0.113.0/24\n10.0.0.0/33\n2001:db8:85a3:8d3:1319:8a2e:370:7348".into(),
        your_address: "2001:db8:85a3:8d3:1319:8a2e:370:7348".into(),
        spans: new_token().spans.into_iter().map(|span| SpanChoice { chosen: false, ..span }).collect(),
        custom: CustomDay { chosen: true, day: "2031-01-01".into(), ..new_token().custom },
        ..new_token()
    };
    let free = NewTokenPage {
        name: "CI deploy (copy)".into(),
        copy_of: Some("CI deploy".into()),
        presets: new_token().presets.into_iter().map(|set| Preset { chosen: set.scopes == "profile", ..set }).collect(),
        scopes: new_token().scopes.into_iter().map(|scope| Choice { chosen: scope.value == "profile", ..scope }).collect(),
        no_expiry: Some(false),
        longest_days: None,
        ..new_token()
    };
    let short = NewTokenPage {
        require_workspace: true,
        spans: Vec::new(),
        longest_days: Some(7),
        custom: CustomDay { chosen: true, ..new_token().custom },
        ..new_token()
    };
    vec![
        page("token-new", &new_token()),
        page("token-new-prefilled", &free),
        page("token-new-error", &wrong),
        page("token-new-short-policy", &short),
    ]
}

fn created() -> Vec<Sample> {
    let reveal = |name: &str, scopes: &[&str], expires| TokenCreatedPage {
        chrome: as_member(),
        story: Story::Created,
        id: "tok_9".into(),
        name: name.into(),
        secret: "lk_pat_7Kq2VmT0bXcR4nZsY8dLwE1uHgJ5pQoAfKi6tBvC3xSyMx9Qz",
        shown: "lk_pat_7Kq2…x9Qz".into(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        allowed_from: Vec::new(),
        expires,
        base_url: BASE_URL.into(),
    };
    let bound = TokenCreatedPage {
        allowed_from: vec!["203.0.113.0/24".into(), "2001:db8::/48".into()],
        ..reveal("CI deploy", &["read", "write"], Some(now() + Span::days(90)))
    };
    let rotated = |until| TokenCreatedPage {
        story: Story::Rotated { old: "lk_pat_Vb3d…r7Tn".into(), until },
        ..reveal("CI deploy", &["read", "write"], Some(now() + Span::days(90)))
    };
    let again = |word, name: &str| AlreadyCreatedPage {
        chrome: as_member(),
        word,
        name: name.into(),
        id: "tok_9".into(),
        shown: "lk_pat_7Kq2…x9Qz".into(),
        at: ago(Span::minutes(4)),
    };
    vec![
        page("token-created", &bound),
        page("token-created-no-scope", &reveal(HOSTILE, &[], None)),
        page("token-created-long", &reveal(LONG, &["read"], Some(now() + Span::days(1)))),
        page("token-rotated", &rotated(Some(now() + Span::hours(24)))),
        page("token-rotated-at-once", &rotated(None)),
        page("token-already-created", &again("created", "CI deploy")),
        page("token-already-created-long", &again("created", LONG)),
        page("token-already-rotated", &again("rotated", "CI deploy")),
    ]
}
