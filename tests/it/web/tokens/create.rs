//! Making a token: what is refused, and that a refusal changes nothing.

use latchkey::base::time::Span;
use latchkey::domain::access::{AllowedRoles, Idle, Longest, NoExpiry, Switch, TokenPolicy};
use latchkey::domain::credentials::TOKENS_AT_MOST;

use super::{create, secret_on};
use crate::served;
use crate::support::TestApp;
use crate::support::app::{Browser, Fields};

/// A server with an administrator, and Alice's browser.
async fn signed_in(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    app.user("alice@example.com").await;
    let browser = app.browser();
    browser.sign_in("alice@example.com").await;
    browser
}

fn at_most_90_days() -> TokenPolicy {
    TokenPolicy {
        tokens: Switch::On,
        allowed_roles: AllowedRoles::everybody(),
        allowed_workspace_roles: AllowedRoles::nobody(),
        require_workspace: Switch::Off,
        longest: Longest::days(90).expect("in range"),
        no_expiry: NoExpiry::Forbidden,
        require_factor: Switch::Off,
        idle: Idle::UNBOUNDED,
    }
}

served! {
    async fn what_is_wrong_comes_back_at_its_field_and_changes_nothing(app: &TestApp) {
        let browser = signed_in(app).await;
        create(&browser, &[("name", "Taken")]).await;
        let before = app.state_and_log().await;
        let long = "x".repeat(101);
        let fields: [(Fields<'_>, u16, &str, &str); 11] = [
            (&[("name", "")], 422, "name", "Enter a name."),
            (&[("name", " \t ")], 422, "name", "Enter a name."),
            (&[("name", &long)], 422, "name", "too long"),
            (&[("name", "a\nb")], 422, "name", "line break"),
            (&[("name", "tAKEN")], 409, "name", "already have a token with this name"),
            (&[("scopes", "everything")], 422, "scopes", "does not exist"),
            (&[("scopes", "admin")], 403, "scopes", "roles do not include"),
            (&[("expires", "")], 422, "expires", "Choose when"),
            (&[("expires", "36500")], 422, "expires", "Choose when"),
            (&[("expires", "custom"), ("until", "2026-02-30")], 422, "until", "Choose the day"),
            (&[("expires", "custom"), ("until", "2026-11-22")], 422, "until", "begun already"),
        ];
        for (sent, status, field, message) in fields {
            let refused = create(&browser, sent).await;
            assert_eq!(refused.status, status, "{sent:?}: {}", refused.body);
            assert!(refused.text_of(&format!("#{field}-problem")).contains(message), "{sent:?}: {}", refused.body);
            assert!(refused.text_of("title").starts_with("Error: "), "{sent:?}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn what_was_typed_is_kept_after_a_mistake_and_the_form_still_makes_one_token(app: &TestApp) {
        let browser = signed_in(app).await;
        let fields = [("name", ""), ("scopes", "verify"), ("expires", "custom"), ("until", "2027-01-01")];
        let wrong = create(&browser, &fields).await;
        assert_eq!(wrong.attribute("input[name=scopes][checked]", "value").as_deref(), Some("verify"));
        assert_eq!(wrong.attribute("input[name=expires][checked]", "value").as_deref(), Some("custom"));
        assert_eq!(wrong.field("until"), "2027-01-01");
        let fields = [("name", "CI"), ("expires", "custom"), ("until", "2027-01-01")];
        let right = browser.submit_from(&wrong, "/profile/tokens", &fields).await;
        assert_eq!(right.text_of("h1"), "Token CI created");
        assert!(right.body.contains("1 Jan 2027, 00:00 UTC"), "it ends when the day begins");
    }

    async fn a_form_is_prefilled_by_its_address_as_far_as_that_makes_sense(app: &TestApp) {
        let browser = signed_in(app).await;
        let page = browser.get("/profile/tokens/new?name=CI+deploy&scopes=profile,verify&days=365").await;
        assert_eq!(page.field("name"), "CI deploy");
        assert_eq!(page.attribute("input[value=profile]", "checked").as_deref(), Some(""));
        assert_eq!(page.attribute("input[name=expires][checked]", "value").as_deref(), Some("365"));
        let page = browser.get("/profile/tokens/new?days=45").await;
        assert_eq!(page.attribute("input[name=expires][checked]", "value").as_deref(), Some("custom"));
        assert_eq!(page.field("until"), "2027-01-06");
        for nonsense in ["?name=%00&scopes=admin,nothing&days=-1", "?days=99999999999999999999", "?scopes=", "?name=&days=x"] {
            let page = browser.get(&format!("/profile/tokens/new{nonsense}")).await;
            assert_eq!((page.status, page.field("name").as_str()), (200, ""), "{nonsense}");
            assert_eq!(page.texts_of("input[name=scopes][checked]").len(), 0, "{nonsense}");
            assert_eq!(page.texts_of("input[name=expires][checked]").len(), 1, "{nonsense}");
        }
        let plain = browser.get("/profile/tokens/new").await;
        assert_eq!(plain.attribute("input[name=expires][checked]", "value").as_deref(), Some("90"), "the usual life");
        assert_eq!(plain.texts_of("input[name=scopes]").len(), 4);
        assert_eq!(plain.texts_of("input[name=scopes][value=admin]").len(), 0, "scopes beyond one's roles are not offered");
    }

    async fn r73_the_policy_bounds_the_life_of_a_token(app: &TestApp) {
        app.admin("root@example.com").await;
        let root = app.person("root@example.com").await;
        app.set_policy(&root, at_most_90_days()).await;
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let page = browser.get("/profile/tokens/new?days=365").await;
        let offered: Vec<Option<String>> = ["30", "90", "365", "never"]
            .map(|value| page.attribute(&format!("input[name=expires][value='{value}']"), "value"))
            .into();
        assert_eq!(offered, [Some("30".into()), Some("90".into()), None, None]);
        assert_eq!(page.attribute("#until", "max").as_deref(), Some("2027-02-20"));
        assert_eq!(page.attribute("input[name=expires][checked]", "value").as_deref(), Some("90"), "no more than fits");
        let before = app.state_and_log().await;
        for (fields, field) in [
            (vec![("expires", "365")], "expires"),
            (vec![("expires", "never")], "expires"),
            (vec![("expires", "custom"), ("until", "2027-02-21")], "until"),
        ] {
            let refused = create(&browser, &fields).await;
            assert_eq!(refused.status, 422, "{fields:?}");
            assert!(refused.text_of(&format!("#{field}-problem")).contains("policy"), "{fields:?}");
        }
        assert_eq!(app.state_and_log().await, before);
        let created = create(&browser, &[("expires", "custom"), ("until", "2027-02-20")]).await;
        let secret = secret_on(&created);
        app.clock.advance(Span::hours(90 * 24 - 9));
        app.clock.advance(Span::seconds(-1));
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 200, "until the last second before the day begins");
        app.clock.advance(Span::seconds(1));
        assert_eq!(app.bearer(&secret).get("/v1/me").await.code(), "AUTH_002");
    }

    async fn a_name_comes_free_when_its_token_has_ended(app: &TestApp) {
        let browser = signed_in(app).await;
        create(&browser, &[("expires", "30")]).await;
        assert_eq!(create(&browser, &[]).await.status, 409);
        app.clock.advance(Span::days(30));
        browser.sign_in("alice@example.com").await;
        assert_eq!(create(&browser, &[]).await.status, 200, "the expired one gives its name back");
        let list = browser.get("/profile/tokens?state=expired&q=ci+dep").await;
        assert_eq!(list.texts_of("tbody tr").len(), 1, "and is still found by it");
    }

    async fn r78_a_person_has_a_hundred_tokens_at_the_most(app: &TestApp) {
        let browser = signed_in(app).await;
        let alice = app.person("alice@example.com").await;
        for n in 1..TOKENS_AT_MOST {
            app.token(&alice, &format!("token {n}"), &[]).await;
        }
        assert_eq!(create(&browser, &[("name", "the hundredth")]).await.status, 200);
        let before = app.state_and_log().await;
        let refused = create(&browser, &[("name", "one too many")]).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text_of("#name-problem").contains("100 tokens"), "{}", refused.body);
        assert_eq!(app.state_and_log().await, before);
        let id = browser.get("/profile/tokens?q=token+7").await.attribute("tbody a.ends", "href").expect("one to revoke");
        browser.submit(&id, &id, &[]).await;
        assert_eq!(create(&browser, &[("name", "room again")]).await.status, 200);
    }

    async fn r78_two_at_once_do_not_both_take_the_last_place(app: &TestApp) {
        let browser = signed_in(app).await;
        let alice = app.person("alice@example.com").await;
        for n in 0..TOKENS_AT_MOST - 2 {
            app.token(&alice, &format!("token {n}"), &[]).await;
        }
        let names: Vec<String> = (0..8).map(|n| format!("racer {n}")).collect();
        let race = async |name: &str| create(&browser, &[("name", name)]).await;
        let racers = names.iter().map(|name| race(name));
        let answers = futures_util::future::join_all(racers).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 409, 409, 409, 409, 409, 409]);
        assert_eq!(app.rows("SELECT id FROM credentials").await.len(), usize::try_from(TOKENS_AT_MOST).expect("a hundred"));
    }

    async fn r78_switched_off_nobody_makes_a_token_while_list_and_revoke_stay_open(app: &TestApp) {
        let browser = signed_in(app).await;
        let root = app.person("root@example.com").await;
        let form = browser.get("/profile/tokens/new").await;
        let secret = secret_on(&create(&browser, &[("name", "earlier")]).await);
        app.allow_tokens(&root, Switch::Off).await;
        let refused = app.bearer(&secret).get("/v1/me").await;
        assert_eq!((refused.status, refused.json()["error"]["details"]["reason"].as_str()), (403, Some("token_auth_disabled")));
        let before = app.state_and_log().await;
        let refused = browser.submit_from(&form, "/profile/tokens", &[("name", "CI"), ("expires", "30")]).await;
        assert_eq!(refused.status, 403);
        assert!(refused.text_of("#name-problem").contains("switched off"), "{}", refused.body);
        assert_eq!(app.state_and_log().await, before);
        let list = browser.get("/profile/tokens").await;
        assert_eq!(list.text_of("#creating-title"), "You cannot create API tokens");
        assert!(list.text_of("td[data-label=Status]").starts_with("Refused"), "{}", list.text_of("tbody tr"));
        assert_eq!(browser.get("/profile/tokens/new").await.header("location"), "/profile/tokens");
        app.allow_tokens(&root, Switch::On).await;
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 200, "on again, it works again");
        app.allow_tokens(&root, Switch::Off).await;
        let revoke = list.attribute("tbody a.ends", "href").expect("it can be revoked");
        assert_eq!(browser.submit(&revoke, &revoke, &[]).await.status, 303);
        app.allow_tokens(&root, Switch::On).await;
        assert_eq!(app.bearer(&secret).get("/v1/me").await.code(), "AUTH_002");
    }

    async fn r78_only_holders_of_an_allowed_role_make_and_use_tokens(app: &TestApp) {
        let browser = signed_in(app).await;
        let root = app.person("root@example.com").await;
        let secret = secret_on(&create(&browser, &[]).await);
        let admins = AllowedRoles::parse("admin").expect("a role");
        app.set_policy(&root, TokenPolicy { allowed_roles: admins, ..at_most_90_days() }).await;
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 403);
        let list = browser.get("/profile/tokens").await;
        assert!(list.text_of("section.notice").contains("None of your roles"), "{}", list.body);
        let admin = app.browser();
        admin.sign_in("root@example.com").await;
        assert_eq!(create(&admin, &[]).await.status, 200);
    }
}
