//! What other programs look for.

use crate::support::app::TestApp;
use crate::{both, served};

served! {
    async fn r47_password_managers_find_where_to_change_a_password_and_trust_our_404(app: &TestApp) {
        for method in ["GET", "HEAD"] {
            let answer = app.anon(method, "/.well-known/change-password").await;
            assert_eq!((answer.status, answer.header("location")), (303, "/profile/security"), "{method}");
            let unknown = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200";
            assert_eq!(app.anon(method, unknown).await.status, 404, "{method}");
        }
        let wrong = app.anon("POST", "/.well-known/change-password").await;
        assert_eq!((wrong.status, wrong.header("allow")), (405, "GET, HEAD"));
        let unset = app.anon("GET", "/.well-known/security.txt").await;
        assert_eq!((unset.status, unset.header("content-type")), (404, "text/plain; charset=utf-8"));
    }
}

both! {
    async fn r47_security_txt_has_one_contact_and_ends_within_a_year(db: &TestDb) {
        let app = TestApp::start(db, &[("security_contact", "mailto:security@example.com")]).await;
        let answer = app.anon("GET", "/.well-known/security.txt").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"));
        assert_eq!(answer.body, "Contact: mailto:security@example.com\nExpires: 2027-05-21T09:00:00.000Z\n");
        app.stop().await;
    }
}
