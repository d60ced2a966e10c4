//! `/admin/policy/sign-in`: whose sign-in needs a second factor.

use latchkey::base::time::Span;
use latchkey::domain::accounts::{Role, Roles};

use crate::served;
use crate::support::app::Browser;
use crate::support::authenticator::Authenticator;

const APP: &str = "/profile/security/authenticator";
const ROOT: &str = "root@example.com";
const ANNA: &str = "anna@example.com";

async fn require(admin: &Browser<'_>, roles: &str) {
    let saved = admin.submit("/admin/policy", "/admin/policy/sign-in", &[("factor_roles", roles)]).await;
    assert_eq!((saved.status, saved.header("location")), (303, "/admin/policy?done=sign-in"), "{}", saved.body);
}

served! {
    async fn r60_whoever_needs_a_second_factor_can_do_nothing_but_set_one_up(app: &TestApp) {
        app.admin(ROOT).await;
        app.account(ANNA, Roles::user()).await;
        let (admin, open, browser) = (app.browser(), app.browser(), app.browser());
        admin.sign_in(ROOT).await;
        open.sign_in(ANNA).await;
        require(&admin, Role::USER).await;
        assert_eq!(open.get("/profile").await.header("location"), "/sign-in?next=%2Fprofile", "it binds open sessions");
        assert_eq!(open.get("/sign-in").await.header("location"), APP);
        let landed = browser.sign_in(ANNA).await;
        assert_eq!((landed.status, landed.header("location")), (303, APP));
        let page = browser.get(APP).await;
        assert!(page.text_of(".notice.warn").starts_with("An administrator requires a second factor"), "{}", page.body);
        for path in ["/profile", "/profile/tokens", "/profile/tokens/new", "/profile/security", "/profile/sessions"] {
            assert!(browser.get(path).await.header("location").starts_with("/sign-in"), "{path}");
        }
        let scan = browser.submit(APP, APP, &[]).await;
        let phone = Authenticator::from_page(&scan);
        let code = phone.code(app.clock.now());
        let on = browser.submit_from(&scan, "/profile/security/authenticator/on", &[("code", &code)]).await;
        assert_eq!((on.status, on.header("location")), (303, "/profile/security/recovery-codes?done=app-on"));
        assert_eq!(browser.get("/profile").await.status, 200);
        let kept = browser.submit("/profile/security/authenticator/off", "/profile/security/authenticator/off", &[]).await;
        assert_eq!(kept.status, 403);
        assert!(kept.text_of(".summary").contains("An administrator requires"), "{}", kept.body);
        assert_eq!(app.browser().sign_in(ANNA).await.header("location"), "/sign-in/second-step");
    }

    async fn r60_an_old_session_does_not_set_up_what_keeps_thieves_out(app: &TestApp) {
        app.admin(ROOT).await;
        app.account(ANNA, Roles::user()).await;
        let (admin, open) = (app.browser(), app.browser());
        open.sign_in(ANNA).await;
        app.clock.advance(Span::minutes(31));
        admin.sign_in(ROOT).await;
        require(&admin, "user").await;
        assert_eq!(open.get(APP).await.header("location"), format!("/sign-in?next={}", APP.replace('/', "%2F")));
        assert_eq!(open.sign_in(ANNA).await.header("location"), APP, "with the password it may");
        let left = open.submit(APP, "/sign-out", &[]).await;
        assert_eq!(left.header("location"), "/sign-in?done=signed-out");
    }

    async fn r60_the_policy_names_roles_and_says_what_is_none(app: &TestApp) {
        app.admin(ROOT).await;
        app.account(ANNA, Roles::user()).await;
        let admin = app.browser();
        admin.sign_in(ROOT).await;
        let before = app.state_and_log().await;
        let refused = admin.submit("/admin/policy", "/admin/policy/sign-in", &[("factor_roles", "ad min,<script>")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("#factor_roles-problem").contains("“<script>” is no role"), "{}", refused.body);
        assert_eq!(refused.attribute("#factor_roles", "value").as_deref(), Some("ad min,<script>"));
        assert_eq!(app.state_and_log().await, before);
        let events = app.events().await;
        require(&admin, "staff, editor").await;
        require(&admin, "staff,editor").await;
        assert_eq!(app.events().await, events + 1, "the same again is no change");
        assert_eq!(admin.get("/admin/policy").await.attribute("#factor_roles", "value").as_deref(), Some("staff, editor"));
        assert_eq!(app.browser().sign_in(ANNA).await.header("location"), "/profile/tokens", "anna is neither");
        require(&admin, "").await;
        assert!(app.rows("SELECT factor_roles FROM sign_in_policy").await[0].contains("[]"));
    }
}
