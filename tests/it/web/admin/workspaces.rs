//! `/admin/workspaces…`: everybody's workspaces, and who may create them.

use latchkey::base::time::Span;
use latchkey::domain::workspaces::{self, Workspace};

use crate::served;
use crate::support::app::{Browser, TestApp};

async fn administrator(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

fn page_of(workspace: &Workspace, what: &str) -> String {
    format!("/admin/workspaces/{}{what}", workspace.id)
}

/// The names in the list, as they are shown.
async fn listed(browser: &Browser<'_>, asked: &str) -> Vec<String> {
    browser.get(&format!("/admin/workspaces{asked}")).await.texts_of("tbody th a")
}

served! {
    async fn workspaces_are_found_by_what_is_known_of_them(app: &TestApp) {
        let browser = administrator(app).await;
        assert!(browser.get("/admin/workspaces").await.text_of("main").contains("There is no such workspace."));
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.clock.advance(Span::seconds(1));
        let other = app.workspace(&alice, "other").await;
        app.clock.advance(Span::seconds(1));
        workspaces::personal(&app.app().ctx, &alice).await.expect("made");
        app.belongs(&acme, "bob@example.com", "viewer").await;
        let id = acme.id.to_string();
        for (asked, expected) in [
            ("", vec!["alice", "other Inc.", "acme Inc."]),
            ("?q=ACME", vec!["acme Inc."]),
            (format!("?q={id}").as_str(), vec!["acme Inc."]),
            ("?q=Inc&show=shared", vec!["other Inc.", "acme Inc."]),
            ("?show=personal", vec!["alice"]),
            ("?show=suspended", vec![]),
            ("?show=nonsense&q=%00", vec!["alice", "other Inc.", "acme Inc."]),
            ("?q=%25", vec![]),
        ] {
            assert_eq!(listed(&browser, asked).await, expected, "{asked}");
        }
        let row = browser.get("/admin/workspaces?q=acme").await.text_of("tbody tr");
        assert!(row.starts_with("acme Inc. acme free 2 0"), "{row}");
        assert_eq!(browser.get("/admin/workspaces?after=AAAA").await.status, 400);
        let page = browser.get(&page_of(&acme, "")).await;
        assert_eq!(page.texts_of("tbody th a"), ["alice", "bob"]);
        let log = page.attribute("dd a[href*=audit]", "href").expect("its log");
        assert_eq!(browser.get(&log).await.texts_of("tbody tr").len(), 1, "and that of no other");
        assert_ne!(acme.id, other.id);
    }

    async fn a_list_that_is_too_long_goes_on_on_the_next_page(app: &TestApp) {
        let browser = administrator(app).await;
        for n in 0..2 {
            let maker = app.user(&format!("maker{n}@example.com")).await;
            for m in 0..26 {
                app.workspace(&maker, &format!("team-{n}-{m}")).await;
                app.clock.advance(Span::seconds(1));
            }
        }
        let first = browser.get("/admin/workspaces").await;
        assert_eq!(first.texts_of("tbody tr").len(), 50);
        let next = first.attribute("a[rel=next]", "href").expect("there is more");
        assert_eq!(listed(&browser, next.trim_start_matches("/admin/workspaces")).await, ["team-0-1 Inc.", "team-0-0 Inc."]);
    }

    async fn suspending_closes_a_workspace_at_once_and_restoring_opens_it(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let hers = app.browser();
        hers.sign_in("alice@example.com").await;
        assert_eq!(hers.get("/w/acme").await.status, 200);
        let (suspend, restore) = (page_of(&acme, "/suspend"), page_of(&acme, "/restore"));
        let asked = browser.get(&suspend).await;
        assert_eq!(asked.text_of("h1"), "Suspend acme Inc.?");
        let done = browser.submit_from(&asked, &suspend, &[]).await;
        assert_eq!((done.status, done.header("location")), (303, page_of(&acme, "?done=suspended").as_str()));
        let closed = hers.get("/w/acme").await;
        assert_eq!((closed.status, closed.text_of("h1").as_str()), (403, "This workspace is suspended"));
        assert!(hers.get("/workspaces").await.text_of("tbody tr").contains("Suspended"));
        let told = app.rows("SELECT kind, key FROM changes WHERE kind = 'workspace'").await;
        assert_eq!(told, [format!("workspace | {}", acme.id.to_db())]);
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&asked, &suspend, &[]).await.status, 303);
        assert_eq!(app.state_and_log().await, before, "once is enough");
        assert_eq!(browser.submit(&restore, &restore, &[]).await.status, 303);
        assert_eq!(hers.get("/w/acme").await.status, 200);
        assert_eq!(app.rows("SELECT kind FROM changes WHERE kind = 'workspace'").await.len(), 2);
        let events = app.rows("SELECT action FROM audit_events WHERE action IN ('workspace.suspended', 'workspace.restored') ORDER BY seq").await;
        assert_eq!(events, ["workspace.suspended", "workspace.restored"]);
    }

    async fn a_workspace_gets_another_plan_and_no_unknown_one(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (page, plan) = (page_of(&acme, ""), page_of(&acme, "/plan"));
        let saved = browser.submit(&page, &plan, &[("plan", "pro")]).await;
        assert_eq!((saved.status, saved.header("location")), (303, page_of(&acme, "?done=plan").as_str()));
        assert_eq!(browser.get(&page).await.attribute("option[selected]", "value").as_deref(), Some("pro"));
        let before = app.state_and_log().await;
        for wrong in ["", "gold", "Pro", "'"] {
            let refused = browser.submit(&page, &plan, &[("plan", wrong)]).await;
            assert_eq!((refused.status, refused.texts_of("#plan-problem").len()), (422, 1), "{wrong}");
        }
        let nowhere = "/admin/workspaces/wsp_00000000000070008000000000000000";
        for what in ["/plan", "/suspend", "/restore"] {
            assert_eq!(browser.submit(&page, &format!("{nowhere}{what}"), &[("plan", "pro")]).await.status, 404, "{what}");
        }
        assert_eq!(browser.get(nowhere).await.status, 404);
        assert_eq!(app.state_and_log().await, before);
    }

    async fn who_may_create_workspaces_is_decided_here_and_binds_at_once(app: &TestApp) {
        let browser = administrator(app).await;
        app.user("alice@example.com").await;
        let hers = app.browser();
        hers.sign_in("alice@example.com").await;
        let form = hers.get("/workspaces/new").await;
        let here = "/admin/workspaces";
        assert_eq!(browser.get(here).await.field("creators"), "*");
        let saved = browser.submit(here, here, &[("creators", "ops, admin")]).await;
        assert_eq!((saved.status, saved.header("location")), (303, "/admin/workspaces?done=creators"));
        assert_eq!(hers.submit_from(&form, "/workspaces/new", &[("name", "Acme")]).await.status, 422);
        let before = app.state_and_log().await;
        let long = "x".repeat(10_000);
        for wrong in ["a b/c", "<b>", long.as_str()] {
            let refused = browser.submit(here, here, &[("creators", wrong)]).await;
            assert_eq!((refused.status, refused.field("creators").as_str()), (422, wrong), "{wrong:.9}");
        }
        assert_eq!(browser.submit(here, here, &[("creators", "ops, admin")]).await.status, 303);
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(browser.submit(here, here, &[("creators", "user")]).await.status, 303);
        assert_eq!(hers.submit_from(&form, "/workspaces/new", &[("name", "Acme")]).await.status, 303);
        assert_eq!(app.rows("SELECT action FROM audit_events WHERE action = 'policy.workspaces_changed'").await.len(), 2);
    }
}
