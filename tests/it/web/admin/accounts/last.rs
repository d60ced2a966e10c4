//! The last administrator who can sign in stays one.

use latchkey::domain::access::{self, ConfirmedAdministrator};
use latchkey::domain::accounts::people::ChangeAccountError;
use latchkey::domain::accounts::{Person, Roles};
use latchkey::domain::sessions;

use super::{administrator, page_of, press};
use crate::served;
use crate::support::TestApp;
use crate::support::app::confirmed;
use crate::support::rows::execute_all;

fn governing(person: &Person) -> ConfirmedAdministrator {
    ConfirmedAdministrator::of(confirmed(person)).expect("an administrator")
}

/// Whether this one of two was refused because nobody would have been left.
fn was_last(outcome: &Result<(), ChangeAccountError>) -> bool {
    match outcome {
        Ok(()) => false,
        Err(ChangeAccountError::LastAdministrator) => true,
        Err(other) => panic!("{other}"),
    }
}

/// The administrators that can sign in.
async fn administrators(app: &TestApp) -> Vec<String> {
    app.rows("SELECT email FROM accounts WHERE roles = '[\"admin\",\"user\"]' AND suspended_at IS NULL ORDER BY email").await
}

served! {
    async fn r103_two_administrators_who_demote_each_other_leave_one(app: &TestApp) {
        let shared = app.app();
        let ctx = &shared.ctx;
        let a = app.admin("a@example.com").await;
        app.account("b@example.com", Roles::admin()).await;
        let b = app.person("b@example.com").await;
        let (by_a, by_b, user) = (governing(&a), governing(&b), Roles::user());
        for round in 0..100 {
            let (to_b, to_a) = match round % 4 {
                0 => tokio::join!(sessions::suspend(ctx, &by_a, b.id()), sessions::suspend(ctx, &by_b, a.id())),
                1 => tokio::join!(sessions::suspend(ctx, &by_a, b.id()), access::set_roles(ctx, &by_b, a.id(), &user)),
                _ => tokio::join!(access::set_roles(ctx, &by_a, b.id(), &user), access::set_roles(ctx, &by_b, a.id(), &user)),
            };
            assert!(was_last(&to_a) != was_last(&to_b), "round {round}: one of two is refused");
            let left = administrators(app).await;
            assert_eq!(left, [if was_last(&to_a) { "a@example.com" } else { "b@example.com" }], "round {round}");
            for id in [a.id(), b.id()] {
                sessions::restore(ctx, &by_a, id).await.expect("restored");
                access::set_roles(ctx, &by_a, id, &Roles::admin()).await.expect("saved");
            }
        }
    }

    async fn r103_the_last_administrator_is_neither_demoted_nor_suspended(app: &TestApp) {
        let browser = administrator(app).await;
        let root = app.person("root@example.com").await;
        for who in ["invited@example.com", "suspended@example.com"] {
            app.account(who, Roles::admin()).await;
        }
        let suspended = app.person("suspended@example.com").await;
        press(&browser, &page_of(&suspended, "/suspend")).await;
        execute_all(&app.app().ctx.db, &[
            "UPDATE accounts SET password_hash = NULL, verified_at = NULL, invited_at = 1 WHERE email_key = 'invited@example.com'",
        ]).await;
        let before = app.state_and_log().await;
        let refused = press(&browser, &page_of(&root, "/suspend")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("[role=alert]").starts_with("This is the last administrator who can sign in"), "{}", refused.body);
        let refused = browser.submit(&page_of(&root, ""), &page_of(&root, "/roles"), &[("roles", "user")]).await;
        assert_eq!((refused.status, refused.field("roles").as_str()), (422, "user"));
        assert!(refused.text_of("#roles-problem").contains("Make somebody else an administrator first"), "{}", refused.body);
        assert_eq!(app.state_and_log().await, before, "and looking at one's own account is no event");
        let saved = browser.submit(&page_of(&root, ""), &page_of(&root, "/roles"), &[("roles", "ops admin")]).await;
        assert_eq!(saved.status, 303, "other roles may change");
    }

    async fn one_of_two_administrators_may_step_down(app: &TestApp) {
        let browser = administrator(app).await;
        let root = app.person("root@example.com").await;
        app.account("second@example.com", Roles::admin()).await;
        let saved = browser.submit(&page_of(&root, ""), &page_of(&root, "/roles"), &[("roles", "user")]).await;
        assert_eq!((saved.status, saved.header("location")), (303, "/profile"), "where there is something left to see");
        assert_eq!(browser.get("/admin/accounts").await.status, 403);
        let second = app.browser();
        second.sign_in("second@example.com").await;
        let own = app.person("second@example.com").await;
        assert_eq!(press(&second, &page_of(&own, "/suspend")).await.status, 422, "now the other one is the last");
        assert_eq!(press(&second, &page_of(&root, "/suspend")).await.status, 303);
    }
}
