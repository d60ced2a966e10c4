//! `/admin/plans`: how much workspaces may ask.

use latchkey::domain::access::{self, ConfirmedAdministrator, SetPlanError};
use latchkey::domain::workspaces;
use latchkey::domain::workspaces::plans::PlanName;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Browser, Fields, confirmed};

const NEW: &str = "/admin/plans/new";
const LIST: &str = "/admin/plans";

async fn administrator(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

async fn plan_names(browser: &Browser<'_>) -> Vec<String> {
    browser.get(LIST).await.texts_of("tbody th")
}

fn plan(name: &str) -> PlanName {
    PlanName::parse(name).expect("a name")
}

served! {
    async fn plans_are_added_changed_and_deleted_and_the_log_has_it(app: &TestApp) {
        let browser = administrator(app).await;
        assert_eq!(plan_names(&browser).await, ["free New workspaces", "starter", "pro", "enterprise"]);
        let added = browser.submit(NEW, NEW, &[("name", "schools"), ("rate", "120")]).await;
        assert_eq!(added.header("location"), "/admin/plans?done=added");
        let page = "/admin/plans/schools";
        assert_eq!(browser.get(page).await.field("rate"), "120");
        assert_eq!(browser.submit(page, page, &[("rate", "240")]).await.header("location"), "/admin/plans?done=saved");
        assert_eq!(browser.submit(page, page, &[("rate", "240")]).await.status, 303, "the same again");
        assert_eq!(browser.submit(LIST, LIST, &[("new_plan", "schools")]).await.header("location"), "/admin/plans?done=new-plan");
        let own = workspaces::personal(&app.app().ctx, &app.user("alice@example.com").await).await.expect("a workspace");
        assert_eq!(own.plan, "schools");
        assert_eq!(browser.get(LIST).await.texts_of("tbody tr:last-child td.number"), ["240", "1"]);
        let gone = browser.submit("/admin/plans/pro/delete", "/admin/plans/pro/delete", &[]).await;
        assert_eq!(gone.header("location"), "/admin/plans?done=deleted");
        assert_eq!(plan_names(&browser).await, ["free", "starter", "enterprise", "schools New workspaces"]);
        let log = app.rows("SELECT action, target FROM audit_events WHERE action LIKE 'p%plan%' OR action LIKE 'plan%' ORDER BY seq").await;
        assert_eq!(log, ["plan.added | schools", "plan.changed | schools", "plan.deleted | pro"]);
        assert_eq!(app.rows("SELECT target FROM audit_events WHERE action = 'policy.workspaces_changed'").await, ["schools"]);
        assert_eq!(app.rows("SELECT kind FROM changes WHERE kind = 'policy'").await.len(), 2, "the token policy of the test, and the plan");
    }

    async fn what_is_wrong_comes_back_at_its_field_and_changes_nothing(app: &TestApp) {
        let browser = administrator(app).await;
        let before = app.state_and_log().await;
        let long = "x".repeat(51);
        let cases: [(Fields<'_>, u16, &str); 13] = [
            (&[("name", ""), ("rate", "1")], 422, "name"),
            (&[("name", "new"), ("rate", "1")], 422, "name"),
            (&[("name", "Big Plan"), ("rate", "1")], 422, "name"),
            (&[("name", &long), ("rate", "1")], 422, "name"),
            (&[("name", "free"), ("rate", "1")], 409, "name"),
            (&[("name", "x"), ("rate", "0")], 422, "rate"),
            (&[("name", "x"), ("rate", "1000001")], 422, "rate"),
            (&[("name", "x"), ("rate", "-5")], 422, "rate"),
            (&[("name", "x"), ("rate", "many")], 422, "rate"),
            (&[("name", "x"), ("rate", "1"), ("storage", "-1")], 422, "storage"),
            (&[("name", "x"), ("rate", "1"), ("storage", "1000001")], 422, "storage"),
            (&[("name", "x"), ("rate", "1"), ("storage", "much")], 422, "storage"),
            (&[("name", "x"), ("rate", "1"), ("features", "gold")], 422, "features"),
        ];
        for (fields, status, field) in cases {
            let refused = browser.submit(NEW, NEW, fields).await;
            assert_eq!(refused.status, status, "{fields:?}");
            assert!(!refused.texts_of(&format!("#{field}-problem")).is_empty(), "{fields:?}: {}", refused.body);
        }
        let refused = browser.submit("/admin/plans/free", "/admin/plans/free", &[("rate", "none")]).await;
        assert_eq!((refused.status, refused.field("rate").as_str()), (422, "none"));
        let refused = browser.submit(LIST, LIST, &[("new_plan", "nowhere")]).await;
        assert_eq!((refused.status, refused.texts_of("#new_plan-problem").len()), (422, 1));
        for path in ["/admin/plans/nowhere", "/admin/plans/%22%3E", "/admin/plans/nowhere/delete"] {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
            assert_eq!(browser.submit(NEW, path, &[("rate", "1")]).await.status, 404, "{path}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn what_a_plan_includes_is_ticked_and_the_log_has_it(app: &TestApp) {
        let browser = administrator(app).await;
        let page = "/admin/plans/free";
        assert_eq!(browser.get(page).await.field("storage"), "1");
        assert_eq!(browser.get(page).await.attributes("[name=features][checked]", "value"), ["sdk"]);
        let fields = [("rate", "60"), ("storage", "5"), ("features", "vault"), ("features", "sse")];
        assert_eq!(browser.submit(page, page, &fields).await.header("location"), "/admin/plans?done=saved");
        assert_eq!(browser.get(page).await.attributes("[name=features][checked]", "value"), ["sse", "vault"]);
        assert_eq!(browser.get(LIST).await.text_of("tbody td[data-label=Includes]"), "5 GB, SSE, Vault");
        let log = app.rows("SELECT details FROM audit_events WHERE action = 'plan.changed'").await;
        let after = r#""after":{"entitlements":{"features":["sse","vault"],"storageGB":5},"requestsPerMinute":60}"#;
        assert!(log.len() == 1 && log[0].contains(after), "{log:?}");
    }

    async fn a_plan_that_somebody_has_or_will_get_stays(app: &TestApp) {
        let browser = administrator(app).await;
        let root = ConfirmedAdministrator::of(confirmed(&app.person("root@example.com").await)).expect("an administrator");
        let own = workspaces::personal(&app.app().ctx, root.person()).await.expect("a workspace");
        access::set_plan(&app.app().ctx, &root, own.id, &plan("pro")).await.expect("given");
        let before = app.state_and_log().await;
        for (name, why) in [("pro", "1 workspace has it."), ("free", "New workspaces get it.")] {
            let action = format!("/admin/plans/{name}/delete");
            assert!(browser.get(&action).await.text_of(".notice").starts_with(why));
            let refused = browser.submit(NEW, &action, &[]).await;
            assert_eq!(refused.status, 409);
            assert!(refused.text_of(".notice").starts_with(why), "{}", refused.body);
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_workspace_is_given_another_plan(app: &TestApp) {
        let root = ConfirmedAdministrator::of(confirmed(&app.admin("root@example.com").await)).expect("an administrator");
        let ctx = &app.app().ctx;
        let own = workspaces::personal(ctx, root.person()).await.expect("a workspace");
        access::set_plan(ctx, &root, own.id, &plan("enterprise")).await.expect("given");
        access::set_plan(ctx, &root, own.id, &plan("enterprise")).await.expect("the same again");
        assert_eq!(app.rows("SELECT plan FROM workspaces").await, ["enterprise"]);
        assert_eq!(app.rows("SELECT action FROM audit_events WHERE action = 'workspace.changed'").await.len(), 1);
        assert_eq!(app.rows("SELECT kind FROM changes WHERE kind = 'workspace'").await.len(), 1);
        let before = app.state_and_log().await;
        let nowhere = "wsp_00000000000070008000000000000000".parse().expect("an id");
        let refused = access::set_plan(ctx, &root, nowhere, &plan("pro")).await;
        assert!(matches!(refused, Err(SetPlanError::NoWorkspace)));
        assert!(matches!(access::set_plan(ctx, &root, own.id, &plan("nowhere")).await, Err(SetPlanError::NoPlan)));
        assert_eq!(app.state_and_log().await, before);
    }
}
