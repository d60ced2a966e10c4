//! Inviting somebody from the pages, and what becomes of the invitation.

use latchkey::base::time::Span;

use super::administrator;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser};
use crate::support::letter;
use crate::{both, served};

const NEW: &str = "/admin/accounts/new";
const CHOSEN: &str = "copper-lantern-drifts-77";

async fn invite(browser: &Browser<'_>, fields: &[(&str, &str)]) -> Answer {
    let usual = [("email", "chen@example.com"), ("name", "Chen Wei"), ("roles", "user")];
    let mut sent: Vec<(&str, &str)> = usual.into_iter().filter(|(key, _)| fields.iter().all(|(other, _)| other != key)).collect();
    sent.extend(fields);
    browser.submit(NEW, "/admin/accounts", &sent).await
}

/// Invites Chen; the page of the account.
async fn invited(browser: &Browser<'_>) -> String {
    let done = invite(browser, &[]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let (page, _) = done.header("location").split_once('?').expect("what was done");
    page.to_owned()
}

async fn mailed_link(app: &TestApp) -> String {
    letter::link(app.mails_to("chen@example.com").await.last().expect("a mail"), "/invite/")
}

async fn accept(app: &TestApp, link: &str) -> u16 {
    let browser = app.browser();
    let form = browser.get("/sign-in").await;
    browser.submit_from(&form, link, &[("name", "Chen"), ("password", CHOSEN)]).await.status
}

served! {
    async fn somebody_is_invited_and_sets_up_the_account_from_the_mail(app: &TestApp) {
        let root = administrator(app).await;
        assert_eq!(root.get("/admin/accounts").await.attribute(".head a.primary", "href").as_deref(), Some(NEW));
        let form = root.get(NEW).await;
        assert_eq!((form.text_of("h1").as_str(), form.field("roles").as_str()), ("Invite somebody", "user"));
        let before = app.events().await;
        let done = invite(&root, &[("roles", "Ops, user")]).await;
        assert!(done.status == 303 && done.header("location").ends_with("?done=made"), "{}", done.body);
        assert_eq!(app.events().await, before + 1);
        let page = root.get(done.header("location")).await;
        assert_eq!((page.text_of("h1").as_str(), page.text_of(".head .tag").as_str()), ("Chen Wei", "Invited"));
        assert_eq!(page.text_of(".notice.good"), "The invitation is made. Show its link below and hand it over; it works for 72 hours.");
        assert!(page.text_of(".facts").contains("by root@example.com"), "{}", page.body);
        assert_eq!(accept(app, &mailed_link(app).await).await, 303);
        let chen = app.browser();
        assert_eq!(chen.submit("/sign-in", "/sign-in", &[("email", "chen@example.com"), ("password", CHOSEN)]).await.status, 303);
        let (path, _) = done.header("location").split_once('?').expect("what was done");
        let page = root.get(path).await;
        assert_eq!((page.text_of("h1").as_str(), page.text_of(".head .tag").as_str()), ("Chen", "Active"));
        assert_eq!(page.field("roles"), "ops, user");
    }

    async fn what_is_wrong_comes_back_at_its_field_and_invites_nobody(app: &TestApp) {
        let root = administrator(app).await;
        app.user("alice@example.com").await;
        let before = app.state_and_log().await;
        let long = "x".repeat(10_000);
        for (field, value, message) in [
            ("email", "", "Enter an email address"),
            ("email", "chen", "in the form name@example.com"),
            ("email", "chеn@example.com\r\nBcc: v@example.com", "in the form name@example.com"),
            ("email", "ａlice@example.com", "in the form name@example.com"),
            ("email", " ALICE@Example.COM ", "Somebody has an account with this address"),
            ("email", &long, "too long"),
            ("name", &long, "too long"),
            ("name", "Chen\r\nBcc: v@example.com", "cannot be shown"),
            ("roles", "", "Enter one role at least"),
            ("roles", "user, \"admin\"", "is no role"),
        ] {
            let refused = invite(&root, &[(field, value)]).await;
            assert_eq!(refused.status, 422, "{field} {value}");
            assert!(refused.text_of(&format!("#{field}-problem")).contains(message), "{field} {value}: {}", refused.body);
            assert!(refused.text_of("title").starts_with("Error: "));
            let kept = ["email", "name", "roles"].into_iter().find(|other| *other != field).expect("another field");
            assert!(!refused.field(kept).is_empty(), "what was right is kept");
        }
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(app.mails_to("chen@example.com").await.len(), 0);
    }

    async fn r53_an_invitation_takes_no_password(app: &TestApp) {
        let root = administrator(app).await;
        assert_eq!(root.get(NEW).await.attributes("input[type=password], input[name*=password]", "name"), Vec::<String>::new());
        let chosen = [("password", CHOSEN), ("verified_at", "1"), ("password_hash", "x"), ("confirm", CHOSEN)];
        assert_eq!(invite(&root, &chosen).await.status, 303);
        let row = app.rows("SELECT password_hash, verified_at FROM accounts WHERE email_key = 'chen@example.com'").await;
        assert_eq!(row, [" | "]);
        let chen = app.browser();
        let refused = chen.submit("/sign-in", "/sign-in", &[("email", "chen@example.com"), ("password", CHOSEN)]).await;
        assert_eq!(refused.status, 401);
    }

    async fn an_invitation_is_sent_again_and_taken_back(app: &TestApp) {
        let root = administrator(app).await;
        let page = invited(&root).await;
        let first = mailed_link(app).await;
        app.clock.advance(Span::seconds(1));
        let resent = root.submit(&page, &format!("{page}/resend"), &[]).await;
        assert_eq!(resent.status, 303);
        let second = mailed_link(app).await;
        assert!(first != second && app.browser().get(&first).await.status >= 400, "a newer link ends the older one");
        assert_eq!(app.browser().get(&second).await.status, 200);
        let asked = root.get(&format!("{page}/cancel")).await;
        assert_eq!(asked.text_of("h1"), "Cancel the invitation of Chen Wei?");
        let before = app.events().await;
        let gone = root.submit_from(&asked, &format!("{page}/cancel"), &[]).await;
        assert_eq!((gone.status, gone.header("location")), (303, "/admin/accounts?done=cancelled"));
        assert_eq!(app.events().await, before + 1);
        assert_eq!(root.get(gone.header("location")).await.text_of(".notice.good"), "The invitation is cancelled. Its link leads nowhere.");
        assert!(app.browser().get(&second).await.status >= 400);
        assert_eq!(root.get(&page).await.status, 404, "nobody has used the account, so it is gone");
        let before = app.state_and_log().await;
        for what in ["cancel", "resend", "link", "set-password-link"] {
            assert_eq!(root.submit_from(&asked, &format!("{page}/{what}"), &[]).await.status, 404, "{what}");
        }
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(invite(&root, &[]).await.status, 303, "the address can be invited again");
    }

    async fn without_a_mail_server_the_link_is_shown_to_hand_over(app: &TestApp) {
        let root = administrator(app).await;
        let page = invited(&root).await;
        let before = app.events().await;
        let shown = root.submit(&page, &format!("{page}/link"), &[]).await;
        assert_eq!((shown.status, shown.text_of("h1").as_str()), (200, "Invitation link"));
        assert_eq!(shown.header("cache-control"), "no-store");
        assert_eq!(app.events().await, before + 3, "the page, that the link was shown, and to whom it belongs");
        let url = shown.attribute("#link", "value").expect("the link");
        let path = url.strip_prefix(app.app().ctx.settings.public_url.as_str()).expect("on the public address");
        assert_eq!(path, mailed_link(app).await);
        assert!(!root.get(&page).await.body.contains(path), "it stands nowhere else");
        assert_eq!(root.get(&format!("{page}/link")).await.status, 405, "and no address leads to it");
        assert_eq!(accept(app, path).await, 303);
        let form = root.get(&page).await;
        let before = app.state_and_log().await;
        for what in ["link", "resend", "cancel"] {
            assert_eq!(root.submit_from(&form, &format!("{page}/{what}"), &[]).await.status, 404, "{what}: it is set up");
        }
        assert_eq!(root.get(&format!("{page}/cancel")).await.header("location"), page);
        assert_eq!(app.state().await, before[..app.state().await.len()]);
    }

    async fn r53_a_way_to_a_new_password_is_mailed_and_not_shown(app: &TestApp) {
        let root = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let page = super::page_of(&alice, "");
        let done = root.submit(&page, &format!("{page}/set-password-link"), &[]).await;
        assert_eq!((done.status, done.header("location").to_owned()), (303, format!("{page}?done=link")));
        let mails = app.mails_to("alice@example.com").await;
        let link = letter::link(mails.last().expect("a mail"), "/recover/");
        let shown = root.get(done.header("location")).await;
        assert_eq!(shown.text_of(".notice.good"), "The mail with the link is on its way.");
        assert!(!shown.body.contains(&link) && !done.body.contains(&link));
        assert_eq!(app.browser().get(&link).await.status, 200);
        super::press(&root, &super::page_of(&alice, "/suspend")).await;
        let before = app.state_and_log().await;
        let refused = root.submit_from(&shown, &format!("{page}/set-password-link"), &[]).await;
        assert_eq!(refused.status, 404, "of no use to whoever is suspended");
        assert_eq!(app.state_and_log().await, before);
        assert!(app.browser().get(&link).await.status >= 400, "nor is the link");
    }
}

both! {
    async fn r53_with_a_mail_server_no_link_is_offered_or_shown(db: &TestDb) {
        let app = TestApp::start(db, &[("smtp_url", "smtp://127.0.0.1:9")]).await;
        {
            let root = administrator(&app).await;
            let done = invite(&root, &[]).await;
            assert!(done.header("location").ends_with("?done=invited"), "{}", done.body);
            let page = root.get(done.header("location")).await;
            assert_eq!(page.text_of(".notice.good"), "The invitation is on its way. Its link works for 72 hours.");
            let (path, _) = done.header("location").split_once('?').expect("what was done");
            assert_eq!(page.attributes(&format!("form[action='{path}/link']"), "action"), Vec::<String>::new());
            let before = app.state_and_log().await;
            assert_eq!(root.submit_from(&page, &format!("{path}/link"), &[]).await.status, 404);
            assert_eq!(app.state_and_log().await, before);
        }
        app.stop().await;
    }
}
