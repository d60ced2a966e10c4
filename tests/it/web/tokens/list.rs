//! `/profile/tokens`: what is shown of many tokens, and in which order.

use latchkey::base::net::Origin;
use latchkey::base::time::Span;
use latchkey::domain::credentials::{self, Demand, Why};

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser};

/// The names on a page, in its order.
fn names(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.body);
    let name =
        |row: String| row.split(" lk_pat").next().unwrap_or_default().split("lk_pat").next().unwrap_or_default().to_owned();
    page.texts_of("tbody th").into_iter().map(name).collect()
}

/// The names on this page and all that follow it.
async fn walk(browser: &Browser<'_>, path: &str) -> (Vec<String>, usize) {
    let (mut all, mut pages, mut next) = (Vec::new(), 0, Some(path.to_owned()));
    while let Some(path) = next {
        let page = browser.get(&path).await;
        all.extend(names(&page));
        next = page.attribute("a[rel=next]", "href");
        pages += 1;
    }
    (all, pages)
}

async fn use_token(app: &TestApp, secret: &str) {
    let origin = Origin::new("203.0.113.7".parse().expect("an address"), "curl/8.5.0", String::new());
    credentials::authenticate(&app.app().ctx, secret, &Demand::default(), &origin).await.expect("good");
}

/// Ninety tokens of Alice's: made a minute apart, used in another order; ten of them revoked. Bob has twins of some.
async fn many(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
    let mut made = Vec::new();
    for n in 0..90 {
        made.push(app.token(&alice, &format!("job {n:02} {}", if n % 2 == 0 { "Even" } else { "odd" }), &[]).await);
        // In tens, tokens are made at the same instant.
        if n % 10 == 9 {
            app.clock.advance(Span::minutes(1));
            app.token(&bob, &format!("job {n:02} odd"), &[]).await;
        }
    }
    for n in (0..60).map(|n| n * 37 % 90) {
        use_token(app, made[n].secret.reveal()).await;
        credentials::flush(&app.app().ctx).await.expect("flushed");
        if n % 3 == 0 {
            app.clock.advance(Span::seconds(1));
        }
    }
    for token in made.iter().take(10) {
        credentials::revoke_own(&app.app().ctx, &alice, token.credential.id, Why::NotNeeded).await.expect("revoked");
    }
    let browser = app.browser();
    browser.sign_in("alice@example.com").await;
    browser
}

