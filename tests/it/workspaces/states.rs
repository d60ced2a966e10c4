//! Who is invited, or was a member, or belongs to a workspace that is suspended, is no member: on every route.

use latchkey::domain::workspaces::invitations::{self, Named};
use latchkey::domain::workspaces::members;
use latchkey::domain::workspaces::{Member, Workspace};

use super::{membership, new_member};
use crate::edge::inventory::{Access, ROUTES};
use crate::served;
use crate::support::TestApp;
use crate::support::app::Browser;
use crate::support::rows::execute_all;

/// How somebody is no member, and what they are answered: 404 unless they do belong to it.
const STATES: &[(&str, u16)] = &[
    ("nobody", 404),
    ("invited", 404),
    ("declined", 404),
    ("cancelled", 404),
    ("expired", 404),
    ("removed", 404),
    ("left", 404),
    ("unconfirmed", 403),
    ("workspace suspended", 403),
];

/// Brings Bob into that state.
async fn bring(app: &TestApp, owner: &Member, acme: &Workspace, state: &str) {
    let shared = app.app();
    let (ctx, bob) = (&shared.ctx, app.person("bob@example.com").await);
    match state {
        "nobody" => {}
        "invited" | "declined" | "cancelled" | "expired" => {
            let id = invitations::invite(ctx, owner, new_member("bob@example.com", "owner")).await.expect("invited");
            match state {
                "declined" => invitations::decline(ctx, &bob, Named::Id(id)).await.expect("declined"),
                "cancelled" => invitations::cancel(ctx, owner, id).await.expect("cancelled"),
                "expired" => execute_all(&ctx.db, &["UPDATE workspace_invitations SET created_at = 1, expires_at = 2"]).await,
                _ => {}
            }
        }
        "removed" | "left" => {
            app.belongs(acme, "bob@example.com", "owner").await;
            if state == "left" {
                members::leave(ctx, &app.member_of(acme, &bob).await).await.expect("left");
            } else {
                members::remove(ctx, owner, membership(app, owner, "bob@example.com").await).await.expect("removed");
            }
        }
        "unconfirmed" | "workspace suspended" => {
            app.belongs(acme, "bob@example.com", "owner").await;
            execute_all(
                &ctx.db,
                &[match state {
                    "unconfirmed" => "UPDATE accounts SET verified_at = NULL WHERE email_key = 'bob@example.com'",
                    _ => "UPDATE workspaces SET suspended_at = 1",
                }],
            )
            .await;
        }
        other => panic!("{other}"),
    }
}

/// Asks for every page and sends every form of the workspace.
async fn asked(browser: &Browser<'_>, id: &str) -> Vec<(String, u16)> {
    let form = browser.get("/workspaces").await;
    let mut answers = Vec::new();
    for route in ROUTES.iter().filter(|route| route.access == Access::Member) {
        let path = route.sample().replace("tok_00000000000070008000000000000000", id);
        for method in route.methods {
            let answer = match *method {
                "POST" => {
                    browser
                        .submit_from(&form, &path, &[("name", "Mine"), ("slug", "acme"), ("role", "owner"), ("email", "x@e.com")])
                        .await
                }
                method => browser.send(method, &path, &[], String::new()).await,
            };
            answers.push((format!("{method} {path}"), answer.status));
        }
    }
    answers
}

served! {
    async fn r104_in_every_state_but_membership_every_route_of_the_workspace_is_closed(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        app.user("bob@example.com").await;
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        for (state, status) in STATES {
            let acme = app.workspace(&alice, "acme").await;
            let owner = app.member_of(&acme, &alice).await;
            bring(app, &owner, &acme, state).await;
            let before = app.state_and_log().await;
            let answers = asked(&browser, &owner.id().to_string()).await;
            assert!(answers.len() > 10, "the list of routes has those of workspaces");
            for (what, answered) in answers {
                assert_eq!(answered, *status, "{state}: {what}");
            }
            assert_eq!(app.state_and_log().await, before, "{state}");
            execute_all(&app.app().ctx.db, &[
                "DELETE FROM workspaces",
                "UPDATE accounts SET verified_at = 1 WHERE email_key = 'bob@example.com'",
            ]).await;
        }
    }

    async fn r104_a_suspended_account_is_nobody_in_its_workspaces(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.belongs(&acme, "bob@example.com", "owner").await;
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        assert_eq!(browser.get("/w/acme").await.status, 200);
        app.suspend("bob@example.com").await;
        for route in ROUTES.iter().filter(|route| route.access == Access::Member && route.methods.contains(&"GET")) {
            let answer = browser.get(&route.sample()).await;
            assert!(answer.status == 303 && answer.header("location").starts_with("/sign-in"), "{}", route.path);
        }
    }

    async fn r105_rights_are_read_with_each_request(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.belongs(&acme, "bob@example.com", "admin").await;
        let (owner, browser) = (app.member_of(&acme, &alice).await, app.browser());
        browser.sign_in("bob@example.com").await;
        assert_eq!(browser.get("/w/acme/invites").await.status, 200);
        let (ctx, of) = (&app.app().ctx, membership(app, &owner, "bob@example.com").await);
        members::set_roles(ctx, &owner, of, &super::roles("viewer")).await.expect("saved");
        assert_eq!(browser.get("/w/acme/invites").await.status, 403);
        members::remove(ctx, &owner, of).await.expect("removed");
        assert_eq!(browser.get("/w/acme").await.status, 404);
    }
}
