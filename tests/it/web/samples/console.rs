//! The board, everybody's tokens, mail and the system.

use latchkey::base::time::Span;
use latchkey::domain::credentials::governed::{Hygiene, Spike, Standing};
use latchkey::domain::mail::{MailState, Route};
use latchkey::http::edge::{View, Way};
use latchkey::http::web::admin::board::{self, BoardPage};
use latchkey::http::web::admin::mail::{MailPage, MailRow, MailTab};
use latchkey::http::web::admin::system::{SettingRow, SystemPage};
use latchkey::http::web::admin::tokens::list::{GovernedHeads, GovernedPage};
use latchkey::http::web::admin::tokens::revoke::RevokePage;
use latchkey::http::web::admin::tokens::row::{Ended, GovernedRow};
use latchkey::http::web::admin::tokens::which::{WhichAnswer, WhichPage, WhichRow};
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::list::{Pager, SortHead, Sorted};
use latchkey::http::web::tokens::list::LastUse;

use super::{HOSTILE, LONG, LONG_AGENT, Sample, ago, as_admin, now, page};

pub fn samples() -> Vec<Sample> {
    [board(), tokens(), which(), revoke(), mail(), system()].concat()
}

fn board() -> Vec<Sample> {
    let calm = Hygiene {
        active: 12,
        never_expire: 0,
        unused: 0,
        too_wide: 0,
        owner_suspended: 0,
        expiring: 1,
        refused_sign_ins: Spike { last_day: 3, day_before: 4 },
        refused_uses: Spike { last_day: 0, day_before: 0 },
        mails_given_up: 0,
    };
    let alarming = Hygiene {
        active: 12_408,
        never_expire: 31,
        unused: 1_204,
        too_wide: 3,
        owner_suspended: 12,
        expiring: 260,
        refused_sign_ins: Spike { last_day: 8_812, day_before: 40 },
        refused_uses: Spike { last_day: 1_100_312, day_before: 3_201 },
        mails_given_up: 7,
    };
    let board = |numbers: &Hygiene| BoardPage {
        chrome: as_admin(),
        tokens: board::tokens(numbers),
        events: board::events(numbers, "2026-11-21"),
    };
    vec![page("admin", &board(&calm)), page("admin-alarming", &board(&alarming))]
}

fn row(n: u8, name: &str, owner: &str, standing: Standing) -> GovernedRow {
    let over = matches!(standing, Standing::Revoked);
    GovernedRow {
        id: format!("key_{n:032}"),
        name: name.into(),
        kind: "API token",
        shown: "lk_pat_Ab3d…x9Qz".into(),
        owner: owner.into(),
        owner_id: "usr_00000000000070008000000000000000".into(),
        scopes: if n.is_multiple_of(2) { vec!["profile".into(), "verify".into()] } else { vec!["admin".into()] },
        created: ago(Span::days(40)),
        expires: (n != 2).then(|| now() + Span::days(i64::from(n) * 9 - 20)),
        last_used: (n != 3).then(|| LastUse {
            at: ago(Span::minutes(3)),
            address: "203.0.113.7".into(),
            agent: if n == 4 { LONG_AGENT.into() } else { "curl/8.5.0".into() },
        }),
        uses: i64::from(n) * 1_204,
        standing,
        ended: over.then(|| Ended {
            at: ago(Span::hours(5)),
            by: "an administrator",
            reason: Some("Found in a public repository".into()),
        }),
    }
}

fn rows() -> Vec<GovernedRow> {
    vec![
        row(6, "CI deploy", "anna@example.com", Standing::Active),
        row(3, "Nightly backup", "bob@example.com", Standing::EndsSoon),
        row(4, LONG, "a.very.long.address.of.somebody@department.of.a.company.example.com", Standing::Refused),
        row(2, HOSTILE, "eve@example.com", Standing::OwnerSuspended),
        row(8, "Paused for the summer", "anna@example.com", Standing::Paused),
        row(1, "Old export", "anna@example.com", Standing::Expired),
        row(5, "Leaked", "bob@example.com", Standing::Revoked),
    ]
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.into(), label: label.into(), hint: String::new(), chosen: value == "active" }
}