served! {
    async fn every_order_is_walked_page_by_page_without_gap_or_repeat(app: &TestApp) {
        let browser = many(app).await;
        let mut expected: Vec<String> =
            (10..90).map(|n| format!("job {n:02} {}", if n % 2 == 0 { "Even" } else { "odd" })).collect();
        for sort in ["-created", "created", "name", "-name", "expires", "-expires", "-used", "used"] {
            let (all, pages) = walk(&browser, &format!("/profile/tokens?sort={sort}")).await;
            assert_eq!((all.len(), pages), (80, 2), "{sort}");
            let mut sorted = all.clone();
            sorted.sort();
            assert_eq!(sorted, expected, "{sort}");
        }
        let (up, _) = walk(&browser, "/profile/tokens?sort=name").await;
        assert_eq!(up, expected, "by name");
        let (down, _) = walk(&browser, "/profile/tokens?sort=-name").await;
        expected.reverse();
        assert_eq!(down, expected, "by name, the other way round");
        let (newest, _) = walk(&browser, "/profile/tokens").await;
        assert!(newest[0].starts_with("job 8") && newest[79].starts_with("job 1"), "{newest:?}");
        let (oldest, _) = walk(&browser, "/profile/tokens?sort=created").await;
        assert_eq!(oldest, newest.into_iter().rev().collect::<Vec<_>>());
        let (used, _) = walk(&browser, "/profile/tokens?sort=used").await;
        let (_, used_last) = used.split_at(30);
        let (latest, _) = walk(&browser, "/profile/tokens?sort=-used").await;
        assert_eq!(used_last.iter().rev().collect::<Vec<_>>(), latest.iter().take(50).collect::<Vec<_>>());
    }

    async fn a_search_finds_parts_of_names_and_what_is_shown_of_secrets(app: &TestApp) {
        let browser = many(app).await;
        let (even, pages) = walk(&browser, "/profile/tokens?q=EVEN&sort=name").await;
        assert_eq!((even.len(), pages, even[0].as_str()), (40, 1, "job 10 Even"), "letters of either case");
        assert_eq!(names(&browser.get("/profile/tokens?q=job+42").await), ["job 42 Even"]);
        let page = browser.get("/profile/tokens?q=job+42").await;
        let shown = page.text_of("tbody th .mono");
        let pasted: String = form_urlencoded::byte_serialize(shown.as_bytes()).collect();
        assert_eq!(names(&browser.get(&format!("/profile/tokens?q={pasted}")).await), ["job 42 Even"]);
        assert_eq!(names(&browser.get("/profile/tokens?q=job+05").await), Vec::<String>::new(), "revoked ones are elsewhere");
        assert_eq!(names(&browser.get("/profile/tokens?q=job+05&state=revoked").await), ["job 05 odd"]);
        for odd in ["%25", "_", "%27+OR+1%3D1--", "%5C", "*"] {
            let page = browser.get(&format!("/profile/tokens?q={odd}!x")).await;
            assert!(page.text_of(".empty-line").starts_with("No active token matches"), "{odd}");
        }
        let next = browser.get("/profile/tokens?q=job").await.attribute("a[rel=next]", "href").expect("a second page");
        assert!(next.contains("q=job"), "the search goes on with the list: {next}");
    }

    async fn tabs_count_what_they_hold(app: &TestApp) {
        let browser = many(app).await;
        let counts = |page: &Answer| page.texts_of(".tabs .count");
        assert_eq!(counts(&browser.get("/profile/tokens").await), ["80", "0", "10"]);
        app.clock.advance(Span::days(30));
        browser.sign_in("alice@example.com").await;
        let page = browser.get("/profile/tokens?state=expired").await;
        assert_eq!(counts(&page), ["0", "80", "10"]);
        assert_eq!(page.text_of("td[data-label=Status]"), "Expired");
        assert_eq!(page.attribute(".tabs a[aria-current=page]", "href").as_deref(), Some("/profile/tokens?state=expired"));
        app.clock.advance(Span::days(61));
        browser.sign_in("alice@example.com").await;
        assert_eq!(counts(&browser.get("/profile/tokens?state=expired").await), ["0", "80", "0"], "90 days after");
    }

    async fn a_token_that_ends_within_a_fortnight_says_so(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        app.token(&alice, "CI", &[]).await;
        app.clock.advance(Span::days(16));
        app.clock.advance(Span::seconds(-1));
        let status = async |app: &TestApp| {
            let browser = app.browser();
            browser.sign_in("alice@example.com").await;
            browser.get("/profile/tokens").await.text_of("td[data-label=Status]")
        };
        assert_eq!(status(app).await, "Active");
        app.clock.advance(Span::seconds(1));
        assert_eq!(status(app).await, "Ends soon");
    }

    async fn unknown_words_in_the_address_ask_for_nothing(app: &TestApp) {
        let browser = many(app).await;
        let plain = names(&browser.get("/profile/tokens").await);
        for words in ["state=all", "sort=secret", "sort=id;drop", "page=2", "limit=0", "state=expired%00", "sort=-", "q="] {
            assert_eq!(names(&browser.get(&format!("/profile/tokens?{words}")).await), plain, "{words}");
        }
        let long = "q=".to_owned() + &"x".repeat(3_000);
        assert_eq!(browser.get(&format!("/profile/tokens?{long}")).await.status, 200);
    }

    async fn r112_a_cursor_that_was_not_written_for_this_list_is_refused(app: &TestApp) {
        let browser = many(app).await;
        let next = browser.get("/profile/tokens").await.attribute("a[rel=next]", "href").expect("a second page");
        let cursor = next.split("after=").nth(1).expect("a cursor").to_owned();
        assert_eq!(browser.get(&next).await.status, 200);
        let mut forged = cursor.clone();
        let middle = forged.len() / 2;
        let other = if &forged[middle..=middle] == "A" { "B" } else { "A" };
        forged.replace_range(middle..=middle, other);
        for wrong in ["", "1", "%00", "null", "eyJpZCI6MX0", forged.as_str(), &cursor[..cursor.len() - 4], &"A".repeat(3_000)] {
            let refused = browser.get(&format!("/profile/tokens?after={wrong}")).await;
            assert_eq!((refused.status, refused.text_of("h1").as_str()), (400, "The request could not be read"), "{wrong}");
        }
        for elsewhere in ["/profile/tokens?sort=name&", "/profile/tokens?state=revoked&", "/profile/tokens?q=job&", "/profile/activity?"] {
            assert_eq!(browser.get(&format!("{elsewhere}after={cursor}")).await.status, 400, "{elsewhere}");
        }
        let bob = app.browser();
        bob.sign_in("bob@example.com").await;
        assert_eq!(bob.get(&next).await.status, 400, "another person's list is another list");
    }
}
