//! `/profile/sessions`: where one is signed in.

use latchkey::base::time::Span;

use crate::served;

const PAGE: &str = "/profile/sessions";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";

served! {
    async fn r32_one_sees_where_one_is_signed_in_and_ends_what_is_strange(app: &TestApp) {
        app.user("alice@example.com").await;
        let (here, there) = (app.browser(), app.browser());
        there.sign_in("alice@example.com").await;
        app.clock.advance(Span::minutes(5));
        here.sign_in("alice@example.com").await;
        there.send("GET", "/profile", &[("user-agent", FIREFOX)], String::new()).await;
        let page = here.get(PAGE).await;
        let rows = page.texts_of("tbody tr");
        assert_eq!(rows.len(), 3, "the two, and the one that the helper signed in: {rows:?}");
        assert!(rows[0].contains("This one") && rows[0].contains("127.0.0.1"), "{rows:?}");
        let strange = rows.iter().position(|row| row.contains("Firefox on Linux")).expect("the other browser is named");
        assert!(rows[strange].contains("5 minutes ago"), "{rows:?}");
        assert!(rows[strange].contains("the session of Firefox on Linux, 127.0.0.1"), "the button says what it ends: {rows:?}");

        // Every row but this browser's, the first, has its button.
        let end = page.attributes("tbody form", "action").swap_remove(strange - 1);
        let ended = here.submit(PAGE, &end, &[]).await;
        assert_eq!((ended.status, ended.header("location")), (303, "/profile/sessions?done=ended"));
        assert_eq!(here.get(ended.header("location")).await.text_of(".notice.good"), "The session is ended.");
        assert_eq!(there.get("/profile").await.header("location"), "/sign-in?next=%2Fprofile");
        assert_eq!(here.get("/profile").await.status, 200);
        assert_eq!(here.submit(PAGE, &end, &[]).await.status, 404, "ended once");
    }

    async fn r32_all_other_sessions_end_at_once(app: &TestApp) {
        app.user("alice@example.com").await;
        let (here, there, bob) = (app.browser(), app.browser(), app.browser());
        app.user("bob@example.com").await;
        for (browser, email) in [(&here, "alice@example.com"), (&there, "alice@example.com"), (&bob, "bob@example.com")] {
            browser.sign_in(email).await;
        }
        let before = app.events().await;
        let ended = here.submit(PAGE, "/profile/sessions/end-others", &[]).await;
        assert_eq!(ended.header("location"), "/profile/sessions?done=others");
        assert_eq!(app.events().await, before + 1);
        assert_eq!(there.get("/profile").await.status, 303);
        assert_eq!((here.get("/profile").await.status, bob.get("/profile").await.status), (200, 200));
        let page = here.get(PAGE).await;
        assert_eq!(page.texts_of("tbody tr").len(), 1);
        assert!(!page.body.contains("end-others"), "nothing to end, no button");
        let before = app.state_and_log().await;
        assert_eq!(here.submit(PAGE, "/profile/sessions/end-others", &[]).await.status, 303);
        assert_eq!(app.state_and_log().await, before, "with nothing to end, nothing happens");
    }
}