fn tokens() -> Vec<Sample> {
    let head = |label| SortHead { label, href: "/admin/tokens?sort=name".into(), sorted: Sorted::No };
    let list = |rows, pager| GovernedPage {
        chrome: as_admin(),
        states: vec![choice("active", "Active"), choice("unused", "Unused for 90 days"), choice("all", "All")],
        owner: String::new(),
        problem: None,
        scope: String::new(),
        search: String::new(),
        sorts: vec![choice("-created", "Newest first"), choice("owner", "Owner, A to Z")],
        heads: GovernedHeads {
            name: head("Name"),
            owner: head("Owner"),
            created: SortHead { sorted: Sorted::Down, ..head("Created") },
            expires: head("Expires"),
            last_used: head("Last used"),
            uses: head("Uses"),
        },
        plain: true,
        file: "/admin/tokens.csv".into(),
        rows,
        pager,
        notice: None,
    };
    let pager = || Pager { first: None, next: Some("/admin/tokens?after=Zm9v".into()) };
    let ended = vec![row(5, "Leaked", "bob@example.com", Standing::Revoked)];
    let revoked = GovernedPage { notice: Some("The tokens are revoked.".into()), ..list(ended, Pager::default()) };
    let nothing = GovernedPage { plain: false, search: LONG.into(), ..list(Vec::new(), Pager::default()) };
    let wrong = GovernedPage {
        owner: HOSTILE.into(),
        problem: Some("This is neither an email address nor the id of an account. Enter one of them, or nothing.".into()),
        ..list(Vec::new(), Pager::default())
    };
    vec![
        page("admin-tokens", &list(rows(), pager())),
        page("admin-tokens-one-ended", &revoked),
        page("admin-tokens-empty", &nothing),
        page("admin-tokens-error", &wrong),
    ]
}

fn which() -> Vec<Sample> {
    let asked = |answer| WhichPage { chrome: as_admin(), problems: Problems::none(), answer };
    let found = |it, replaced| WhichRow { it, replaced };
    let several = vec![
        found(row(6, "CI deploy", "anna@example.com", Standing::Active), Some(now() + Span::hours(20))),
        found(row(5, LONG, "bob@example.com", Standing::Revoked), None),
    ];
    let wrong = WhichPage {
        problems: Problems::one("token", "Paste a token, or its beginning up to four characters after lk_pat_."),
        ..asked(None)
    };
    vec![
        page("admin-which", &asked(None)),
        page(
            "admin-which-found",
            &asked(Some(WhichAnswer::Exactly(Box::new(found(row(6, "CI deploy", "anna@example.com", Standing::Active), None))))),
        ),
        page("admin-which-several", &asked(Some(WhichAnswer::Beginning(several)))),
        page("admin-which-unknown", &asked(Some(WhichAnswer::Unknown))),
        page("admin-which-error", &wrong),
    ]
}

fn revoke() -> Vec<Sample> {
    let asked = |rows| RevokePage { chrome: as_admin(), problems: Problems::none(), rows, reason: String::new() };
    let one = vec![row(6, "CI deploy", "anna@example.com", Standing::Active)];
    let wrong = RevokePage {
        problems: Problems::one("reason", "Say why: the owners read it in their mail."),
        ..asked(rows().into_iter().filter(GovernedRow::is_revocable).collect())
    };
    vec![
        page("admin-revoke-one", &asked(one)),
        page("admin-revoke-many", &asked(rows().into_iter().filter(GovernedRow::is_revocable).collect())),
        page("admin-revoke-error", &wrong),
    ]
}

