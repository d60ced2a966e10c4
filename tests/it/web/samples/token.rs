//! One API token: its own page, and what is done with it.

use latchkey::base::time::{Span, Timestamp};
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::tokens::chart::{DayUse, UsageChart};
use latchkey::http::web::tokens::check::CheckPage;
use latchkey::http::web::tokens::detail::{Changes, SecretLife, SecretRow, TokenEvent, TokenPage, UseRow};
use latchkey::http::web::tokens::list::{LastUse, TokenRow, TokenStatus};
use latchkey::http::web::tokens::revoke::RevokePage;
use latchkey::http::web::tokens::revoke_many::RevokeManyPage;
use latchkey::http::web::tokens::rotate::{OverlapChoice, OverlapEnd, RotatePage};

use super::tokens::{ci_deploy, living, old_secret, row, used};
use super::{HOSTILE, LONG, LONG_AGENT, Sample, ago, as_member, now, page};

pub fn samples() -> Vec<Sample> {
    [detail(), ended(), rotate(), revoke(), check()].concat()
}

/// Working days are busy, weekends are not, and in the third week somebody tried something.
pub fn month() -> UsageChart {
    let day = |n: i64| {
        let day = Timestamp::parse_day(&ago(Span::days(n)).iso_day()).expect("a day");
        let weekend = (n + 1) % 7 < 2;
        let allowed = if weekend { 40 + n } else { 520 + (n * 7919) % 310 };
        let allowed = if n > 26 { 0 } else { allowed };
        DayUse { day, allowed, refused: if (9..12).contains(&n) { 160 - n * 4 } else { 0 } }
    };
    UsageChart::of((0..30).rev().map(day))
}

pub fn secret(shown: &str, life: SecretLife, last_used: Option<LastUse>) -> SecretRow {
    SecretRow {
        shown: shown.into(),
        created: ago(Span::hours(3)),
        life,
        uses: last_used.as_ref().map_or(0, |_| 1_204),
        last_used,
    }
}

pub fn use_row(minutes: i64, address: &str, agent: &str, times: i64, refusal: Option<&'static str>) -> UseRow {
    UseRow { at: ago(Span::minutes(minutes)), address: address.into(), agent: agent.into(), times, refusal }
}

pub fn event(hours: i64, what: &str, by: Option<&str>) -> TokenEvent {
    TokenEvent {
        at: ago(Span::hours(hours)),
        what: what.into(),
        by: by.map(Into::into),
        address: "203.0.113.7".into(),
        agent: "Firefox on Linux".into(),
    }
}

pub fn changes(token: &TokenRow) -> Changes {
    let choice = |scope: &String| Choice {
        value: scope.clone(),
        label: scope.clone(),
        hint: "Look at everything that you can look at.".into(),
        chosen: true,
    };
    Changes { name: token.name.clone(), scopes: token.scopes.iter().map(choice).collect(), addresses: String::new() }
}

fn token(token: TokenRow) -> TokenPage {
    TokenPage {
        chrome: as_member(),
        problems: Problems::none(),
        notice: None,
        allowed_from: Vec::new(),
        paused_since: None,
        leaked: None,
        secrets: vec![secret(&token.shown, SecretLife::Current, token.last_used.clone())],
        chart: UsageChart::of([]),
        uses: Vec::new(),
        refused: Vec::new(),
        events: vec![event(62 * 24, "API token created", None)],
        changes: Some(changes(&token)),
        token,
    }
}

fn busy() -> TokenPage {
    TokenPage {
        allowed_from: vec!["203.0.113.0/24".into(), "2001:db8::/48".into()],
        chart: month(),
        uses: vec![
            use_row(3, "203.0.113.7", "curl/8.5.0", 1, None),
            use_row(4, "203.0.113.9", "python-requests/2.32", 212, None),
            use_row(75, "2001:db8:85a3:8d3:1319:8a2e:370:7348", LONG_AGENT, 3, None),
        ],
        refused: vec![
            use_row(13_000, "198.51.100.23", "curl/8.5.0", 140, Some("It came from an address that is not on the list.")),
            use_row(15_000, "192.0.2.44", HOSTILE, 1, Some("A scope was missing.")),
        ],
        events: vec![
            event(3, "API token rotated", None),
            event(30, &format!("API token renamed: {HOSTILE}"), None),
            event(62 * 24, "API token created", None),
        ],
        ..token(ci_deploy())
    }
}

