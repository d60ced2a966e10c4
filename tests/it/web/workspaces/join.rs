//! `/join/{secret}`: the link of an invitation, in everybody's hands.

use latchkey::base::time::Span;

use super::{invite, join_link};
use crate::both;
use crate::served;
use crate::support::app::{Answer, Browser, PASSWORD, TestApp};
use crate::support::rows::{everything, execute_all};

const CHOSEN: &str = "copper-lantern-drifts-77";

/// A workspace of Alice, and the link with which Bob is invited as a developer.
async fn invited(app: &TestApp) -> String {
    let alice = app.user("alice@example.com").await;
    app.workspace(&alice, "acme").await;
    let browser = app.browser();
    browser.sign_in("alice@example.com").await;
    assert_eq!(invite(&browser, "bob@example.com", "developer").await.status, 303);
    join_link(app, "bob@example.com").await
}

async fn set_up(browser: &Browser<'_>, link: &str, password: &str) -> Answer {
    browser.submit(link, link, &[("name", "Bob"), ("password", password)]).await
}

served! {
    async fn who_has_an_account_signs_in_and_accepts(app: &TestApp) {
        app.user("bob@example.com").await;
        let link = invited(app).await;
        let browser = app.browser();
        let page = browser.get(&link).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Join acme Inc."));
        let sign_in = page.attribute("main .actions a", "href").expect("a way on");
        assert_eq!(sign_in, format!("/sign-in?next={link}"));
        let entered = browser.submit(&sign_in, "/sign-in", &[("email", "bob@example.com"), ("password", PASSWORD)]).await;
        assert_eq!((entered.status, entered.header("location")), (303, link.as_str()));
        let accepted = browser.submit(&link, &format!("{link}/accept"), &[]).await;
        assert_eq!((accepted.status, accepted.header("location")), (303, "/w/acme?done=joined"));
        let page = browser.get(accepted.header("location")).await;
        assert!(page.texts_of("dd").contains(&"developer".to_owned()), "{}", page.text_of("main"));
        let before = app.state_and_log().await;
        for action in ["accept", "decline"] {
            assert_eq!(browser.submit("/workspaces", &format!("{link}/{action}"), &[]).await.status, 410, "{action}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn the_invitation_stands_among_one_s_workspaces_and_can_be_declined(app: &TestApp) {
        app.user("bob@example.com").await;
        let link = invited(app).await;
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        let list = browser.get("/workspaces").await;
        assert!(list.text_of("section h2").contains("You are invited to acme Inc."), "{}", list.body);
        let forms: Vec<String> = list.attributes("main form", "action").into_iter().filter(|to| to.contains("/invitations/")).collect();
        let declined = browser.submit_from(&list, &forms[1], &[]).await;
        assert_eq!((declined.status, declined.header("location")), (303, "/workspaces?done=declined"));
        assert_eq!(browser.get(&link).await.status, 410);
        let before = app.state_and_log().await;
        for form in &forms {
            assert_eq!(browser.submit_from(&list, form, &[]).await.status, 404, "{form}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn who_has_no_account_makes_one_from_the_mail_and_belongs_to_it_at_once(app: &TestApp) {
        let link = invited(app).await;
        let browser = app.browser();
        let made = set_up(&browser, &link, CHOSEN).await;
        assert_eq!((made.status, made.header("location")), (303, "/sign-in?done=account-set-up&next=/w/acme"));
        assert_eq!(browser.get("/w/acme").await.status, 303, "it signs nobody in");
        let entered = browser.submit(made.header("location"), "/sign-in", &[("email", "bob@example.com"), ("password", CHOSEN)]).await;
        assert_eq!((entered.status, entered.header("location")), (303, "/w/acme"));
        assert_eq!(browser.get("/w/acme").await.status, 200);
        assert!(browser.get("/profile").await.text_of("main").contains("Confirmed"), "the mail has shown whose address it is");
        let events = app.rows("SELECT action FROM audit_events WHERE action IN ('account.created', 'member.joined') ORDER BY seq DESC LIMIT 3").await;
        assert!(events.contains(&"member.joined".to_owned()), "{events:?}");
    }

    async fn r05_a_password_made_of_the_workspace_s_name_is_refused(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        app.workspace(&alice, "zanzibarflorist").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let page = "/w/zanzibarflorist/invites";
        browser.submit(page, page, &[("email", "bob@example.com"), ("role", "viewer")]).await;
        let link = join_link(app, "bob@example.com").await;
        let before = app.state_and_log().await;
        for weak in ["zanzibarflorist", "ZanzibarFlorist1", "zanzibarflorist inc", "short"] {
            let refused = set_up(&app.browser(), &link, weak).await;
            assert_eq!((refused.status, refused.texts_of("#password-problem").len()), (422, 1), "{weak}");
            assert_eq!(refused.field("name"), "Bob");
        }
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(set_up(&app.browser(), &link, CHOSEN).await.status, 303);
    }

    async fn r37_mail_scanners_may_open_the_link_as_often_as_they_like(app: &TestApp) {
        let link = invited(app).await;
        let before = app.state_and_log().await;
        for method in ["HEAD", "GET", "GET", "GET", "HEAD"] {
            assert_eq!(app.anon(method, &link).await.status, 200, "{method}");
        }
        for path in [link.clone(), format!("{link}/accept"), format!("{link}/decline")] {
            assert!(matches!(app.anon("POST", &path).await.status, 303 | 403), "{path}");
        }
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(set_up(&app.browser(), &link, CHOSEN).await.status, 303);
    }

    async fn r49_the_link_ends_to_the_second_serves_one_purpose_and_is_nowhere_in_the_database(app: &TestApp) {
        let link = invited(app).await;
        let secret = link.strip_prefix("/join/").expect("a link");
        assert!(!everything(&app.app().ctx.db).await.contains(secret));
        for (path, status) in [("/verify/", 410), ("/recover/", 410), ("/invite/", 410), ("/setup/", 404)] {
            assert_eq!(app.anon("GET", &format!("{path}{secret}")).await.status, status, "{path}");
        }
        let forged = format!("/join/{}", "a".repeat(43));
        for wrong in ["/join/short", forged.as_str()] {
            assert_eq!(app.anon("GET", wrong).await.status, 410, "{wrong}");
        }
        let browser = app.browser();
        app.clock.advance(Span::seconds(7 * 24 * 3600 - 1));
        let page = browser.get(&link).await;
        app.clock.advance(Span::seconds(1));
        let before = app.state_and_log().await;
        let late = browser.submit_from(&page, &link, &[("name", "Bob"), ("password", CHOSEN)]).await;
        assert_eq!((late.status, late.text_of("title").as_str()), (410, "Error: This link no longer works · Latchkey"));
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r49_of_two_who_set_up_at_once_one_wins(app: &TestApp) {
        let link = invited(app).await;
        let (one, two) = (app.browser(), app.browser());
        let (a, b) = tokio::join!(set_up(&one, &link, CHOSEN), set_up(&two, &link, CHOSEN));
        let made = [&a, &b].iter().filter(|answer| answer.header("location").starts_with("/sign-in")).count();
        assert_eq!((made, app.rows("SELECT id FROM accounts").await.len()), (1, 2), "{} {}", a.status, b.status);
        assert_eq!(app.rows("SELECT id FROM memberships").await.len(), 2);
    }

    async fn somebody_else_s_link_says_for_whom_it_is_and_joins_nobody(app: &TestApp) {
        let link = invited(app).await;
        app.user("carl@example.com").await;
        let browser = app.browser();
        browser.sign_in("carl@example.com").await;
        let page = browser.get(&link).await;
        let said = page.text_of("main");
        assert!(said.contains("carl@example.com") && said.contains("b…@example.com") && !said.contains("bob@"), "{said}");
        let before = app.state_and_log().await;
        for (action, status) in [("/accept", 303), ("/decline", 303), ("", 409)] {
            let refused = browser.submit_from(&page, &format!("{link}{action}"), &[("name", "Carl"), ("password", CHOSEN)]).await;
            assert_eq!(refused.status, status, "{action}");
            assert!(status != 303 || refused.header("location") == link, "{action}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn an_unconfirmed_or_taken_address_joins_nothing(app: &TestApp) {
        let link = invited(app).await;
        let form = app.browser();
        let page = form.get(&link).await;
        app.unconfirmed("bob@example.com").await;
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        let seen = browser.get(&link).await;
        assert!(seen.text_of("main").contains("Confirm your email address first"), "{}", seen.body);
        let before = app.state_and_log().await;
        for action in ["accept", "decline"] {
            assert_eq!(browser.submit_from(&seen, &format!("{link}/{action}"), &[]).await.status, 403, "{action}");
        }
        let taken = form.submit_from(&page, &link, &[("name", "Bob"), ("password", CHOSEN)]).await;
        assert_eq!(taken.status, 409);
        assert!(taken.text_of("main").contains("There is an account for bob@example.com"), "{}", taken.body);
        assert!(!browser.get("/workspaces").await.body.contains("acme"));
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_suspended_workspace_is_joined_by_nobody(app: &TestApp) {
        app.user("bob@example.com").await;
        let link = invited(app).await;
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        let page = browser.get(&link).await;
        let forms = browser.get("/workspaces").await.attributes("main form", "action");
        execute_all(&app.app().ctx.db, &["UPDATE workspaces SET suspended_at = 1"]).await;
        let before = app.state_and_log().await;
        assert_eq!(browser.get(&link).await.status, 410);
        assert_eq!(browser.submit_from(&page, &format!("{link}/accept"), &[]).await.status, 410);
        assert_eq!(browser.submit_from(&page, &forms[0], &[]).await.status, 404, "{}", forms[0]);
        assert_eq!(app.state_and_log().await, before);
    }
}

both! {
    async fn the_mailed_link_makes_an_account_where_sign_up_is_by_invitation(db: &TestDb) {
        let app = TestApp::start(db, &[("sign_up", "invite")]).await;
        let link = invited(&app).await;
        assert_eq!(set_up(&app.browser(), &link, CHOSEN).await.status, 303);
        assert_eq!(app.rows("SELECT id FROM memberships").await.len(), 2);
        app.stop().await;
    }
}
