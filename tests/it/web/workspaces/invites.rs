//! `/w/{slug}/invites`: inviting, and what became of it.

use latchkey::base::time::Span;

use super::{invite, join_link};
use crate::served;
use crate::support::letter;

served! {
    async fn an_invitation_is_mailed_listed_sent_again_and_cancelled(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        app.workspace(&alice, "acme").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let sent = invite(&browser, "Bob@example.com", "developer").await;
        assert_eq!((sent.status, sent.header("location")), (303, "/w/acme/invites?done=invited"));
        let mail = letter::text(app.mails_to("Bob@example.com").await.last().expect("a mail"));
        for part in ["Subject: You're invited to acme Inc.", "alice@example.com invites you to", "as developer", "29 Nov 2026, 09:00 UTC"] {
            assert!(mail.contains(part), "{part}: {mail}");
        }
        let page = browser.get(sent.header("location")).await;
        assert!(page.text_of("tbody tr").starts_with("Bob@example.com developer"), "{}", page.text_of("tbody tr"));
        let (old, forms) = (join_link(app, "Bob@example.com").await, page.attributes("tbody form", "action"));
        app.clock.advance(Span::days(8));
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        assert!(browser.get("/w/acme/invites").await.text_of("tbody tr").contains("Expired"));
        assert_eq!(browser.submit("/w/acme/invites", &forms[0], &[]).await.status, 303);
        let new = join_link(app, "Bob@example.com").await;
        assert_ne!(old, new);
        assert_eq!((browser.get(&old).await.status, app.anon("GET", &new).await.status), (410, 200));
        let cancelled = browser.submit("/w/acme/invites", &forms[1], &[]).await;
        assert_eq!((cancelled.status, cancelled.header("location")), (303, "/w/acme/invites?done=cancelled"));
        assert_eq!(app.anon("GET", &new).await.status, 410);
        for form in &forms {
            assert_eq!(browser.submit("/w/acme/invites", form, &[]).await.status, 404, "{form}");
        }
    }

    async fn r20_inviting_says_nothing_about_who_has_an_account(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        app.user("known@example.com").await;
        app.unconfirmed("half@example.com").await;
        app.workspace(&alice, "acme").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let mut answers = Vec::new();
        for who in ["known@example.com", "half@example.com", "nobody@example.com"] {
            let sent = invite(&browser, who, "viewer").await;
            let mail = letter::text(app.mails_to(who).await.last().expect("a mail"));
            let greeting = mail.lines().find(|line| line.starts_with("Hello")).map(str::to_owned);
            answers.push((sent.status, sent.header("location").to_owned(), greeting));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    }

    async fn mistakes_are_said_at_their_field_and_invite_nobody(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.belongs(&acme, "ann@example.com", "admin").await;
        let browser = app.browser();
        browser.sign_in("ann@example.com").await;
        let form = browser.get("/w/acme/invites").await;
        let before = app.state_and_log().await;
        for (email, role, at) in [
            ("", "viewer", "email"), ("bob", "viewer", "email"), ("b@e.com\r\nBcc: v@e.com", "viewer", "email"),
            ("ALICE@example.com", "viewer", "email"), ("bob@example.com", "", "role"), ("bob@example.com", "owner", "role"),
        ] {
            let wrong = browser.submit_from(&form, "/w/acme/invites", &[("email", email), ("role", role)]).await;
            assert_eq!((wrong.status, wrong.texts_of(&format!("#{at}-problem")).len()), (422, 1), "{email} {role}");
        }
        assert_eq!(app.state_and_log().await, before);
        assert!(app.mails().await.iter().all(|mail| !mail.contains("invited")));
    }

    async fn an_advertisement_for_a_name_is_not_mailed_to_strangers(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let fields = [("name", "Win at https://evil.example"), ("slug", acme.slug.as_str())];
        assert_eq!(browser.submit("/w/acme/settings", "/w/acme/settings", &fields).await.status, 303);
        invite(&browser, "bob@example.com", "viewer").await;
        let mail = letter::text(app.mails_to("bob@example.com").await.last().expect("a mail"));
        assert!(mail.contains("Subject: You're invited to a workspace") && !mail.contains("evil"), "{mail}");
    }
}
