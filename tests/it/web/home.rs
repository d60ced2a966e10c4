//! `/`, the files of the pages, and what holds for every page: methods, and addresses that are none.

use latchkey::http::web::assets;

use crate::served;

served! {
    async fn the_start_page_shows_the_way_in(app: &TestApp) {
        let answer = app.anon("GET", "/").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(answer.body.contains("href=\"/sign-up\"") && answer.body.contains("href=\"/sign-in\""), "{}", answer.body);
        assert!(answer.body.contains(&app.url("/v1/me")), "the example names this server");
    }

    async fn files_are_kept_for_ever_and_other_names_are_not_found(app: &TestApp) {
        for name in ["style.css", "app.js", "icons.svg"] {
            let answer = app.anon("GET", assets::url(name)).await;
            assert_eq!((answer.status, answer.header("cache-control")), (200, "public, max-age=31536000, immutable"), "{name}");
            assert!(answer.header("set-cookie").is_empty(), "{name}");
        }
        let unknown = app.anon("GET", "/static/style.css").await;
        assert_eq!((unknown.status, unknown.header("cache-control")), (404, "no-store"));
        assert_eq!(unknown.text_of("h1"), "Page not found");
    }

    async fn head_answers_as_get_does_without_a_body(app: &TestApp) {
        for path in ["/", assets::url("style.css"), "/nowhere"] {
            let (get, head) = (app.anon("GET", path).await, app.anon("HEAD", path).await);
            assert_eq!(head.status, get.status, "{path}");
            assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
            assert!(head.body.is_empty() && !get.body.is_empty(), "{path}");
        }
    }

    async fn a_method_that_a_page_does_not_know_is_told_which_it_knows(app: &TestApp) {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            let answer = app.anon(method, "/").await;
            assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD"), "{method}");
            assert_eq!(answer.text_of("h1"), "This page cannot do that", "{method}");
        }
    }
}
