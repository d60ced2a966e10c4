//! The address that a request is taken to come from.

use latchkey::base::page::PageSize;
use latchkey::domain::audit::{self, Action, Filter};
use latchkey::domain::credentials;

use crate::both;
use crate::support::TestApp;

/// Which address the audit and the token's last use have, after the token was used and given up with these headers.
async fn recorded(app: &TestApp, name: &str, lines: &[&str]) -> [String; 2] {
    let alice = app.person("alice@example.com").await;
    let token = app.token(&alice, name, &[]).await;
    let authorization = format!("Bearer {}", token.secret.reveal());
    let mut headers =
        vec![("authorization", authorization.as_str()), ("forwarded", "for=192.0.2.66"), ("x-real-ip", "192.0.2.66")];
    headers.extend(lines.iter().map(|line| ("x-forwarded-for", *line)));
    assert_eq!(app.send("GET", "/v1/me", &headers, "").await.status, 200);
    let ctx = &app.app().ctx;
    let used = loop {
        credentials::flush(ctx).await.expect("flushed");
        let used = credentials::find(ctx, &alice, token.credential.id).await.expect("read").expect("it is there").summary;
        if used.uses == 1 {
            break used;
        }
    };
    assert_eq!(app.send("POST", "/v1/tokens/revoke", &headers, "").await.status, 204);
    let filter = Filter { action: Some(Action::TokenRevoked), ..Filter::default() };
    let events = audit::list(&ctx.db, &filter, None, PageSize::DEFAULT).await.expect("read");
    [used.last_used_address.unwrap_or_default(), events.rows[0].address.clone()]
}

both! {
    async fn r109_nobody_is_believed_about_where_a_request_came_from(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        app.admin("root@example.com").await;
        app.user("alice@example.com").await;
        for (n, lines) in [vec!["198.51.100.1"], vec!["1.1.1.1", "2.2.2.2"], vec!["garbage"]].iter().enumerate() {
            assert_eq!(recorded(&app, &format!("t{n}"), lines).await, ["127.0.0.1", "127.0.0.1"], "{lines:?}");
        }
        app.stop().await;
    }

    async fn r109_a_proxy_of_ours_is_believed_as_far_as_its_own_entry(db: &TestDb) {
        let app = TestApp::start(db, &[("trusted_proxies", "127.0.0.0/8, 10.0.0.0/8")]).await;
        app.admin("root@example.com").await;
        app.user("alice@example.com").await;
        let cases: [(&[&str], &str); 8] = [
            (&["198.51.100.1"], "198.51.100.1"),
            (&["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            (&["1.1.1.1", "198.51.100.1, 10.3.3.3"], "198.51.100.1"),
            (&["[2001:db8::7]:4711"], "2001:db8::7"),
            (&["::ffff:198.51.100.1"], "198.51.100.1"),
            (&["1.1.1.1", "garbage"], "127.0.0.1"),
            (&["1.1.1.1", "1.1.1.1; DROP TABLE accounts"], "127.0.0.1"),
            (&[], "127.0.0.1"),
        ];
        for (n, (lines, client)) in cases.iter().enumerate() {
            assert_eq!(recorded(&app, &format!("t{n}"), lines).await, [*client, *client], "{lines:?}");
        }
        app.stop().await;
    }

    async fn r109_a_limit_cannot_be_evaded_by_claiming_other_addresses(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let mut refused = 0;
        for n in 0..130 {
            let unknown = crate::api::unknown_secret(n);
            let claimed = format!("198.51.100.{n}");
            let headers = [("x-api-key", unknown.as_str()), ("x-forwarded-for", claimed.as_str())];
            refused += usize::from(app.send("GET", "/v1/me", &headers, "").await.status == 429);
        }
        assert_eq!(refused, 10, "120 unknown secrets a minute from one address");
        app.stop().await;
    }
}
