//! `/admin/tokens/revoke`: an administrator ends other people's tokens.

use latchkey::base::id::CredentialId;
use latchkey::base::rng::Rng;
use latchkey::base::time::Span;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser};

const PAGE: &str = "/admin/tokens";
const REVOKE: &str = "/admin/tokens/revoke";

async fn administrator(app: &TestApp) -> Browser<'_> {
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

async fn send(browser: &Browser<'_>, ids: &[String], reason: Option<&str>) -> Answer {
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("ids", id.as_str())).collect();
    fields.extend(reason.map(|reason| ("reason", reason)));
    browser.submit(PAGE, REVOKE, &fields).await
}

served! {
    async fn r121_several_tokens_are_revoked_together_and_their_owners_told_why(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let hers = app.token(&alice, "CI deploy", &[]).await;
        let his = [app.token(&bob, "backup", &[]).await, app.token(&bob, "export", &[]).await];
        let kept = app.token(&bob, "kept", &[]).await;
        let ids = [&hers, &his[0], &his[1]].map(|token| token.credential.id.to_string());
        let browser = administrator(app).await;
        let before = app.state_and_log().await;
        let asked = send(&browser, &ids, None).await;
        assert_eq!((asked.status, asked.text_of("h1").as_str()), (200, "Revoke 3 tokens?"), "{}", asked.body);
        assert_eq!(asked.texts_of("td[data-label=Owner]"), ["alice@example.com", "bob@example.com", "bob@example.com"]);
        assert!(asked.text_of(".notice").contains("The 2 owners of API tokens each get a mail"), "{}", asked.body);
        assert_eq!(asked.attributes("main form input[name=ids]", "value").len(), 3);
        assert_eq!(app.state_and_log().await, before, "asking changes nothing");
        let events = app.events().await;
        let done = send(&browser, &ids, Some("Found in a public repository")).await;
        assert_eq!((done.status, done.header("location")), (303, "/admin/tokens?done=ended-by-us"), "{}", done.body);
        assert_eq!(app.events().await - events, 3, "one event for each");
        for token in [&hers, &his[0], &his[1]] {
            assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 401, "on its next request");
        }
        assert_eq!(app.bearer(kept.secret.reveal()).get("/v1/me").await.status, 200);
        for (who, names) in [("alice@example.com", &["CI deploy"][..]), ("bob@example.com", &["backup", "export"])] {
            let mails = app.mails_to(who).await;
            let told: Vec<&String> = mails.iter().filter(|mail| mail.contains("Found in a public repository")).collect();
            assert_eq!(told.len(), 1, "{who}");
            assert!(names.iter().all(|name| told[0].contains(name)) && !told[0].contains("kept"), "{}", told[0]);
        }
        let row = app.rows("SELECT revoked_by, revoked_reason FROM credentials WHERE name = 'CI deploy'").await;
        assert_eq!(row, ["admin | Found in a public repository"]);
        let page = browser.get("/admin/tokens?state=revoked").await;
        assert!(page.text_of("td[data-label=State]").ends_with(": Found in a public repository"));
        let before = app.state_and_log().await;
        let again = send(&browser, &ids, Some("Once more")).await;
        assert_eq!(again.status, 303);
        assert_eq!(app.state_and_log().await, before, "what has ended does not end again");
    }

    async fn what_cannot_be_done_is_said_and_changes_nothing(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let id = app.token(&alice, "CI deploy", &[]).await.credential.id.to_string();
        let browser = administrator(app).await;
        let before = app.state_and_log().await;
        let ids = [id.clone()];
        for reason in ["", "  ", "\n", &"x".repeat(301), "a\u{0}b", "a\r\nBcc: b@example.com"] {
            let refused = send(&browser, &ids, Some(reason)).await;
            assert_eq!(refused.status, 422, "{reason:?}");
            assert!(refused.text_of("title").starts_with("Error: ") && !refused.text_of("#reason-problem").is_empty());
        }
        let rng = Rng::seeded(5);
        let many: Vec<String> =
            (0..100).map(|_| CredentialId::new(app.clock.now(), &rng).to_string()).chain([id.clone()]).collect();
        let refused = send(&browser, &many, Some("Too many")).await;
        assert!(matches!(refused.status, 303 | 422), "{}", refused.body);
        let nobodys = CredentialId::new(app.clock.now(), &rng).to_string();
        for wrong in [vec![], vec![nobodys], vec!["key_".to_owned(), "' OR 1=1".to_owned()]] {
            for reason in [None, Some("Because")] {
                assert_eq!(send(&browser, &wrong, reason).await.status, 303, "{wrong:?}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
        let nothing = browser.get("/admin/tokens?done=nothing").await;
        assert!(nothing.text_of(".notice").starts_with("Nothing was revoked"));
    }

    async fn r33_only_an_administrator_who_showed_who_they_are_lately_revokes(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &[]).await;
        let ids = [token.credential.id.to_string()];
        let (admin, hers) = (administrator(app).await, app.browser());
        hers.sign_in("alice@example.com").await;
        let form = hers.get("/profile").await;
        let before = app.state().await;
        let refused = hers.submit_from(&form, REVOKE, &[("ids", &ids[0]), ("reason", "x")]).await;
        assert_eq!(refused.status, 403);
        app.clock.advance(Span::minutes(31));
        let asked = send(&admin, &ids, Some("x")).await;
        assert_eq!((asked.status, asked.text_of("h1").as_str()), (403, "Confirm it's you"));
        assert_eq!(app.state().await, before);
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
    }
}
