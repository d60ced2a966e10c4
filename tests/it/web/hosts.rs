//! Which host a request names, and what that changes: nothing, or everything.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::app::{Answer, Browser, PASSWORD, TestApp};
use crate::support::letter;
use crate::{both, served};

const EVIL: &str = "evil.test";

/// Signs up with further headers.
async fn sign_up(browser: &Browser<'_>, email: &str, headers: &[(&str, &str)]) -> Answer {
    let form = browser.get("/sign-up").await;
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("name", "Anna"), ("email", email), ("password", PASSWORD), ("form_token", &form.field("form_token"))])
        .finish();
    let mut all = vec![("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    all.extend(headers);
    browser.send("POST", "/sign-up", &all, body).await
}

/// The status of a request written by hand.
async fn raw(app: &TestApp, head: &str) -> String {
    let mut stream = TcpStream::connect(app.address()).await.expect("connected");
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("answered");
    String::from_utf8_lossy(&answer).into_owned()
}

served! {
    async fn r50_no_header_changes_the_links_of_a_mail(app: &TestApp) {
        let forwarded = format!("host={EVIL};proto=https");
        let tries = [
            ("x-forwarded-host", EVIL),
            ("x-forwarded-proto", "https"),
            ("forwarded", &forwarded),
            ("x-original-url", "https://evil.test/"),
            ("x-forwarded-prefix", "/evil.test"),
            ("x-host", EVIL),
        ];
        for (n, header) in tries.into_iter().enumerate() {
            let email = format!("anna{n}@example.com");
            assert_eq!(sign_up(&app.browser(), &email, &[header]).await.status, 200, "{header:?}");
            let mails = app.mails_to(&email).await;
            assert!(mails.len() == 1 && !mails[0].contains(EVIL), "{header:?}: {mails:?}");
            assert!(letter::text(&mails[0]).contains(&app.url("/verify/")), "{header:?}");
        }
    }

    async fn r50_another_host_gets_no_page_and_changes_nothing(app: &TestApp) {
        let before = app.state().await;
        let browser = app.browser();
        let port = format!("127.0.0.1:{}", app.address().port().wrapping_add(1));
        let prefixed = format!("{EVIL}:{}", app.address().port());
        for host in [EVIL, &port, &prefixed, "127.0.0.1", "localhost"] {
            let answer = sign_up(&browser, "anna@example.com", &[("host", host)]).await;
            assert_eq!((answer.status, answer.header("content-type")), (421, "text/plain; charset=utf-8"), "{host}");
            assert!(!answer.body.contains(EVIL) && answer.header("set-cookie").is_empty(), "{host}");
        }
        assert_eq!(app.state().await, before);
    }

    async fn r50_a_target_in_absolute_form_names_the_host_too(app: &TestApp) {
        let ours = app.address();
        for (head, status) in [
            (format!("GET http://{ours}/sign-in HTTP/1.1\r\nHost: {ours}"), "200"),
            (format!("GET http://{EVIL}/sign-in HTTP/1.1\r\nHost: {ours}"), "421"),
            (format!("GET http://{ours}/sign-in HTTP/1.1\r\nHost: {EVIL}"), "421"),
            (format!("GET /sign-in HTTP/1.1\r\nHost: {ours}\r\nHost: {EVIL}"), "400"),
            ("GET /sign-in HTTP/1.1".to_owned(), "400"),
        ] {
            let answer = raw(app, &head).await;
            assert_eq!(answer.split(' ').nth(1), Some(status), "{head}: {answer}");
            assert!(!answer.contains(EVIL), "{head}: {answer}");
        }
    }
}

both! {
    async fn r50_links_have_the_public_url_whatever_other_name_was_used(db: &TestDb) {
        let settings = [("public_url", "https://id.example.test"), ("allowed_hosts", "old.example.test")];
        let app = TestApp::start(db, &settings).await;
        let host = ("host", "old.example.test");
        let form = app.send("GET", "/sign-up", &[host], "").await;
        let cookie = form.header("set-cookie").split(';').next().expect("a pair").to_owned();
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("email", "anna@example.com"), ("password", PASSWORD), ("form_token", &form.field("form_token"))])
            .finish();
        let form = "application/x-www-form-urlencoded";
        let headers = [host, ("cookie", &cookie), ("content-type", form), ("sec-fetch-site", "same-origin")];
        assert_eq!(app.send("POST", "/sign-up", &headers, body).await.status, 200);
        let mails = app.mails_to("anna@example.com").await;
        let told = letter::text(&mails[0]);
        assert!(told.contains("https://id.example.test/verify/") && !told.contains("old.example.test"), "{told}");
        app.stop().await;
    }
}
