//! `/oauth2/authorize`: an app asks, the person decides, and the app redeems its code.

use futures_util::future::join_all;
use latchkey::base::time::Span;

use crate::served;
use crate::support::app::Fields;
use crate::support::apps::{BACK, CHALLENGE, VERIFIER, allowed, asking, led_back, refresh_token, told};
use crate::support::letter;

served! {
    async fn r96_a_person_who_is_not_signed_in_signs_in_and_says_yes(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        app.user("alice@example.com").await;
        let browser = app.browser();
        let asked = asking(notes, &[]);
        let sent = browser.get(&asked).await;
        assert_eq!(sent.status, 303);
        let sign_in = sent.header("location").to_owned();
        assert!(sign_in.starts_with("/sign-in?next="), "{sign_in}");
        let fields: Fields<'_> = &[("email", "alice@example.com"), ("password", crate::support::app::PASSWORD)];
        let back = browser.submit(&sign_in, "/sign-in", fields).await;
        assert_eq!(back.header("location"), asked);
        let page = browser.get(&asked).await;
        assert_eq!(page.text_of("h1"), "Let Notes act for you?");
        assert_eq!(page.texts_of(".points code"), ["profile", "documents:read"]);
        assert!(page.text_of("main").contains("alice@example.com") && page.text_of("main").contains("led back to notes.example.com"));
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self' https://notes.example.com;"), "{policy}");
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.attributes("form[method=post]", "action"), ["/sign-out", asked.as_str()]);
        let yes = browser.submit_from(&page, &asked, &[("decision", "allow")]).await;
        let names: Vec<String> = led_back(&yes, BACK).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["code", "state", "iss"]);
        assert_eq!((told(&yes, "state").as_str(), told(&yes, "iss")), ("xyz", app.url("")));
        let code = told(&yes, "code");
        assert_eq!(code.len(), 43);
        assert!(!crate::support::rows::everything(&app.app().ctx.db).await.contains(&code), "its digest alone is kept");
        let tokens = app.redeem(notes, &code).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        assert_eq!(tokens.json()["scope"], "documents:read profile");
        let logged = app.rows("SELECT action, target FROM audit_events WHERE action LIKE 'app.all%'").await;
        assert_eq!(logged, [format!("app.allowed | {notes}")]);
    }

    async fn r96_no_is_told_to_the_app_and_gives_nothing(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let asked = asking(notes, &[]);
        let before = app.state().await;
        let no = browser.submit(&asked, &asked, &[("decision", "deny")]).await;
        assert_eq!((told(&no, "error").as_str(), told(&no, "state").as_str()), ("access_denied", "xyz"));
        assert_eq!((told(&no, "code"), told(&no, "iss")), (String::new(), app.url("")));
        let neither = browser.submit(&asked, &asked, &[("decision", "")]).await;
        assert_eq!(neither.status, 400);
        let forged = browser.send("POST", &asked, &[("content-type", "application/x-www-form-urlencoded")], "decision=allow".into());
        assert_eq!(forged.await.status, 403, "another site sends it");
        assert_eq!(app.state().await, before);
    }

    async fn r96_nobody_is_led_where_an_app_is_not_registered(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let form = browser.get(&asking(notes, &[])).await;
        let before = app.state_and_log().await;
        let mut wrong: Vec<String> = [
            "",
            "https://notes.example.com@evil.test/back",
            "https://notes.example.com:pw@evil.test/back",
            "//evil.test/back",
            "https://evil.test",
            "https://evil.test/?https://notes.example.com/back",
            "https://sub.notes.example.com/back",
            "https://notes.example.com.evil.test/back",
            "https://notes.example.com/back#fragment",
            "https://notes.example.com/back/..",
            "https://notes.example.com/back/../../evil",
            "https://notes.example.com/back%2F..",
            "https://notes.example.com/BACK",
            "http://notes.example.com/back",
            "javascript:alert(1)",
            "http://127.0.0.1:80@evil.test/back",
            "http://127.0.0.1/other",
            "http://localhost/back",
        ]
        .iter()
        .map(|uri| asking(notes, &[("redirect_uri", uri)]))
        .collect();
        wrong.push(asking(notes, &[]) + "&redirect_uri=https%3A%2F%2Fevil.test");
        wrong.push(asking(notes, &[]) + "&client_id=app_00000000000070008000000000000000");
        for id in ["", "app_00000000000070008000000000000000", "notes", "svc_00000000000070008000000000000000"] {
            wrong.push(asking(notes, &[("client_id", id)]));
        }
        for path in &wrong {
            for answer in [browser.get(path).await, browser.submit_from(&form, path, &[("decision", "allow")]).await] {
                assert_eq!((answer.status, answer.header("location")), (400, ""), "{path}");
                assert_eq!(answer.text_of("h1"), "This app cannot sign you in", "{path}");
                assert!(!answer.header("content-security-policy").contains("evil"), "{path}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
        let free = asking(notes, &[("redirect_uri", "http://127.0.0.1:4711/back")]);
        let yes = browser.submit(&free, &free, &[("decision", "allow")]).await;
        assert_eq!(led_back(&yes, "http://127.0.0.1:4711/back")[0].0, "code");
    }

    async fn r96_a_request_without_proof_or_with_a_weak_one_is_told_so(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let (browser, nobody) = (app.browser(), app.browser());
        browser.sign_in("root@example.com").await;
        let before = app.state_and_log().await;
        let long = "a".repeat(44);
        let cases: [(Fields<'_>, &str); 13] = [
            (&[("code_challenge", "")], "invalid_request"),
            (&[("code_challenge_method", "")], "invalid_request"),
            (&[("code_challenge_method", "plain")], "invalid_request"),
            (&[("code_challenge_method", "s256")], "invalid_request"),
            (&[("code_challenge", "short")], "invalid_request"),
            (&[("code_challenge", &long)], "invalid_request"),
            (&[("response_type", "")], "invalid_request"),
            (&[("response_type", "token")], "unsupported_response_type"),
            (&[("response_type", "code token")], "unsupported_response_type"),
            (&[("response_mode", "form_post")], "invalid_request"),
            (&[("scope", "admin")], "invalid_scope"),
            (&[("scope", "a\"b")], "invalid_scope"),
            (&[("audience", "external-api")], "invalid_target"),
        ];
        for (other, error) in cases {
            for answer in [browser.get(&asking(notes, other)).await, nobody.get(&asking(notes, other)).await] {
                assert_eq!((told(&answer, "error").as_str(), told(&answer, "state").as_str()), (error, "xyz"), "{other:?}");
                assert_eq!(told(&answer, "iss"), app.url(""), "{other:?}");
            }
        }
        for repeated in ["scope=verify", "state=abc", "code_challenge=x", "other=1&other=2"] {
            let answer = browser.get(&format!("{}&{repeated}", asking(notes, &[]))).await;
            assert_eq!(told(&answer, "error"), "invalid_request", "{repeated}");
        }
        let silent = asking(notes, &[("prompt", "none")]);
        assert_eq!(told(&nobody.get(&silent).await, "error"), "login_required");
        assert_eq!(told(&browser.get(&silent).await, "error"), "consent_required");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r96_an_app_gets_no_more_than_the_person_has_and_the_administrator_said(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let page = browser.get(&asking(notes, &[("scope", "documents:read admin keys:manage")])).await;
        assert_eq!(page.texts_of(".points code"), ["documents:read"]);
        let all = browser.get(&asking(notes, &[("scope", "")])).await;
        assert_eq!(all.texts_of(".points code").len(), 3, "without a scope, all that the app may ask for");
        crate::support::rows::execute_all(&app.app().ctx.db, &["UPDATE scopes SET role = 'auditor' WHERE name = 'documents:read'"]).await;
        let asked = asking(notes, &[("scope", "documents:read")]);
        let page = browser.get(&asked).await;
        assert_eq!(page.attributes("button[name=decision]", "value"), ["deny"], "nothing of it is hers to give");
        let tried = browser.submit_from(&page, &asked, &[("decision", "allow")]).await;
        assert_eq!((told(&tried, "error").as_str(), app.rows("SELECT digest FROM authorization_codes").await.len()), ("invalid_scope", 0));
    }

    async fn r96_a_code_is_good_once_for_its_own_app_with_its_own_proof(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let (notes, mail) = (app.registered(&root, "Notes").await, app.registered(&root, "Mail").await);
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let (code, other) = (allowed(&browser, notes).await, allowed(&browser, mail).await);
        let before = app.state_and_log().await;
        let (own, short) = (notes.to_string(), "a".repeat(42));
        let usual = [
            ("grant_type", "authorization_code"),
            ("client_id", own.as_str()),
            ("code", code.as_str()),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in [
            ("code", other.as_str()),
            ("code", "0"),
            ("redirect_uri", "http://127.0.0.1/back"),
            ("redirect_uri", "https://evil.test"),
            ("code_verifier", CHALLENGE),
            ("code_verifier", short.as_str()),
        ] {
            let fields: Vec<(&str, &str)> = usual.iter().map(|field| if field.0 == name { (name, value) } else { *field }).collect();
            let refused = app.oauth("/oauth2/token", &fields).await;
            assert_eq!((refused.status, refused.json()["error"].as_str()), (400, Some("invalid_grant")), "{name}={value}");
        }
        for missing in ["code", "redirect_uri", "code_verifier"] {
            let fields: Vec<(&str, &str)> = usual.iter().filter(|field| field.0 != missing).copied().collect();
            assert_eq!(app.oauth("/oauth2/token", &fields).await.json()["error"], "invalid_request", "{missing}");
        }
        assert_eq!(app.redeem(mail, &code).await.json()["error"], "invalid_grant", "two apps swap their codes");
        assert_eq!(app.state_and_log().await, before, "and the codes stay good");
        let refresh = refresh_token(&app.redeem(notes, &code).await);
        assert_eq!(app.redeem(mail, &code).await.json()["error"], "invalid_grant");
        let refresh = app.refreshed(notes, &refresh).await.expect("another app ends nothing");
        assert_eq!(app.redeem(notes, &code).await.json()["error"], "invalid_grant", "used again: it is in two hands");
        assert_eq!(app.refreshed(notes, &refresh).await, None);
        assert_eq!(app.rows("SELECT id FROM sessions WHERE kind = 'grant' AND ended_at IS NULL").await.len(), 0);
        assert_eq!(app.rows("SELECT outcome FROM audit_events WHERE action = 'app.code_reused'").await, ["refused"]);
        let mails = app.mails_to("root@example.com").await;
        assert!(mails.iter().any(|mail| letter::text(mail).contains("The same code was presented again")), "{mails:?}");
        assert_eq!(app.redeem(mail, &other).await.status, 200, "the other app's own");
    }

    async fn r96_of_twenty_redemptions_at_once_one_is_good_and_the_others_end_it(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let code = allowed(&browser, notes).await;
        let answers = join_all((0..20).map(|_| app.redeem(notes, &code))).await;
        let good: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(good.len(), 1);
        let refused = answers.iter().filter(|answer| answer.status == 400 && answer.json()["error"] == "invalid_grant");
        assert_eq!(refused.count(), 19);
        assert_eq!(app.rows("SELECT id FROM sessions WHERE kind = 'grant'").await.len(), 1, "no half of another");
        assert_eq!(app.refreshed(notes, &refresh_token(good[0])).await, None, "the code was in two hands");
    }

    async fn r96_whoever_guesses_codes_is_told_to_wait_and_holds_up_nobody(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let code = allowed(&browser, notes).await;
        let guesses = join_all((0..125).map(|_| app.redeem(notes, "0"))).await;
        assert_eq!(guesses.iter().filter(|answer| answer.status == 429 && !answer.header("retry-after").is_empty()).count(), 5);
        assert_eq!(app.redeem(notes, &code).await.status, 200);
    }

    async fn r96_a_code_dies_after_a_minute_with_its_app_and_with_its_person(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let notes = app.registered(&root, "Notes").await;
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let late = allowed(&browser, notes).await;
        app.clock.advance(Span::seconds(59));
        let (in_time, disabled) = (allowed(&browser, notes).await, allowed(&browser, notes).await);
        app.clock.advance(Span::seconds(1));
        assert_eq!(app.redeem(notes, &late).await.json()["error"], "invalid_grant");
        assert_eq!(app.redeem(notes, &in_time).await.status, 200);
        let admin = app.browser();
        admin.sign_in("root@example.com").await;
        let stop = format!("/admin/apps/{notes}/disable");
        assert_eq!(admin.submit(&stop, &stop, &[]).await.status, 303);
        assert_eq!(app.redeem(notes, &disabled).await.status, 400);
        assert_eq!(browser.get(&asking(notes, &[])).await.status, 400, "and it can ask nobody");
        assert_eq!(admin.submit(&format!("/admin/apps/{notes}"), &format!("/admin/apps/{notes}/enable"), &[]).await.status, 303);
        assert_eq!(app.redeem(notes, &disabled).await.json()["error"], "invalid_grant", "what ended stays ended");
        let orphan = allowed(&browser, notes).await;
        app.suspend("alice@example.com").await;
        assert_eq!(app.redeem(notes, &orphan).await.json()["error"], "invalid_grant");
    }

    async fn r80_the_metadata_names_what_an_app_needs(app: &TestApp) {
        let metadata = app.anon("GET", "/.well-known/oauth-authorization-server").await.json();
        assert_eq!(metadata["authorization_endpoint"], app.url("/oauth2/authorize"));
        assert_eq!(metadata["device_authorization_endpoint"], app.url("/oauth2/device_authorization"));
        assert_eq!(metadata["response_types_supported"], serde_json::json!(["code"]));
        assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
        assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
        let types = metadata["grant_types_supported"].as_array().expect("a list");
        for wanted in ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"] {
            assert!(types.iter().any(|known| known == wanted), "{wanted}");
            let refused = app.oauth("/oauth2/token", &[("grant_type", wanted)]).await;
            assert_eq!(refused.json()["error"], "invalid_request", "it is there, and wants to know which app asks");
        }
    }
}
