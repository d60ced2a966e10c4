//! `/admin/audiences`: for whom access tokens may be.

use crate::served;
use crate::support::app::Fields;

const LIST: &str = "/admin/audiences";
const REMOVE: &str = "/admin/audiences/remove";

served! {
    async fn audiences_are_added_and_removed_and_the_log_has_it(app: &TestApp) {
        app.admin("root@example.com").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let files = "https://files.example.com/v1?a=b";
        let fields: Fields<'_> = &[("name", files), ("sentence", "Where files are kept.")];
        assert_eq!(browser.submit(LIST, LIST, fields).await.header("location"), "/admin/audiences?done=added");
        let page = browser.get(LIST).await;
        assert_eq!(page.texts_of("tbody th code"), ["platform", "internal-service", "external-api", files]);
        assert_eq!(page.attributes("tbody a", "href"), ["/admin/audiences/remove?name=https%3A%2F%2Ffiles.example.com%2Fv1%3Fa%3Db"]);
        let asked = browser.get(&page.attributes("tbody a", "href")[0]).await;
        let removed = browser.submit_from(&asked, REMOVE, &[("name", &asked.field("name"))]).await;
        assert_eq!(removed.header("location"), "/admin/audiences?done=removed");
        assert_eq!(browser.get(LIST).await.texts_of("tbody th code").len(), 3);
        let log = app.rows("SELECT action, target FROM audit_events WHERE action LIKE 'audience%' ORDER BY seq").await;
        assert_eq!(log, [format!("audience.added | {files}"), format!("audience.removed | {files}")]);
    }

    async fn what_is_no_audience_comes_back_and_what_is_built_in_stays(app: &TestApp) {
        app.admin("root@example.com").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let before = app.state_and_log().await;
        let long = "x".repeat(301);
        for (name, sentence, status, field) in [
            ("", "Files.", 422, "name"),
            ("two words", "Files.", 422, "name"),
            ("platform", "Files.", 409, "name"),
            ("files", "", 422, "sentence"),
            ("files", long.as_str(), 422, "sentence"),
        ] {
            let refused = browser.submit(LIST, LIST, &[("name", name), ("sentence", sentence)]).await;
            assert_eq!(refused.status, status, "{name}");
            assert_eq!(refused.texts_of(&format!("#{field}-problem")).len(), 1, "{name}: {}", refused.body);
            assert_eq!(refused.field("name"), name);
        }
        assert!(browser.get("/admin/audiences/remove?name=platform").await.text_of(".notice").starts_with("It is built in"));
        for gone in ["", "nowhere", "Platform"] {
            assert_eq!(browser.get(&format!("{REMOVE}?name={gone}")).await.status, 404, "{gone}");
            assert_eq!(browser.submit(LIST, REMOVE, &[("name", gone)]).await.status, 404, "{gone}");
        }
        assert_eq!(browser.submit(LIST, REMOVE, &[("name", "platform")]).await.status, 404);
        assert_eq!(app.state_and_log().await, before);
    }
}
