//! `/admin/audit`.

use latchkey::base::time::Span;
use latchkey::domain::access::Switch;

use super::tokens::HOSTILE;
use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser};

const PAGE: &str = "/admin/audit";

async fn administrator(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

fn events(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.body);
    page.texts_of("tbody th")
}

served! {
    async fn every_event_is_there_with_who_did_it_from_where_and_in_which_request(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        app.token(&alice, "CI deploy", &[]).await;
        let guess = [("email", "alice@example.com"), ("password", "a guess")];
        app.browser().submit("/sign-in", "/sign-in", &guess).await;
        let page = browser.get(PAGE).await;
        let (events, cells) = (events(&page), page.texts_of("tbody td"));
        assert!(events[0].starts_with("Signed in (alice@example.com) Refused"), "{events:?}");
        assert_eq!(cells[1], "somebody not signed in");
        assert!(cells[2].starts_with("127.0.0.1") && cells[3].starts_with("req_"), "{cells:?}");
        assert!(events[1].starts_with("API token created: CI deploy") && cells[5] == "alice@example.com", "{events:?}");
        assert!(events.iter().any(|event| event.contains("Token policy changed: ") && event.contains("tokens off → on")));
    }

    async fn the_log_is_filtered_by_event_and_by_account(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        app.token(&alice, "CI deploy", &[]).await;
        let created = events(&browser.get("/admin/audit?action=token.created").await);
        assert!(created.len() == 1 && created[0].starts_with("API token created"), "{created:?}");
        let by_address = events(&browser.get("/admin/audit?account=Alice%40Example.com").await);
        let by_id = events(&browser.get(&format!("/admin/audit?account={}", alice.id())).await);
        assert_eq!(by_address, by_id);
        assert!(by_id.len() >= 2 && by_id.iter().all(|event| !event.contains("policy")), "{by_id:?}");
        let both = browser.get("/admin/audit?account=alice%40example.com&action=token.created").await;
        assert_eq!(events(&both).len(), 1);
        assert_eq!(both.attribute("option[selected]", "value").as_deref(), Some("token.created"));
        for nobody in ["nobody%40example.com", "usr_00000000000070008000000000000000"] {
            let page = browser.get(&format!("/admin/audit?account={nobody}")).await;
            assert_eq!(page.text_of(".empty-line"), "No event matches.", "{nobody}");
        }
        let wrong = browser.get("/admin/audit?account=%22%3E%3Csvg%2Fonload%3Dalert(1)%3E").await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.field("account"), "\"><svg/onload=alert(1)>");
        let unknown = events(&browser.get("/admin/audit?action=everything&account=").await);
        assert_eq!(unknown, events(&browser.get(PAGE).await), "an unknown kind restricts nothing");
    }

    async fn the_log_is_filtered_by_who_did_it_how_it_ended_when_and_in_which_request(app: &TestApp) {
        administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &[]).await;
        let guess = [("email", "alice@example.com"), ("password", "a guess")];
        app.browser().submit("/sign-in", "/sign-in", &guess).await;
        app.clock.advance(Span::days(1));
        app.bearer(token.secret.reveal()).post("/v1/tokens/revoke", &serde_json::json!({})).await;
        let browser_next_day = app.browser();
        browser_next_day.sign_in("root@example.com").await;
        let count = async |query: &str| events(&browser_next_day.get(&format!("{PAGE}?{query}")).await).len();
        assert_eq!(count("actor=alice%40example.com&action=token.created").await, 1);
        assert_eq!(count("actor=root%40example.com&action=token.created").await, 0);
        assert_eq!(count("actor=nobody&outcome=refused").await, 1);
        assert_eq!(count("outcome=refused").await, 1);
        assert_eq!(count("actor=nobody%40example.com").await, 0);
        assert!(count("actor=system").await >= 2, "accounts that the operator made");
        let all = count("").await;
        let (first, second) = (count("until=2026-11-22").await, count("from=2026-11-23").await);
        assert!(first > 0 && second > 0 && first + second == all, "{first} {second} {all}");
        assert_eq!(count("from=2026-11-22&until=2026-11-23").await, all);
        assert_eq!(count("from=2026-11-24").await, 0);
        let page = browser_next_day.get("/admin/audit?outcome=refused").await;
        let request = page.attribute("td[data-label=Request] a", "href").expect("the request of the refused sign-in");
        assert_eq!(events(&browser_next_day.get(&request).await).len(), 1);
        for wrong in ["from=yesterday", "until=2026-02-30", "actor=%3Csvg", "account=%3Csvg"] {
            let refused = browser_next_day.get(&format!("{PAGE}?{wrong}")).await;
            assert_eq!(refused.status, 422, "{wrong}");
            let (field, _) = wrong.split_once('=').expect("a field");
            assert!(!refused.text_of(&format!("#{field}-problem")).is_empty(), "{wrong}");
        }
    }

    async fn the_file_holds_the_events_that_the_filter_shows_and_r120_each_on_one_line(app: &TestApp) {
        let browser = administrator(app).await;
        let agent = ("user-agent", "=cmd|' /C calc'!A1,\"x\"");
        let stranger = app.browser();
        let form = stranger.get("/sign-in").await.field("form_token");
        let body = format!("form_token={form}&email=alice%40example.com&password=guess");
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin"), agent];
        stranger.send("POST", "/sign-in", &headers, body).await;
        let page = browser.get("/admin/audit?outcome=refused").await;
        let file = browser.get(&page.attribute("a[download]", "href").expect("the file")).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
        let lines: Vec<&str> = file.body.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), events(&page).len() + 1, "{}", file.body);
        assert!(lines[1].contains(",\"'=cmd|' /C calc'!A1,\"\"x\"\"\",req_"), "{}", lines[1]);
        let all = browser.get("/admin/audit.csv").await.body;
        assert_eq!(all.matches("\r\n").count(), app.events().await + 1);
        assert_eq!(browser.get("/admin/audit.csv?from=x").await.header("location"), "/admin/audit?from=x");
    }

    async fn r113_hostile_filters_of_the_log_are_words_like_any_other(app: &TestApp) {
        let browser = administrator(app).await;
        let before = app.state_and_log().await;
        for hostile in HOSTILE {
            let typed: String = form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
            for name in ["action", "outcome", "account", "actor", "request", "from", "until", "after"] {
                for path in ["/admin/audit", "/admin/audit.csv"] {
                    let answer = browser.get(&format!("{path}?{name}={typed}")).await;
                    assert!(matches!(answer.status, 200 | 303 | 400 | 422), "{path} {name}={hostile}: {}", answer.status);
                }
            }
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn the_log_is_walked_page_by_page_and_r112_a_foreign_cursor_is_refused(app: &TestApp) {
        let browser = administrator(app).await;
        let root = app.person("root@example.com").await;
        for n in 0..70 {
            app.allow_tokens(&root, if n % 2 == 0 { Switch::Off } else { Switch::On }).await;
        }
        let numbers = |page: &Answer| -> Vec<u32> {
            let seq = |text: String| text.split(' ').next().and_then(|seq| seq.parse().ok()).expect("a number");
            page.texts_of("tbody th .mono").into_iter().map(seq).collect()
        };
        let first = browser.get("/admin/audit?action=policy.changed").await;
        let next = first.attribute("a[rel=next]", "href").expect("a second page");
        assert!(next.starts_with("/admin/audit?action=policy.changed&after="), "{next}");
        let second = browser.get(&next).await;
        let all = [numbers(&first), numbers(&second)].concat();
        assert_eq!(all.len(), 71);
        assert!(all.windows(2).all(|pair| pair[0] > pair[1]), "newest first, each once");
        assert_eq!(browser.get(&next.replace("policy.changed", "session.signed_in")).await.status, 400);
        assert_eq!(browser.get(&next.replace("action=policy.changed&", "")).await.status, 400);
        assert_eq!(browser.get("/admin/audit?after=forged").await.status, 400);
    }
}
