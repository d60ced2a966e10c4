//! `/device`: a device asks, a person types its code in and decides, and the device gets its answer.

use futures_util::future::join_all;
use latchkey::base::id::ClientId;
use latchkey::base::time::Span;
use serde_json::Value;

use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

const HERE: &str = "/device";

/// A device begins.
async fn begun(app: &TestApp, client: ClientId) -> Value {
    let begun =
        app.oauth("/oauth2/device_authorization", &[("client_id", &client.to_string()), ("scope", "documents:read")]).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    begun.json()
}

/// The device asks.
async fn poll(app: &TestApp, client: ClientId, begun: &Value) -> Answer {
    let device_code = begun["device_code"].as_str().expect("a code");
    app.oauth(
        "/oauth2/token",
        &[
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", &client.to_string()),
            ("device_code", device_code),
        ],
    )
    .await
}

async fn error(app: &TestApp, client: ClientId, begun: &Value) -> String {
    let answer = poll(app, client, begun).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    answer.json()["error"].as_str().expect("an error").to_owned()
}

fn code(begun: &Value) -> &str {
    begun["user_code"].as_str().expect("a code")
}

served! {
    async fn r97_a_person_types_the_code_looks_and_lets_the_device_in_once(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let begun = begun(app, notes).await;
        assert_eq!((begun["expires_in"].as_i64(), begun["interval"].as_i64()), (Some(900), Some(5)));
        assert_eq!(begun["verification_uri"], app.url(HERE));
        assert_eq!(begun["verification_uri_complete"], format!("{}?user_code={}", app.url(HERE), code(&begun)));
        assert_eq!(begun["device_code"].as_str().map(str::len), Some(43));
        assert_eq!(error(app, notes, &begun).await, "authorization_pending");
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let filled = browser.get(&format!("{HERE}?user_code={}", code(&begun))).await;
        assert_eq!(filled.field("user_code"), code(&begun));
        assert_eq!(error(app, notes, &begun).await, "slow_down", "an address decides nothing");
        let typed = code(&begun).to_lowercase().replace('-', "");
        let page = browser.submit_from(&filled, HERE, &[("user_code", &typed)]).await;
        assert_eq!(page.text_of("h1"), "Let Notes act for you?");
        assert_eq!(page.text_of(".facts dd"), code(&begun));
        assert_eq!(page.texts_of(".points code"), ["documents:read"]);
        assert!(page.text_of(".facts").contains("127.0.0.1"));
        let yes = browser.submit_from(&page, "/device/allow", &[("user_code", &page.field("user_code"))]).await;
        assert_eq!(yes.header("location"), "/device?done=allowed", "{}", yes.body);
        app.clock.advance(Span::seconds(10));
        let mut answers = join_all((0..10).map(|_| poll(app, notes, &begun))).await;
        answers.retain(|answer| answer.status == 200);
        assert_eq!((answers.len(), answers[0].json()["scope"].as_str()), (1, Some("documents:read")), "however many ask at once");
        app.clock.advance(Span::seconds(10));
        assert_eq!(error(app, notes, &begun).await, "invalid_grant", "redeemed once");
        let again = browser.submit(HERE, HERE, &[("user_code", code(&begun))]).await;
        assert_eq!(again.status, 422, "approved once");
        let everything = crate::support::rows::everything(&app.app().ctx.db).await;
        assert!(!everything.contains(code(&begun)) && !everything.contains(begun["device_code"].as_str().expect("a code")));
    }

    async fn r97_a_device_that_asks_too_often_waits_five_seconds_longer_each_time(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let begun = begun(app, notes).await;
        assert_eq!(error(app, notes, &begun).await, "authorization_pending");
        for interval in ["10", "15", "20"] {
            app.clock.advance(Span::seconds(1));
            assert_eq!(error(app, notes, &begun).await, "slow_down");
            assert_eq!(app.rows("SELECT interval_seconds FROM device_codes").await, [interval]);
        }
        app.clock.advance(Span::seconds(19));
        assert_eq!(error(app, notes, &begun).await, "slow_down");
        app.clock.advance(Span::seconds(25));
        assert_eq!(error(app, notes, &begun).await, "authorization_pending");
        app.clock.advance(Span::minutes(15));
        assert_eq!(error(app, notes, &begun).await, "expired_token");
    }

    async fn r97_whoever_tries_codes_is_stopped_and_no_other_code_resets_the_count(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let (waiting, own) = (begun(app, notes).await, begun(app, notes).await);
        app.user("mallory@example.com").await;
        let browser = app.browser();
        browser.sign_in("mallory@example.com").await;
        let before = app.state_and_log().await;
        let mut wrong = 0;
        for n in 0..20 {
            assert_eq!(browser.submit(HERE, HERE, &[("user_code", code(&own))]).await.status, if wrong < 4 { 200 } else { 429 });
            let guess = format!("BCDF-GHJ{}", ["K", "L", "M", "N", "P"][n % 5]);
            let answer = browser.submit(HERE, ["/device", "/device/allow", "/device/deny"][n % 3], &[("user_code", &guess)]).await;
            wrong += usize::from(answer.status == 422);
            assert!(matches!(answer.status, 422 | 429), "{}", answer.status);
        }
        assert_eq!(wrong, 4);
        app.clock.advance(Span::minutes(14));
        assert_eq!(browser.submit(HERE, HERE, &[("user_code", code(&waiting))]).await.status, 429, "in the life of the code");
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(error(app, notes, &waiting).await, "authorization_pending");
    }

    async fn r97_what_one_person_decided_another_cannot_see_or_change(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let (notes, mail) = (app.registered(&root, "Notes").await, app.registered(&root, "Mail").await);
        app.user("alice@example.com").await;
        let (hers, his) = (app.browser(), app.browser());
        hers.sign_in("alice@example.com").await;
        his.sign_in("root@example.com").await;
        let begun = begun(app, notes).await;
        let no = hers.submit(HERE, "/device/deny", &[("user_code", code(&begun))]).await;
        assert_eq!(no.header("location"), "/device?done=denied");
        let decided = app.rows("SELECT * FROM device_codes").await;
        for action in [HERE, "/device/allow", "/device/deny"] {
            let refused = his.submit(HERE, action, &[("user_code", code(&begun))]).await;
            assert_eq!((refused.status, refused.texts_of("#user_code-problem").len()), (422, 1), "{action}");
        }
        assert_eq!(app.rows("SELECT * FROM device_codes").await, decided);
        assert_eq!(error(app, mail, &begun).await, "invalid_grant", "another app learns nothing");
        assert_eq!(error(app, notes, &begun).await, "access_denied");
        let log = app.rows("SELECT action, target FROM audit_events WHERE action = 'app.denied'").await;
        assert_eq!(log, [format!("app.denied | {notes}")]);
    }

    async fn r97_an_app_that_may_not_or_asks_for_what_it_may_not_gets_no_code(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let id = notes.to_string();
        let before = app.state_and_log().await;
        let start = "/oauth2/device_authorization";
        let refused = |answer: &Answer| answer.json()["error"].as_str().unwrap_or_default().to_owned();
        assert_eq!(refused(&app.oauth(start, &[("client_id", "app_00000000000070008000000000000000")]).await), "invalid_client");
        assert_eq!(refused(&app.oauth(start, &[]).await), "invalid_request");
        assert_eq!(refused(&app.oauth(start, &[("client_id", &id), ("client_id", &id)]).await), "invalid_request");
        assert_eq!(refused(&app.oauth(start, &[("client_id", &id), ("scope", "admin")]).await), "invalid_scope");
        assert_eq!(refused(&app.oauth(start, &[("client_id", &id), ("audience", "external-api")]).await), "invalid_target");
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(app.oauth(start, &[("client_id", &id), ("audience", "platform")]).await.status, 200);
        crate::support::rows::execute_all(&app.app().ctx.db, &["UPDATE clients SET device_sign_in = 'forbidden'"]).await;
        assert_eq!(refused(&app.oauth(start, &[("client_id", &id)]).await), "unauthorized_client");
    }
}
