//! `/setup/{code}`: the first administrator, once.

use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;

use super::{is_signed_in, sign_in};
use crate::served;
use crate::support::app::{PASSWORD, TestApp};
use crate::support::rows::rows;

const FORM: [(&str, &str); 3] = [("name", "Ada Quist"), ("email", "ada@example.com"), ("password", PASSWORD)];
const ALLOWED: (&str, &str) = ("allow_tokens", "yes");

fn path(app: &TestApp) -> String {
    let url = app.setup_url().expect("a setup link");
    url.strip_prefix(&app.url("")).expect("an address of ours").to_owned()
}

async fn tokens_allowed(app: &TestApp) -> String {
    rows(&app.app().ctx.db, "SELECT allowed FROM token_policy").await.join("")
}

served! {
    async fn r11_the_first_administrator_is_made_once_and_is_signed_in(app: &TestApp) {
        let setup = path(app);
        let browser = app.browser();
        for method in ["HEAD", "GET", "GET"] {
            assert_eq!(browser.send(method, &setup, &[], String::new()).await.status, 200, "opening it uses nothing up");
        }
        let page = browser.get(&setup).await;
        assert_eq!((page.text_of("h1").as_str(), page.header("referrer-policy")), ("Set up Latchkey", "no-referrer"));
        assert!(page.attributes_of("#allow_tokens").contains_key("checked"));
        let done = browser.submit_from(&page, &setup, &[FORM[0], FORM[1], FORM[2], ALLOWED]).await;
        assert_eq!((done.status, done.header("location")), (303, "/profile/tokens"), "{}", done.body);
        assert!(is_signed_in(&browser).await);
        let ada = app.person("ada@example.com").await;
        assert!(ada.is_admin() && ada.is_verified());
        assert_eq!(tokens_allowed(app).await, "yes");

        let before = app.state().await;
        let other = app.browser();
        let form = other.get("/sign-in").await;
        let twice = other.submit_from(&form, &setup, &[FORM[0], ("email", "eve@example.com"), FORM[2]]).await;
        assert_eq!((twice.status, twice.text_of("title").as_str()), (404, "Error: This link no longer works · Latchkey"));
        assert_eq!((other.get(&setup).await.status, other.get("/setup/x").await.status), (404, 404));
        assert_eq!(app.state().await, before);
        assert!(other.cookie("sid").is_none());
    }

    async fn r11_a_setup_link_lives_an_hour_and_dies_with_the_first_administrator(app: &TestApp) {
        let setup = path(app);
        let browser = app.browser();
        let page = browser.get(&setup).await;
        app.clock.advance(Span::seconds(3_599));
        assert_eq!(browser.get(&setup).await.status, 200);
        app.clock.advance(Span::seconds(1));
        assert_eq!(browser.get(&setup).await.status, 404);
        let before = app.state().await;
        assert_eq!(browser.submit_from(&page, &setup, &FORM).await.status, 404);
        assert_eq!(app.state().await, before);
        app.clock.advance(Span::minutes(-30));
        assert_eq!(browser.get(&setup).await.status, 200);
        app.account("root@example.com", Roles::admin()).await;
        assert_eq!(browser.get(&setup).await.status, 404);
    }

    async fn mistakes_keep_the_link_and_what_was_typed(app: &TestApp) {
        app.account("taken@example.com", Roles::user()).await;
        let setup = path(app);
        let before = app.state().await;
        let browser = app.browser();
        let tries = [
            ([FORM[0], ("email", "ada"), FORM[2]], "email"),
            ([FORM[0], FORM[1], ("password", "short")], "password"),
            ([FORM[0], ("email", "Taken@example.com"), FORM[2]], "email"),
        ];
        for (fields, wrong) in tries {
            let answer = browser.submit(&setup, &setup, &fields).await;
            assert_eq!((answer.status, answer.field("email").as_str()), (422, fields[1].1));
            assert!(!answer.text_of(&format!("#{wrong}-problem")).is_empty());
            assert!(!answer.attributes_of("#allow_tokens").contains_key("checked"), "the box stays as it was sent");
            assert_eq!(answer.text_of("title"), "Error: Set up Latchkey · Latchkey");
        }
        assert_eq!(app.state().await, before);
        assert_eq!(browser.submit(&setup, &setup, &FORM).await.status, 303);
        assert_eq!(tokens_allowed(app).await, "no");
        assert_eq!(sign_in(&app.browser(), "ada@example.com", PASSWORD).await.status, 303);
    }

    async fn r11_of_two_who_set_up_at_once_one_wins(app: &TestApp) {
        let setup = path(app);
        let (one, two) = (app.browser(), app.browser());
        let (page_one, page_two) = (one.get(&setup).await, two.get(&setup).await);
        let second = [FORM[0], ("email", "eve@example.com"), FORM[2]];
        let (a, b) = tokio::join!(one.submit_from(&page_one, &setup, &FORM), two.submit_from(&page_two, &setup, &second));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 404]);
        assert_eq!(rows(&app.app().ctx.db, "SELECT id FROM accounts").await.len(), 1);
    }
}
