//! `/docs`.

use latchkey::http::api::operations;

use crate::served;

served! {
    async fn everything_that_programs_can_ask_is_on_the_page_with_this_servers_address(app: &TestApp) {
        let page = app.anon("GET", "/docs").await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "API"));
        let paths = page.texts_of(".docs-path");
        let told: Vec<String> = operations().iter().map(|operation| format!("{} /v1{}", operation.method, operation.path)).collect();
        assert_eq!(paths.len(), told.len());
        assert!(told.iter().all(|path| paths.contains(path)), "{paths:?}");
        let base = app.app().ctx.settings.public_url.clone();
        assert!(page.texts_of("pre").iter().filter(|text| text.starts_with("curl")).all(|text| text.contains(&base)));
        assert!(page.attributes("nav.docs-contents a", "href").contains(&"#errors".to_owned()));
        let zipped = app.send("GET", "/docs", &[("accept-encoding", "gzip")], "").await;
        assert_eq!(zipped.header("content-encoding"), "gzip");
    }
}
