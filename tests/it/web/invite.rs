//! `/invite`: an administrator makes an account, its owner sets it up from the mail, and nobody else ever could.

use latchkey::base::id::AccountId;
use latchkey::base::text::{EmailAddress, PersonName};
use latchkey::base::time::Span;
use latchkey::domain::access::{
    ConfirmedAdministrator, InvitationError, InvitationLinkError, InviteError, NewInvitation, cancel_invitation, invitation_link,
    invite, resend_invitation,
};
use latchkey::domain::accounts::{Attributes, Roles};

use super::{is_signed_in, sign_in};
use crate::support::app::{Answer, Browser, PASSWORD, TestApp, confirmed};
use crate::support::letter;
use crate::support::rows::everything;
use crate::{both, served};

const EMAIL: &str = "anna@example.com";
const CHOSEN: &str = "copper-lantern-drifts-77";

async fn admin(app: &TestApp) -> ConfirmedAdministrator {
    ConfirmedAdministrator::of(confirmed(&app.admin("ada@example.com").await)).expect("an administrator")
}

async fn invited_as(app: &TestApp, by: &ConfirmedAdministrator, email: &str, roles: Roles) -> Result<AccountId, InviteError> {
    let new = NewInvitation {
        email: EmailAddress::parse(email).expect("an address"),
        name: PersonName::parse("Anna B.").expect("a name"),
        roles,
        attributes: Attributes::default(),
    };
    invite(&app.app().ctx, by, new).await
}

/// Invites Anna; her account, and the path of the link that came by mail.
async fn invited(app: &TestApp, by: &ConfirmedAdministrator) -> (AccountId, String) {
    let id = invited_as(app, by, EMAIL, Roles::user()).await.expect("invited");
    (id, mailed_link(app).await)
}

async fn mailed_link(app: &TestApp) -> String {
    letter::link(app.mails_to(EMAIL).await.last().expect("a mail"), "/invite/")
}

async fn accept(browser: &Browser<'_>, link: &str) -> Answer {
    browser.submit(link, link, &[("name", "Anna Berg"), ("password", CHOSEN)]).await
}

