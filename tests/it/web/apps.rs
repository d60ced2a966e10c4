//! `/profile/apps`: the apps that act for one, and everything that takes that back.

use latchkey::base::id::ClientId;
use latchkey::base::text::Label;
use latchkey::domain::access::{ConfirmedAdministrator, Scopes};
use latchkey::domain::clients;
use latchkey::domain::sessions;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Browser, confirmed};
use crate::support::apps::{allowed, draft, refresh_token};

const HERE: &str = "/profile/apps";

/// Somebody signs in and lets the app in; their browser, and the refresh token that the app has now.
async fn let_in<'a>(app: &'a TestApp, client: ClientId, email: &str) -> (Browser<'a>, String) {
    let browser = app.browser();
    browser.sign_in(email).await;
    let code = allowed(&browser, client).await;
    let refresh = refresh_token(&app.redeem(client, &code).await);
    (browser, refresh)
}

served! {
    async fn an_app_is_listed_and_signed_out_at_once_and_sessions_name_it(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        app.user("alice@example.com").await;
        let empty = app.browser();
        empty.sign_in("alice@example.com").await;
        assert_eq!(empty.get(HERE).await.texts_of("h2"), ["No app acts for you"]);
        let (browser, token) = let_in(app, notes, "alice@example.com").await;
        let page = browser.get(HERE).await;
        assert_eq!(page.texts_of("tbody .scope"), ["documents:read", "profile"]);
        assert!(page.text_of("tbody th").starts_with("Notes") && page.text_of("tbody th").ends_with("127.0.0.1"));
        assert!(browser.get("/profile/sessions").await.texts_of("tbody .sub").contains(&"The app Notes".to_owned()));
        let listed = app.bearer(&app.log_in("alice@example.com").await).get("/v1/me/sessions").await.json();
        let grant = listed["data"].as_array().expect("a list").iter().find(|row| row["kind"] == "grant").expect("the grant").clone();
        assert_eq!((grant["app"].as_str(), grant["scopes"][0].as_str()), (Some("Notes"), Some("documents:read")));
        let revoke = page.attributes("tbody a", "href")[0].clone();
        assert_eq!(browser.get(&revoke).await.text_of("h1"), "Take it back from Notes?");
        let gone = browser.submit(&revoke, &revoke, &[]).await;
        assert_eq!(gone.header("location"), "/profile/apps?done=revoked");
        assert_eq!(app.refreshed(notes, &token).await, None);
        assert_eq!(browser.submit(HERE, &revoke, &[]).await.status, 404, "once");
    }

    async fn r101_the_grants_of_others_and_sessions_that_are_none_do_not_exist_here(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        app.user("alice@example.com").await;
        app.user("bob@example.com").await;
        let (hers, token) = let_in(app, notes, "alice@example.com").await;
        let revoke = hers.get(HERE).await.attributes("tbody a", "href")[0].clone();
        let his = app.browser();
        his.sign_in("bob@example.com").await;
        let own = sessions::list(&app.app().ctx, &app.person("bob@example.com").await).await.expect("a list")[0].id;
        let before = app.state_and_log().await;
        for path in [revoke.clone(), format!("{HERE}/{own}/revoke"), format!("{HERE}/ses_/revoke")] {
            assert_eq!(his.get(&path).await.status, 404, "{path}");
            assert_eq!(his.submit(HERE, &path, &[]).await.status, 404, "{path}");
        }
        assert_eq!(app.state_and_log().await, before);
        assert!(app.refreshed(notes, &token).await.is_some());
    }

    async fn r30_whatever_signs_a_person_out_signs_their_apps_out(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let by = ConfirmedAdministrator::of(confirmed(&root)).expect("an administrator");
        let app_ctx = app.app();
        let ctx = &app_ctx.ctx;
        let alice = app.user("alice@example.com").await;
        let (browser, token) = let_in(app, notes, "alice@example.com").await;
        assert_eq!(browser.submit("/profile/sessions", "/profile/sessions/end-others", &[]).await.status, 303);
        assert_eq!(app.refreshed(notes, &token).await, None, "end all others");
        let (_, token) = let_in(app, notes, "alice@example.com").await;
        sessions::sign_out_everywhere(ctx, &by, alice.id()).await.expect("signed out");
        assert_eq!(app.refreshed(notes, &token).await, None, "signed out everywhere");
        let (_, token) = let_in(app, notes, "alice@example.com").await;
        sessions::suspend(ctx, &by, alice.id()).await.expect("suspended");
        assert_eq!(app.refreshed(notes, &token).await, None, "suspended");
        sessions::restore(ctx, &by, alice.id()).await.expect("restored");
        assert_eq!(app.refreshed(notes, &token).await, None, "and for good");
    }

    async fn r96_what_an_administrator_takes_from_an_app_its_grants_lose_at_once(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let (notes, mail) = (app.registered(&root, "Notes").await, app.registered(&root, "Mail").await);
        let by = ConfirmedAdministrator::of(confirmed(&root)).expect("an administrator");
        let app_ctx = app.app();
        let ctx = &app_ctx.ctx;
        app.user("alice@example.com").await;
        let (_, kept) = let_in(app, mail, "alice@example.com").await;
        let (_, token) = let_in(app, notes, "alice@example.com").await;
        let named = clients::ClientDraft { name: Label::parse("Notebook").expect("a name"), ..draft("Notes") };
        clients::change(ctx, &by, notes, named.clone()).await.expect("changed");
        let token = app.refreshed(notes, &token).await.expect("another name takes nothing");
        let narrower = clients::ClientDraft { scopes: Scopes::parse(["profile"]).expect("a scope"), ..named };
        clients::change(ctx, &by, notes, narrower).await.expect("changed");
        assert_eq!(app.refreshed(notes, &token).await, None, "a scope less");
        clients::change(ctx, &by, notes, draft("Notes")).await.expect("changed");
        for stop in [true, false] {
            let (_, token) = let_in(app, notes, "alice@example.com").await;
            if stop {
                clients::disable(ctx, &by, notes).await.expect("disabled");
                assert_eq!(app.refreshed(notes, &token).await, None, "disabled");
                clients::enable(ctx, &by, notes).await.expect("enabled");
            } else {
                clients::delete(ctx, &by, notes).await.expect("deleted");
            }
            assert_eq!(app.refreshed(notes, &token).await, None, "and for good");
        }
        assert!(app.refreshed(mail, &kept).await.is_some(), "another app keeps what it has");
    }
}
