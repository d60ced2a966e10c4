//! `/admin/audit`.

use latchkey::domain::access::Switch;

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