served! {
    async fn somebody_who_is_invited_chooses_name_and_password_and_signs_in(app: &TestApp) {
        let by = admin(app).await;
        let (_, link) = invited(app, &by).await;
        let mail = letter::text(app.mails_to(EMAIL).await.last().expect("a mail"));
        assert!(mail.contains("Subject: You're invited to Latchkey") && mail.contains("ada (ada@example.com) invites you"), "{mail}");
        let browser = app.browser();
        let page = browser.get(&link).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Set up your account"));
        let said = page.text_of("main");
        for part in ["ada (ada@example.com)", "Latchkey", EMAIL, "25 Nov 2026, 09:00 UTC"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(page.field("name"), "Anna B.");
        let done = browser.submit_from(&page, &link, &[("name", "Anna Berg"), ("password", CHOSEN)]).await;
        assert_eq!((done.status, done.header("location")), (303, "/sign-in?done=account-set-up"));
        assert!(!is_signed_in(&browser).await, "setting up signs nobody in");
        assert_eq!(sign_in(&browser, EMAIL, CHOSEN).await.status, 303);
        let profile = browser.get("/profile").await.text_of("main");
        assert!(profile.contains("Anna Berg") && profile.contains("Confirmed"), "{profile}");
    }

    async fn an_invitation_says_as_what(app: &TestApp) {
        let by = admin(app).await;
        invited_as(app, &by, EMAIL, Roles::admin()).await.expect("invited");
        let link = mailed_link(app).await;
        assert!(app.anon("GET", &link).await.text_of("main").contains("Latchkey as admin."));
        let browser = app.browser();
        accept(&browser, &link).await;
        sign_in(&browser, EMAIL, CHOSEN).await;
        assert_eq!(browser.get("/admin/audit").await.status, 200);
    }

    async fn r37_mail_scanners_may_open_an_invitation_as_often_as_they_like(app: &TestApp) {
        let by = admin(app).await;
        let (_, link) = invited(app, &by).await;
        let before = app.state_and_log().await;
        for method in ["HEAD", "GET", "GET", "GET", "GET", "GET", "HEAD"] {
            assert_eq!(app.anon(method, &link).await.status, 200, "{method}");
        }
        assert_eq!(app.anon("POST", &link).await.status, 403);
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(accept(&app.browser(), &link).await.status, 303);
    }

    async fn r49_an_invitation_works_once_and_is_refused_the_moment_it_is_72_hours_old(app: &TestApp) {
        let by = admin(app).await;
        let (account, link) = invited(app, &by).await;
        let browser = app.browser();
        app.clock.advance(Span::seconds(72 * 3600 - 1));
        let page = browser.get(&link).await;
        app.clock.advance(Span::seconds(1));
        let fields = [("name", "Anna"), ("password", CHOSEN)];
        let before = app.state_and_log().await;
        let late = browser.submit_from(&page, &link, &fields).await;
        assert_eq!((late.status, late.text_of("title").as_str()), (410, "Error: This link no longer works · Latchkey"));
        assert_eq!(browser.get(&link).await.status, 410);
        assert_eq!(app.state_and_log().await, before);
        resend_invitation(&app.app().ctx, &by, account).await.expect("sent again");
        let link = mailed_link(app).await;
        let page = browser.get(&link).await;
        assert_eq!(browser.submit_from(&page, &link, &fields).await.status, 303);
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&page, &link, &fields).await.status, 410);
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r49_a_newer_invitation_ends_the_older_one_and_it_serves_one_purpose(app: &TestApp) {
        let by = admin(app).await;
        let (account, old) = invited(app, &by).await;
        app.clock.advance(Span::seconds(1));
        resend_invitation(&app.app().ctx, &by, account).await.expect("sent again");
        let new = mailed_link(app).await;
        assert_ne!(old, new);
        let browser = app.browser();
        assert_eq!(browser.get(&old).await.status, 410);
        assert_eq!(browser.get(&new.replace("/invite/", "/verify/")).await.status, 410);
        assert_eq!(browser.get(&new.replace("/invite/", "/setup/")).await.status, 404);
        let forged = format!("/invite/{}", "a".repeat(43));
        for wrong in ["/invite/short", forged.as_str()] {
            assert_eq!(browser.get(wrong).await.status, 410, "{wrong}");
        }
        let secret = new.strip_prefix("/invite/").expect("a link");
        assert!(!everything(&app.app().ctx.db).await.contains(secret), "the link is not in the database");
    }

    async fn r49_of_two_who_accept_at_once_one_wins(app: &TestApp) {
        let by = admin(app).await;
        let (_, link) = invited(app, &by).await;
        let (one, two) = (app.browser(), app.browser());
        let (a, b) = tokio::join!(accept(&one, &link), accept(&two, &link));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410]);
    }

    async fn a_mistake_in_the_form_changes_nothing_and_keeps_the_link(app: &TestApp) {
        let by = admin(app).await;
        let (_, link) = invited(app, &by).await;
        let before = app.state_and_log().await;
        let long = "n".repeat(10_000);
        let cases = [
            (long.as_str(), CHOSEN, "#name-problem"),
            ("Anna\r\nBcc: v@example.com", CHOSEN, "#name-problem"),
            ("Anna", "short", "#password-problem"),
            ("Anna", "anna@example", "#password-problem"),
        ];
        let hashes = app.app().ctx.hasher.hashes_total();
        for (name, password, at) in cases {
            let answer = app.browser().submit(&link, &link, &[("name", name), ("password", password)]).await;
            assert_eq!((answer.status, answer.texts_of(at).len()), (422, 1), "{at}");
            assert!(answer.text_of("title").starts_with("Error: Set up your account"));
        }
        assert_eq!((app.state_and_log().await, app.app().ctx.hasher.hashes_total()), (before, hashes));
        assert_eq!(accept(&app.browser(), &link).await.status, 303);
    }

    async fn r53_an_invited_account_has_no_password_until_its_owner_chooses_one(app: &TestApp) {
        let by = admin(app).await;
        let (_, link) = invited(app, &by).await;
        let kept = "SELECT password_hash, verified_at FROM accounts WHERE email = 'anna@example.com'";
        assert_eq!(app.rows(kept).await, [" | "]);
        for guess in ["", " ", PASSWORD] {
            assert_eq!(sign_in(&app.browser(), EMAIL, guess).await.status, 401, "{guess:?}");
        }
        accept(&app.browser(), &link).await;
        assert_eq!(sign_in(&app.browser(), EMAIL, PASSWORD).await.status, 401);
        assert_eq!(sign_in(&app.browser(), EMAIL, CHOSEN).await.status, 303);
    }

    async fn an_address_with_an_account_is_not_invited_in_any_spelling(app: &TestApp) {
        let by = admin(app).await;
        invited(app, &by).await;
        app.account("kim@example.com", Roles::user()).await;
        let before = app.state_and_log().await;
        for taken in ["ANNA@example.com", "anna@EXAMPLE.COM", "\u{212a}im@example.com", "ada@example.com"] {
            assert!(matches!(invited_as(app, &by, taken, Roles::user()).await, Err(InviteError::EmailTaken)), "{taken}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_cancelled_invitation_is_gone_and_one_that_was_accepted_cannot_be_cancelled(app: &TestApp) {
        let by = admin(app).await;
        let ctx = &app.app().ctx;
        let (first, link) = invited(app, &by).await;
        cancel_invitation(ctx, &by, first).await.expect("cancelled");
        assert_eq!(app.browser().get(&link).await.status, 410);
        assert!(app.rows("SELECT id FROM accounts WHERE email = 'anna@example.com'").await.is_empty());
        app.clock.advance(Span::seconds(1));
        let (second, link) = invited(app, &by).await;
        assert_ne!(first, second);
        accept(&app.browser(), &link).await;
        let before = app.state_and_log().await;
        for account in [first, second, by.person().id()] {
            assert!(matches!(cancel_invitation(ctx, &by, account).await, Err(InvitationError::NotFound)));
            assert!(matches!(resend_invitation(ctx, &by, account).await, Err(InvitationError::NotFound)));
            assert!(matches!(invitation_link(ctx, &by, account).await, Err(InvitationLinkError::NotFound)));
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_suspended_account_is_not_set_up(app: &TestApp) {
        let by = admin(app).await;
        let (_, link) = invited(app, &by).await;
        let browser = app.browser();
        let page = browser.get(&link).await;
        app.suspend(EMAIL).await;
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&page, &link, &[("name", "Anna"), ("password", CHOSEN)]).await.status, 410);
        assert_eq!(app.state_and_log().await, before);
    }

    async fn without_a_mail_server_the_link_can_be_handed_over_and_that_is_recorded(app: &TestApp) {
        let by = admin(app).await;
        let (account, mailed) = invited(app, &by).await;
        let events = app.events().await;
        let link = invitation_link(&app.app().ctx, &by, account).await.expect("the link");
        assert!(link.url.reveal().ends_with(&mailed) && link.url.reveal().starts_with(&app.app().ctx.settings.public_url));
        assert_eq!(link.expires_at, app.clock.now() + Span::hours(72));
        assert_eq!(app.events().await, events + 1);
        app.clock.advance(Span::hours(72));
        assert!(matches!(invitation_link(&app.app().ctx, &by, account).await, Err(InvitationLinkError::NotFound)));
    }
}

both! {
    async fn r53_with_a_mail_server_the_link_is_shown_to_nobody(db: &TestDb) {
        let app = TestApp::start(db, &[("smtp_url", "smtp://127.0.0.1:9")]).await;
        let by = admin(&app).await;
        let account = invited_as(&app, &by, EMAIL, Roles::user()).await.expect("invited");
        let before = app.state_and_log().await;
        assert!(matches!(invitation_link(&app.app().ctx, &by, account).await, Err(InvitationLinkError::GoesByMail)));
        assert_eq!(app.state_and_log().await, before);
        app.stop().await;
    }
}