fn detail() -> Vec<Sample> {
    let rotated = TokenPage {
        notice: Some("The token is renamed.".into()),
        secrets: vec![
            secret("lk_pat_7Kq2…x9Qz", SecretLife::Current, None),
            secret("lk_pat_Vb3d…r7Tn", SecretLife::Until(now() + Span::hours(21)), old_secret().last_used),
            secret("lk_pat_Mw8s…k2Lp", SecretLife::Ended(ago(Span::days(40))), old_secret().last_used),
        ],
        ..busy()
    };
    let paused =
        TokenPage { paused_since: Some(ago(Span::hours(2))), ..token(row("Staging", &[], None, None, TokenStatus::Paused)) };
    let mut problems = Problems::one("name", "You already have a token with this name. Choose another.");
    problems.add(
        "addresses",
        "Line 1: “10.0.0.0/33” is no address and no network. Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    );
    let wrong = TokenPage {
        problems,
        changes: Some(Changes { name: HOSTILE.into(), addresses: "10.0.0.0/33".into(), ..changes(&ci_deploy()) }),
        ..token(ci_deploy())
    };
    let refused = token(row(HOSTILE, &[HOSTILE], None, used(now(), "192.0.2.44", HOSTILE), TokenStatus::Refused));
    vec![
        page("token", &busy()),
        page("token-rotating", &rotated),
        page("token-unused", &token(row("Never used", &["read"], None, None, TokenStatus::Active))),
        page("token-paused", &paused),
        page("token-change-error", &wrong),
        page("token-refused", &refused),
        page("token-long", &token(row(LONG, &["read", "a:scope:with:a:rather:long:name"], None, None, TokenStatus::EndsSoon))),
    ]
}

fn ended() -> Vec<Sample> {
    let over = |status| {
        let ended = token(TokenRow { status, ..ci_deploy() });
        let secrets = vec![secret("lk_pat_7Kq2…x9Qz", SecretLife::Ended(ago(Span::days(3))), None)];
        TokenPage { changes: None, secrets, chart: month(), ..ended }
    };
    let revoked = TokenStatus::Revoked { at: ago(Span::days(3)), by: "you".into() };
    let leaked = TokenPage { leaked: Some(ago(Span::days(3))), ..over(revoked) };
    vec![page("token-leaked", &leaked), page("token-expired", &over(TokenStatus::Expired))]
}

fn rotate() -> Vec<Sample> {
    let choice = |value, label, end| OverlapChoice { value, label, end, chosen: value == "now" };
    let rotate = |token: TokenRow, problems: Problems| RotatePage {
        chrome: as_member(),
        token,
        ends: vec![
            choice("now", "Now", None),
            choice("1h", "In 1 hour", Some(OverlapEnd::At(now() + Span::hours(1)))),
            choice("24h", "In 24 hours", Some(OverlapEnd::At(now() + Span::hours(24)))),
            choice("7d", "In 7 days", Some(OverlapEnd::WithToken(now() + Span::days(6)))),
        ],
        nonce: "Rk2l".into(),
        problems,
    };
    let twice = TokenRow { old_secret: Some(old_secret()), ..ci_deploy() };
    let wrong = Problems::one("overlap", "Choose when the old secret ends.");
    vec![
        page("token-rotate", &rotate(ci_deploy(), Problems::none())),
        page("token-rotate-again", &rotate(twice, Problems::none())),
        page("token-rotate-error", &rotate(row(LONG, &[], None, None, TokenStatus::Active), wrong)),
    ]
}

fn revoke() -> Vec<Sample> {
    let confirm = |token, leaked| RevokePage { chrome: as_member(), token, leaked };
    let many = |tokens: Vec<TokenRow>| RevokeManyPage { chrome: as_member(), tokens };
    let unused = row(HOSTILE, &[], None, None, TokenStatus::Active);
    vec![
        page("token-revoke", &confirm(ci_deploy(), false)),
        page("token-revoke-leaked", &confirm(unused, true)),
        page("tokens-revoke", &many(living())),
        page("tokens-revoke-one", &many(vec![ci_deploy()])),
        page("tokens-revoke-none", &many(Vec::new())),
    ]
}

fn check() -> Vec<Sample> {
    let check = |name: &str, used| CheckPage {
        chrome: as_member(),
        id: "tok_9".into(),
        name: name.into(),
        shown: "lk_pat_7Kq2…x9Qz".into(),
        used,
    };
    vec![
        page("token-check", &check("CI deploy", used(now(), "203.0.113.7", "curl/8.5.0"))),
        page("token-check-unused", &check(LONG, None)),
    ]
}
