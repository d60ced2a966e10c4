//! `/admin/apps`: the apps that people may let act for them.

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Browser, Fields};

const NEW: &str = "/admin/apps/new";
const LIST: &str = "/admin/apps";
const BACK: &str = "https://notes.example.com/back";

async fn administrator(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

/// Registers an app called Notes, and answers with the path of its page.
async fn registered(browser: &Browser<'_>) -> String {
    let fields: Fields<'_> = &[("name", "Notes"), ("redirect_uris", BACK), ("scopes", "profile"), ("scopes", "verify")];
    let made = browser.submit(NEW, NEW, fields).await;
    let (page, done) = made.header("location").split_once('?').expect("it says what was done");
    assert_eq!((made.status, done), (303, "done=added"), "{}", made.body);
    page.to_owned()
}

served! {
    async fn an_app_is_registered_changed_and_deleted_and_the_log_has_it(app: &TestApp) {
        let browser = administrator(app).await;
        assert_eq!(browser.get(LIST).await.texts_of("h2"), ["No app yet"]);
        let page = registered(&browser).await;
        let id = page.strip_prefix("/admin/apps/").expect("a page of its own");
        let shown = browser.get(&page).await;
        assert_eq!((shown.text_of(".facts code").as_str(), shown.field("name").as_str()), (id, "Notes"));
        assert_eq!(shown.attributes("[name=scopes][checked]", "value"), ["profile", "verify"]);
        let fields: Fields<'_> = &[
            ("name", "Notes 2"),
            ("redirect_uris", "http://127.0.0.1/back\r\ncom.example.notes:/back"),
            ("device", "yes"),
            ("scopes", "verify"),
            ("audiences", "platform"),
            ("audiences", "external-api"),
        ];
        assert_eq!(browser.submit(&page, &page, fields).await.header("location"), format!("{page}?done=saved"));
        assert_eq!(browser.submit(&page, &page, fields).await.status, 303, "the same again");
        let row = app.rows("SELECT name, name_key, redirect_uris, device_sign_in, scopes, audiences FROM clients").await;
        let expected = r#"Notes 2 | notes 2 | ["http://127.0.0.1/back","com.example.notes:/back"] | allowed | ["verify"] | ["platform","external-api"]"#;
        assert_eq!(row, [expected]);
        assert_eq!(browser.get(LIST).await.texts_of("tbody td:nth-of-type(2)"), ["Browsers, devices"]);
        let asked = format!("{page}/delete");
        assert_eq!(browser.submit(&asked, &asked, &[]).await.header("location"), "/admin/apps?done=deleted");
        assert_eq!(app.rows("SELECT id FROM clients").await.len(), 0);
        let log = app.rows("SELECT action, target FROM audit_events WHERE action LIKE 'app.%' ORDER BY seq").await;
        assert_eq!(log, ["app.registered", "app.changed", "app.deleted"].map(|action| format!("{action} | {id}")));
        assert_eq!(app.rows("SELECT kind FROM changes WHERE kind = 'policy'").await.len(), 3, "that of the test, and two here");
    }

    async fn r96_what_nobody_should_be_led_to_is_not_registered_and_changes_nothing(app: &TestApp) {
        let browser = administrator(app).await;
        let page = registered(&browser).await;
        let before = app.state_and_log().await;
        let long = "x".repeat(101);
        let many: Vec<String> = (0..21).map(|n| format!("https://a{n}.example/")).collect();
        let cases: [(Fields<'_>, u16, &str); 12] = [
            (&[("name", ""), ("redirect_uris", BACK)], 422, "name"),
            (&[("name", &long), ("redirect_uris", BACK)], 422, "name"),
            (&[("name", "NOTES"), ("redirect_uris", BACK)], 409, "name"),
            (&[("name", "Mail")], 422, "redirect_uris"),
            (&[("name", "Mail"), ("redirect_uris", "http://mail.example.com/back")], 422, "redirect_uris"),
            (&[("name", "Mail"), ("redirect_uris", "https://*.example.com/back")], 422, "redirect_uris"),
            (&[("name", "Mail"), ("redirect_uris", "https://good@evil.test/")], 422, "redirect_uris"),
            (&[("name", "Mail"), ("redirect_uris", "https://a.example/#token")], 422, "redirect_uris"),
            (&[("name", "Mail"), ("redirect_uris", "javascript:alert(1)")], 422, "redirect_uris"),
            (&[("name", "Mail"), ("redirect_uris", &many.join("\n"))], 422, "redirect_uris"),
            (&[("name", "Mail"), ("device", "yes"), ("scopes", "nothing")], 422, "scopes"),
            (&[("name", "Mail"), ("device", "yes"), ("audiences", "nobody")], 422, "audiences"),
        ];
        for (fields, status, field) in cases {
            let refused = browser.submit(NEW, NEW, fields).await;
            assert_eq!(refused.status, status, "{fields:?}");
            assert_eq!(refused.texts_of(&format!("#{field}-problem")).len(), 1, "{fields:?}: {}", refused.body);
        }
        let refused = browser.submit(&page, &page, &[("name", "Notes"), ("redirect_uris", "//evil.test")]).await;
        assert_eq!((refused.status, refused.text_of("h1").as_str(), refused.text_of("textarea").as_str()), (422, "Notes", "//evil.test"));
        for gone in ["/admin/apps/app_00000000000070008000000000000000", "/admin/apps/notes"] {
            assert_eq!(browser.get(gone).await.status, 404, "{gone}");
            for act in ["", "/disable", "/enable", "/delete"] {
                let act = format!("{gone}{act}");
                assert_eq!(browser.submit(NEW, &act, &[("name", "x"), ("device", "yes")]).await.status, 404, "{act}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_disabled_app_keeps_its_id_and_can_be_enabled(app: &TestApp) {
        let browser = administrator(app).await;
        let page = registered(&browser).await;
        let (disable, enable) = (format!("{page}/disable"), format!("{page}/enable"));
        for _ in 0..2 {
            assert_eq!(browser.submit(&disable, &disable, &[]).await.header("location"), format!("{page}?done=disabled"));
        }
        assert_eq!(browser.get(LIST).await.texts_of("tbody .tag"), ["Disabled"]);
        for _ in 0..2 {
            assert_eq!(browser.submit(&page, &enable, &[]).await.header("location"), format!("{page}?done=enabled"));
        }
        assert_eq!(browser.get(LIST).await.texts_of("tbody .tag").len(), 0);
        let log = app.rows("SELECT action FROM audit_events WHERE action LIKE 'app.%' ORDER BY seq").await;
        assert_eq!(log, ["app.registered", "app.disabled", "app.enabled"]);
    }
}
