//! `/admin/mail`.

use latchkey::base::time::Span;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser};
use crate::support::rows;

const PAGE: &str = "/admin/mail";

async fn administrator(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

fn subjects(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.body);
    page.texts_of("tbody th")
}

/// Forgets the mails about new sign-ins.
async fn empty_the_outbox(app: &TestApp) {
    app.mails().await;
    rows::execute_all(&app.app().ctx.db, &["DELETE FROM mails"]).await;
}

/// Makes every mail one that was given up for this reason.
async fn give_up(app: &TestApp, why: &'static str) {
    app.mails().await;
    let statement = match why {
        "refused" => "UPDATE mails SET state = 'given_up', finished_at = created_at, last_error = 'refused: 550 no such user'",
        _ => "UPDATE mails SET state = 'given_up', finished_at = created_at, last_error = 'expired before its first attempt'",
    };
    rows::execute_all(&app.app().ctx.db, &[statement]).await;
}

served! {
    async fn each_mail_is_shown_with_its_state_and_what_went_wrong(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        empty_the_outbox(app).await;
        assert_eq!(browser.get(PAGE).await.text_of(".empty-line"), "No mail is here.");
        app.token(&alice, "CI <deploy>", &[]).await;
        app.mails().await;
        let page = browser.get(PAGE).await;
        assert_eq!(subjects(&page), ["Token \"CI <deploy>\" created"]);
        assert_eq!(page.text_of("td[data-label=To]"), "alice@example.com");
        assert_eq!((page.text_of("td[data-label=State]").as_str(), page.text_of("td[data-label=Tried]").as_str()), ("Sent", "once"));
        assert_eq!(page.texts_of(".tabs .count"), ["1", "0", "1", "0"]);
        assert!(page.text_of("main").contains("No mail server is configured"), "{}", page.body);
        give_up(app, "refused").await;
        let page = browser.get("/admin/mail?state=given-up").await;
        assert!(subjects(&page)[0].ends_with("refused: 550 no such user"), "{:?}", subjects(&page));
        assert!(page.text_of(".notice.warn").contains("1 mail: The mail server refused these for good"));
        assert_eq!(browser.get("/admin/mail?state=sent").await.text_of(".empty-line"), "No mail is here.");
        let board = browser.get("/admin").await;
        assert_eq!(board.texts_of(".figure.look .figure-label"), ["Mails that could not be sent"]);
    }

    async fn r121_a_mail_that_was_given_up_is_sent_again_unless_it_is_over(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        empty_the_outbox(app).await;
        app.token(&alice, "CI", &[]).await;
        give_up(app, "refused").await;
        let page = browser.get(PAGE).await;
        let again = page.attribute("td.acts form", "action").expect("it can be sent again");
        let events = app.events().await;
        let done = browser.submit_from(&page, &again, &[]).await;
        assert_eq!((done.status, done.header("location")), (303, "/admin/mail?done=again"));
        assert_eq!(app.events().await - events, 1);
        app.mails().await;
        assert_eq!(browser.get(PAGE).await.text_of("td[data-label=State]"), "Sent");
        let before = app.state_and_log().await;
        let stays = browser.submit_from(&page, &again, &[]).await;
        assert_eq!(stays.header("location"), "/admin/mail?done=stays");
        assert_eq!(app.state_and_log().await, before);
        give_up(app, "expired").await;
        app.clock.advance(Span::days(3));
        browser.sign_in("root@example.com").await;
        let page = browser.get(PAGE).await;
        assert_eq!(page.attribute("td.acts form", "action"), None, "what it says is over");
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&page, &again, &[]).await.header("location"), "/admin/mail?done=stays");
        for wrong in ["/admin/mail/x/again", "/admin/mail/msg_00000000000070008000000000000000/again"] {
            assert!(matches!(browser.submit_from(&page, wrong, &[]).await.status, 303 | 404), "{wrong}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r121_a_test_mail_goes_to_whoever_asked_for_it(app: &TestApp) {
        let browser = administrator(app).await;
        let events = app.events().await;
        let sent = browser.submit(PAGE, "/admin/mail/test", &[]).await;
        assert_eq!(sent.header("location"), "/admin/mail?done=test");
        assert_eq!(app.events().await - events, 1);
        let mails = app.mails_to("root@example.com").await;
        assert_eq!(mails.iter().filter(|mail| mail.contains("Subject: Test mail")).count(), 1, "{mails:?}");
        let page = browser.get(sent.header("location")).await;
        assert!(page.text_of(".notice.good").starts_with("The test mail is on its way to you."));
    }

    async fn r112_the_outbox_is_walked_page_by_page_and_a_foreign_cursor_is_refused(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        empty_the_outbox(app).await;
        for n in 0..60 {
            app.token(&alice, &format!("job {n:02}"), &[]).await;
        }
        let first = browser.get(PAGE).await;
        let next = first.attribute("a[rel=next]", "href").expect("a second page");
        let mut all = [subjects(&first), subjects(&browser.get(&next).await)].concat();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 60);
        for wrong in ["/admin/mail?after=x", "/admin/mail?state=sent&after="] {
            assert_eq!(browser.get(wrong).await.status, 400, "{wrong}");
        }
        assert_eq!(browser.get(&next.replace("mail?", "mail?state=sent&")).await.status, 400);
        for hostile in super::tokens::HOSTILE {
            let typed: String = form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
            for name in ["state", "after", "done"] {
                let status = browser.get(&format!("{PAGE}?{name}={typed}")).await.status;
                assert!(matches!(status, 200 | 400), "{name}={hostile}: {status}");
            }
        }
    }
}
