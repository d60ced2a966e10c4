//! Taking a second factor away from somebody who has lost it.

use super::{administrator, page_of};
use crate::served;
use crate::support::authenticator::{Authenticator, recovery_codes};

served! {
    async fn a_person_who_lost_app_and_codes_gets_in_again_by_the_password_alone(app: &TestApp) {
        let root = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        Authenticator::set_up(&browser).await;
        recovery_codes(&browser).await;
        let shown = root.get(&page_of(&alice, "")).await;
        assert!(shown.body.contains("Remove second factor"), "{}", shown.body);
        let done = root.submit_from(&shown, &page_of(&alice, "/remove-factor"), &[]).await;
        assert_eq!(done.header("location"), page_of(&alice, "?done=factor-taken"), "{}", done.body);
        assert_eq!(browser.get("/profile").await.status, 303, "every session has ended");
        assert_eq!(app.browser().sign_in("alice@example.com").await.header("location"), "/profile/tokens");
        for table in ["SELECT account_id FROM totp", "SELECT id FROM recovery_codes"] {
            assert!(app.rows(table).await.is_empty(), "{table}");
        }
        let told = app.mails_to("alice@example.com").await;
        let told = told.iter().find(|mail| mail.contains("An administrator removed")).expect("a mail");
        assert!(told.contains("Subject: Second factor removed"), "{told}");
        let before = app.state_and_log().await;
        assert_eq!(root.submit_from(&shown, &page_of(&alice, "/remove-factor"), &[]).await.status, 303);
        assert_eq!(app.state_and_log().await, before, "nothing is there to be removed");
        assert!(!root.get(&page_of(&alice, "")).await.body.contains("Remove second factor"));
    }
}
