//! `/admin/tokens`: everybody's credentials.

use latchkey::base::time::Span;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser};
use crate::support::rows;

const PAGE: &str = "/admin/tokens";
const WHICH: &str = "/admin/tokens/which";

async fn administrator(app: &TestApp) -> Browser<'_> {
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

/// The names on a page, in its order.
fn names(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.body);
    let name = |row: String| row.split("lk_pat").next().unwrap_or_default().trim().to_owned();
    page.texts_of("tbody th").into_iter().map(name).collect()
}

async fn listed(browser: &Browser<'_>, query: &str) -> Vec<String> {
    names(&browser.get(&format!("{PAGE}{query}")).await)
}

/// Tokens of three people in every state.
async fn filled(app: &TestApp) {
    app.admin("root@example.com").await;
    let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
    app.token(&alice, "expired", &[]).await;
    app.clock.advance(Span::days(31));
    let (alice, bob) = (app.person(alice.email().as_str()).await, app.person(bob.email().as_str()).await);
    for (owner, name, scopes) in [
        (&alice, "deploy", &["verify"][..]),
        (&alice, "paused", &["profile"]),
        (&bob, "revoked", &[]),
        (&bob, "Backup", &["profile", "verify"]),
        (&bob, "endless", &[]),
    ] {
        app.clock.advance(Span::minutes(1));
        app.token(owner, name, scopes).await;
    }
    rows::execute_all(&app.app().ctx.db, &[
        "UPDATE credentials SET paused_at = 1 WHERE name = 'paused'",
        "UPDATE credentials SET revoked_at = 9, revoked_by = 'admin', revoked_reason = '=HYPERLINK(1)' WHERE name = 'revoked'",
        "UPDATE credentials SET expires_at = NULL, uses = 7 WHERE name = 'endless'",
    ])
    .await;
}

