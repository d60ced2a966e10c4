//! The one answer that shows a token.

use super::{create, secret_on};
use crate::served;
use crate::support::TestApp;
use crate::support::app::Browser;
use crate::support::rows::everything;

async fn signed_in(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    app.user("alice@example.com").await;
    let browser = app.browser();
    browser.sign_in("alice@example.com").await;
    browser
}

served! {
    async fn r67_a_token_is_shown_once_and_sending_the_form_again_makes_no_second(app: &TestApp) {
        let browser = signed_in(app).await;
        let form = browser.get("/profile/tokens/new").await;
        let fields = [("name", "CI deploy"), ("expires", "30")];
        let created = browser.submit_from(&form, "/profile/tokens", &fields).await;
        assert_eq!((created.status, created.header("cache-control")), (200, "no-store"));
        assert_eq!(created.header("referrer-policy"), "no-referrer");
        assert!(created.header("location").is_empty(), "shown in the answer itself, by no redirect");
        let secret = secret_on(&created);
        let before = app.state_and_log().await;
        for fields in [fields, [("name", "Another name"), ("expires", "30")]] {
            let again = browser.submit_from(&form, "/profile/tokens", &fields).await;
            assert_eq!((again.status, again.text_of("h1").as_str()), (200, "Already created at 09:00 UTC"), "{}", again.body);
            assert!(again.text_of("main").contains("CI deploy") && !again.body.contains(&secret));
            assert_eq!(again.header("cache-control"), "no-store");
        }
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(app.rows("SELECT id FROM credentials").await.len(), 1);
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 200, "the one that was shown works");
    }

    async fn r67_of_two_sendings_at_once_one_creates_and_the_other_is_told(app: &TestApp) {
        let browser = signed_in(app).await;
        let form = browser.get("/profile/tokens/new").await;
        let fields = [("name", "CI deploy"), ("expires", "30")];
        let send = || browser.submit_from(&form, "/profile/tokens", &fields);
        let (one, two, three) = tokio::join!(send(), send(), send());
        let mut titles = [one, two, three].map(|answer| answer.text_of("h1"));
        titles.sort();
        assert_eq!(titles, ["Already created at 09:00 UTC", "Already created at 09:00 UTC", "Token CI deploy created"]);
        assert_eq!(app.rows("SELECT id FROM credentials").await.len(), 1);
    }

    async fn r67_the_secret_is_in_no_list_no_detail_no_log_no_mail_and_no_table(app: &TestApp) {
        let browser = signed_in(app).await;
        let created = create(&browser, &[("scopes", "profile")]).await;
        let secret = secret_on(&created);
        let random = &secret["lk_pat_".len()..];
        let (middle, random) = (&random[4..random.len() - 4], random.to_owned());
        let list = browser.get("/profile/tokens").await;
        let shown = format!("lk_pat_{}…{}", &random[..4], &random[random.len() - 4..]);
        assert!(list.text_of("tbody th").ends_with(&shown), "the list shows its two ends: {}", list.text_of("tbody th"));
        assert!(created.body.contains(&shown), "and the page has said so");
        let revoke = list.attribute("tbody a.ends", "href").expect("a detail page");
        let admin = app.browser();
        admin.sign_in("root@example.com").await;
        let pages = [
            list,
            browser.get(&revoke).await,
            browser.get("/profile/activity").await,
            browser.get("/profile/tokens/new").await,
            admin.get("/admin/audit").await,
        ];
        for page in pages {
            assert!(page.status == 200 && !page.body.contains(middle), "{}", page.body);
        }
        assert!(!everything(&app.app().ctx.db).await.contains(middle));
        let mails = app.mails().await;
        assert!(mails.iter().any(|mail| mail.contains("CI deploy")) && !mails.iter().any(|mail| mail.contains(middle)));
    }

    async fn a_shown_token_is_saved_as_a_file_without_a_script(app: &TestApp) {
        let browser = signed_in(app).await;
        let created = create(&browser, &[("name", "\"; ../CI\\deploy")]).await;
        let secret = secret_on(&created);
        let before = app.state_and_log().await;
        let fields = [("name", "\"; ../CI\\deploy"), ("secret", secret.as_str())];
        let saved = browser.submit_from(&created, "/profile/tokens/save", &fields).await;
        assert_eq!((saved.status, saved.body.as_str()), (200, format!("{secret}\n").as_str()));
        assert_eq!(saved.header("content-disposition"), "attachment; filename=\"token-ci-deploy.txt\"");
        assert_eq!(saved.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!((saved.header("cache-control"), saved.header("x-content-type-options")), ("no-store", "nosniff"));
        assert_eq!(app.state_and_log().await, before, "nothing is kept of it");
    }

    async fn nothing_but_a_token_is_saved_as_a_file(app: &TestApp) {
        let browser = signed_in(app).await;
        let created = create(&browser, &[]).await;
        let secret = secret_on(&created);
        let mut mistyped = secret.clone();
        let last = if mistyped.ends_with('a') { "b" } else { "a" };
        mistyped.replace_range(mistyped.len() - 1.., last);
        let longer = format!("{secret} and more");
        for wrong in ["", "<script>alert(1)</script>", "lk_pat_x", mistyped.as_str(), longer.as_str()] {
            let refused = browser.submit_from(&created, "/profile/tokens/save", &[("secret", wrong)]).await;
            assert_eq!((refused.status, refused.header("content-disposition")), (400, ""), "{wrong}");
        }
        let from_elsewhere = format!("secret={secret}&form_token={}", created.field("form_token"));
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
        let refused = browser.send("POST", "/profile/tokens/save", &headers, from_elsewhere).await;
        assert_eq!(refused.status, 403);
    }

    async fn a_form_without_its_nonce_makes_nothing(app: &TestApp) {
        let browser = signed_in(app).await;
        let before = app.state_and_log().await;
        for nonce in ["", "x", "0123456789abcdef0123456789abcdeg", &"0".repeat(5_000)] {
            let refused = create(&browser, &[("nonce", nonce)]).await;
            assert_eq!(refused.status, 400, "{}", refused.body);
        }
        assert_eq!(app.state_and_log().await, before);
    }
}