fn mail() -> Vec<Sample> {
    let tab = |label, count, here| MailTab { label, href: "/admin/mail".into(), count, here };
    let tabs = || vec![tab("All", 1_231, true), tab("Waiting", 2, false), tab("Sent", 1_222, false), tab("Given up", 7, false)];
    let mail = |n: u8, subject: &str, state: MailState, error: Option<&str>| MailRow {
        id: format!("msg_{n:032}"),
        subject: subject.into(),
        recipient: "anna@example.com".into(),
        state,
        attempts: i64::from(n) - 1,
        created: ago(Span::hours(i64::from(n))),
        moved: ago(Span::minutes(i64::from(n))),
        error: error.map(str::to_owned),
        again: state == MailState::GivenUp,
    };
    let server = Route::Server {
        host: "smtp.example.com".into(),
        port: 465,
        encryption: "encrypted from the first byte (TLS)",
        signs_in: true,
    };
    let many = MailPage {
        chrome: as_admin(),
        route: server,
        own_address: "ada@example.com".into(),
        tabs: tabs(),
        errors: vec![
            ("The mail server does not accept the user name or the password of smtp_url.", 8),
            ("The mail server did not answer in time.", 1),
        ],
        rows: vec![
            mail(1, "You're invited to Latchkey", MailState::Waiting, None),
            mail(2, "Verify your address", MailState::Sent, None),
            mail(
                3,
                &format!("Token \"{LONG}\" created"),
                MailState::Waiting,
                Some("sign-in: 535 5.7.8 Authentication credentials invalid"),
            ),
            mail(9, &format!("Token \"{HOSTILE}\" revoked"), MailState::GivenUp, Some("refused: 550 5.1.1 no such user here")),
        ],
        pager: Pager { first: None, next: Some("/admin/mail?after=Zm9v".into()) },
        notice: None,
    };
    let empty = MailPage {
        chrome: as_admin(),
        route: Route::Folder("/var/lib/latchkey/data/mail".into()),
        own_address: "ada@example.com".into(),
        tabs: vec![tab("All", 0, true), tab("Waiting", 0, false), tab("Sent", 0, false), tab("Given up", 0, false)],
        errors: Vec::new(),
        rows: Vec::new(),
        pager: Pager::default(),
        notice: Some("The test mail is on its way to you. Reload this page to see whether it went out.".into()),
    };
    vec![page("admin-mail", &many), page("admin-mail-empty", &empty)]
}

fn system() -> Vec<Sample> {
    let setting =
        |key, value: Option<&str>, source: &str| SettingRow { key, value: value.map(str::to_owned), source: source.into() };
    let view = View {
        client: "198.51.100.7".parse().expect("an address"),
        peer: "10.0.0.3".parse().expect("an address"),
        header: Some("198.51.100.7, 10.0.0.2".into()),
        way: Way::Header,
    };
    let behind = |view| SystemPage {
        chrome: as_admin(),
        version: "0.1.0",
        started: ago(Span::days(3)),
        public_url: "https://id.example.com".into(),
        database: "SQLite 3.51.3".into(),
        size: "12.4 MB".into(),
        events: 10_412,
        head: format!("10412.{}", "9f86d081884c7d65".repeat(4)),
        fingerprint: "2a97516c354b68848cdbd8f54a226a0a".into(),
        view,
        settings: vec![
            setting("bind", Some("127.0.0.1:8080"), "default"),
            setting("public_url", Some("https://id.example.com"), "environment variable LATCHKEY_PUBLIC_URL"),
            setting("database_url", Some("postgres://latchkey:***@db.example.com/latchkey"), "file /etc/latchkey/latchkey.toml"),
            setting("smtp_url", None, "default"),
            setting("mail_dir", Some(LONG), "flag --mail-dir"),
        ],
    };
    let direct = View { header: Some(HOSTILE.into()), way: Way::Direct, ..view.clone() };
    vec![page("admin-system", &behind(view)), page("admin-system-direct", &behind(direct))]
}