served! {
    async fn every_credential_is_listed_by_state_owner_scope_and_search(app: &TestApp) {
        filled(app).await;
        let browser = administrator(app).await;
        for (query, expected) in [
            ("", &["endless", "Backup", "deploy"][..]),
            ("?state=never", &["endless"]),
            ("?state=paused", &["paused"]),
            ("?state=expired", &["expired"]),
            ("?state=revoked", &["revoked"]),
            ("?state=unused", &[]),
            ("?state=expiring", &[]),
            ("?state=all", &["endless", "Backup", "revoked", "paused", "deploy", "expired"]),
            ("?owner=Bob%40example.com", &["endless", "Backup"]),
            ("?owner=bob%40example.com&state=all", &["endless", "Backup", "revoked"]),
            ("?owner=nobody%40example.com", &[]),
            ("?scope=profile", &["Backup"]),
            ("?scope=prof", &[]),
            ("?scope=%22", &[]),
            ("?q=BACK", &["Backup"]),
            ("?q=lk_pat_", &["endless", "Backup", "deploy"]),
            ("?sort=name", &["Backup", "deploy", "endless"]),
            ("?sort=-name", &["endless", "deploy", "Backup"]),
            ("?sort=owner", &["deploy", "Backup", "endless"]),
            ("?sort=expires", &["deploy", "Backup", "endless"]),
            ("?sort=-uses", &["endless", "Backup", "deploy"]),
            ("?sort=created", &["deploy", "Backup", "endless"]),
        ] {
            let mut found = listed(&browser, query).await;
            if matches!(query, "?sort=owner" | "?sort=-uses") {
                found.get_mut(1..).into_iter().for_each(<[String]>::sort);
                if query == "?sort=owner" { assert_eq!(found[0], "deploy") } else { assert_eq!(found[0], "endless") }
                continue;
            }
            assert_eq!(found, expected, "{query}");
        }
        let wrong = browser.get("/admin/tokens?owner=%22%3E%3Csvg").await;
        assert_eq!((wrong.status, wrong.field("owner").as_str()), (422, "\"><svg"));
        assert!(wrong.text_of("title").starts_with("Error: "));
    }

    async fn a_row_says_whose_it_is_and_what_refuses_it(app: &TestApp) {
        filled(app).await;
        app.suspend("bob@example.com").await;
        let browser = administrator(app).await;
        let page = browser.get("/admin/tokens?state=all").await;
        let states = page.texts_of("td[data-label=State]");
        assert_eq!(states[0], "Owner suspended");
        assert!(states[2].starts_with("Revoked") && states[2].contains("by an administrator") && states[2].ends_with(": =HYPERLINK(1)"));
        assert_eq!((states[3].as_str(), states[4].as_str(), states[5].as_str()), ("Paused", "Active", "Expired"));
        assert_eq!(page.texts_of("td[data-label=Owner]")[0], "bob@example.com");
        assert_eq!(page.attributes("tbody input[type=checkbox]", "value").len(), 4, "what has ended cannot be revoked");
        assert_eq!(listed(&browser, "?state=owner-suspended").await, ["endless", "Backup"]);
        let by_owner = page.attributes("td[data-label=Owner] a", "href");
        assert_eq!(names(&browser.get(&by_owner[0]).await).len(), 3);
    }

    async fn r112_pages_are_walked_without_gap_and_a_foreign_cursor_is_refused(app: &TestApp) {
        app.admin("root@example.com").await;
        for who in ["alice@example.com", "bob@example.com"] {
            let person = app.user(who).await;
            for n in 0..60 {
                app.token(&person, &format!("job {n:02}"), &[]).await;
            }
        }
        let browser = administrator(app).await;
        for sort in ["-created", "created", "name", "-name", "owner", "-owner", "expires", "-expires", "used", "-used", "uses", "-uses"] {
            let (mut seen, mut next) = (Vec::new(), Some(format!("{PAGE}?sort={sort}")));
            while let Some(path) = next {
                let page = browser.get(&path).await;
                seen.extend(page.texts_of("tbody tr"));
                next = page.attribute("a[rel=next]", "href");
            }
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 120, "{sort}");
        }
        let next = browser.get(PAGE).await.attribute("a[rel=next]", "href").expect("a second page");
        let cursor = next.split("after=").nth(1).expect("a cursor").to_owned();
        assert_eq!(browser.get(&next).await.status, 200);
        for wrong in ["", "1", "%00", "null", "eyJpZCI6MX0", &cursor[..cursor.len() - 4], &"A".repeat(3_000)] {
            assert_eq!(browser.get(&format!("{PAGE}?after={wrong}")).await.status, 400, "{wrong}");
        }
        for elsewhere in ["?sort=name&", "?state=all&", "?q=job&", "?scope=admin&", "?owner=bob%40example.com&"] {
            assert_eq!(browser.get(&format!("{PAGE}{elsewhere}after={cursor}")).await.status, 400, "{elsewhere}");
        }
        assert_eq!(browser.get(&format!("/admin/audit?after={cursor}")).await.status, 400);
    }

    async fn the_file_holds_what_the_filter_shows_and_r120_one_line_a_row_without_formulas(app: &TestApp) {
        filled(app).await;
        let browser = administrator(app).await;
        let page = browser.get("/admin/tokens?state=all&sort=name").await;
        let file = browser.get(&page.attribute("a[download]", "href").expect("the file")).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"latchkey-tokens-2026-12-23.csv\"");
        assert_eq!(file.header("cache-control"), "no-store");
        let lines: Vec<&str> = file.body.split("\r\n").collect();
        assert!(lines[0].starts_with("id,name,token,kind,owner,") && lines.len() == 8 && lines[7].is_empty(), "{}", file.body);
        assert!(lines[1].contains(",endless,lk_pat_") && lines[1].contains(",API token,bob@example.com,bob,usr_"), "{}", lines[1]);
        assert!(lines[3].ends_with(",an administrator,'=HYPERLINK(1)"), "{}", lines[3]);
        let filtered = browser.get("/admin/tokens.csv?scope=profile&state=paused").await;
        assert_eq!(filtered.body.matches("\r\n").count(), 2);
        let none = browser.get("/admin/tokens.csv?owner=nobody%40example.com").await;
        assert_eq!(none.header("location"), "/admin/tokens?owner=nobody%40example.com");
    }

    async fn a_long_list_is_one_whole_file(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.token(&root, "first", &[]).await;
        let copies = "INSERT INTO credentials (id, kind, account_id, name, name_key, scopes, created_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
             SELECT '0190163d-8694-739b-aea5-' || CAST(10000000 + n.i AS TEXT) || '0000', 'personal', account_id,
                    'copy ' || CAST(n.i AS TEXT), 'copy ' || CAST(n.i AS TEXT), scopes, created_at
             FROM credentials, n WHERE name = 'first'";
        let secrets = "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at)
             SELECT id, id, '0000000000000000000000000000' || id, 'lk_pat_aaaa', 'aaaa', 1 FROM credentials WHERE name <> 'first'";
        rows::execute_all(&app.app().ctx.db, &[copies, secrets]).await;
        let file = administrator(app).await.get("/admin/tokens.csv").await;
        assert_eq!(file.body.matches("\r\n").count(), 1_001);
    }

    async fn r113_hostile_filters_are_words_like_any_other(app: &TestApp) {
        filled(app).await;
        let browser = administrator(app).await;
        for hostile in HOSTILE {
            let typed: String = form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
            for name in ["state", "sort", "owner", "scope", "q", "after", "done"] {
                for path in ["/admin/tokens", "/admin/tokens.csv"] {
                    let answer = browser.get(&format!("{path}?{name}={typed}")).await;
                    assert!(matches!(answer.status, 200 | 303 | 400 | 422), "{path} {name}={hostile}: {}", answer.status);
                }
            }
            let which = browser.submit(WHICH, WHICH, &[("token", hostile)]).await;
            assert!(matches!(which.status, 200 | 422), "{hostile}: {}", which.status);
        }
        assert_eq!(listed(&browser, "?state=all").await.len(), 6, "all is there still");
    }

    async fn a_token_that_was_found_is_recognised_whole_and_by_its_beginning(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &["verify"]).await;
        let secret = token.secret.reveal();
        let browser = administrator(app).await;
        let before = app.state_and_log().await;
        let found = browser.submit(WHICH, WHICH, &[("token", &format!("  {secret}\n"))]).await;
        assert_eq!(found.text_of(".notice h2"), "It is “CI deploy” of alice@example.com");
        assert_eq!(found.field("ids"), token.credential.id.to_string());
        assert!(!found.body.contains(secret), "what was pasted is not shown again");
        let shown = format!("{}…{}", &secret[..11], &secret[secret.len() - 4..]);
        for beginning in [&secret[..11], &secret[..30], &shown, &format!("{}...", &secret[..11])] {
            let found = browser.submit(WHICH, WHICH, &[("token", beginning)]).await;
            assert_eq!(found.text_of(".notice h2"), "One token begins like this", "{beginning}");
            assert_eq!(found.text_of("section h2"), "CI deploy");
        }
        let other_end = format!("{}…zzzz", &secret[..11]);
        for unknown in ["lk_pat_zzzzzzzz", "x", "%", "lk_pat_", &secret[..10], &other_end] {
            let answer = browser.submit(WHICH, WHICH, &[("token", unknown)]).await;
            assert_eq!(answer.text_of(".notice h2"), "This token is not known here", "{unknown}");
        }
        assert_eq!(browser.submit(WHICH, WHICH, &[("token", " ")]).await.status, 422);
        assert_eq!(app.state_and_log().await, before, "looking changes nothing");
    }
}

/// What people type who look for a hole.
pub const HOSTILE: [&str; 50] = [
    "'",
    "\"",
    "`",
    "\\",
    ";",
    "--",
    "/*",
    "*/",
    "' OR '1'='1",
    "\" OR \"\"=\"",
    "1; DROP TABLE credentials",
    "') OR 1=1--",
    "' UNION SELECT id FROM accounts--",
    "\0",
    "%00",
    "%",
    "_",
    "*",
    "?",
    "..",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "\"><svg/onload=alert(1)>",
    "{{7*7}}",
    "${7*7}",
    "$1",
    "$999",
    ":id",
    "@@version",
    "null",
    "NaN",
    "-1",
    "0",
    "1e999",
    "9223372036854775808",
    "-9223372036854775809",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "é",
    "日本語",
    "🙂",
    "\r\nSet-Cookie: a=b",
    "\n",
    "\t",
    "active'",
    "created,id",
    "-created--",
    "a@b",
    "usr_' OR 1=1",
];
