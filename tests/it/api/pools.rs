//! Who shares a limit with whom: the keys of a workspace, the tokens of an account, and one key alone.

use futures_util::future::join_all;
use latchkey::base::id::{CredentialId, SecretId, WorkspaceId};
use latchkey::base::rng::Rng;
use latchkey::base::time::Span;
use latchkey::domain::access::{self, ConfirmedAdministrator};
use latchkey::domain::credentials::{Environment, Kind, SecretFormat};
use latchkey::domain::workspaces;
use latchkey::domain::workspaces::plans::{Entitlements, PlanName, PlanRate, PlanTerms};
use latchkey::{execute, sql};

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, confirmed};

/// A key of a workspace, with a limit of its own if one is given.
async fn key(app: &TestApp, workspace: WorkspaceId, kind: Kind, limit: Option<i64>) -> String {
    let (app, now, rng) = (app.app(), app.clock.now(), Rng::os());
    let environment = kind.has_environment().then_some(Environment::Live);
    let secret = SecretFormat::new("lk").generate(kind, environment, &rng).reveal().to_owned();
    let id = CredentialId::new(now, &rng).to_db();
    let mut tx = app.ctx.db.write().await.expect("a transaction");
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO credentials (id, kind, workspace_id, environment, name, name_key, scopes, requests_per_minute, created_at)
             VALUES ($1, $2, $3, $4, $1, $1, '[]', $5, $6)"
        ))
        .bind(&id)
        .bind(kind.as_str())
        .bind(workspace.to_db())
        .bind(environment.map(Environment::as_str))
        .bind(limit)
        .bind(now.micros())
    )
    .expect("a key");
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at)
             VALUES ($1, $2, $3, 'lk', '0000', $4)"
        ))
        .bind(SecretId::new(now, &rng).to_db())
        .bind(&id)
        .bind(app.ctx.keys.digest(&secret).hex())
        .bind(now.micros())
    )
    .expect("a secret");
    tx.commit().await.expect("committed");
    secret
}

async fn administrator(app: &TestApp) -> ConfirmedAdministrator {
    ConfirmedAdministrator::of(confirmed(&app.admin("root@example.com").await)).expect("an administrator")
}

/// The workspace of somebody new, on the plan free.
async fn workspace(app: &TestApp) -> WorkspaceId {
    let alice = app.user("alice@example.com").await;
    workspaces::personal(&app.app().ctx, &alice).await.expect("a workspace").id
}

async fn ask(app: &TestApp, secret: &str) -> Answer {
    app.bearer(secret).get("/v1/me").await
}

/// The status, the limit that binds, and what is left of it.
async fn told(app: &TestApp, secret: &str) -> (u16, String, u32) {
    let answer = ask(app, secret).await;
    let left = answer.header("x-ratelimit-remaining").parse().expect("a number");
    (answer.status, answer.header("ratelimit-policy").to_owned(), left)
}

const FREE: &str = "\"workspace\";q=60;w=60";

served! {
    async fn r107_of_two_hundred_requests_of_a_workspace_at_once_exactly_its_plan_passes(app: &TestApp) {
        administrator(app).await;
        let workspace = workspace(app).await;
        let keys = [
            key(app, workspace, Kind::Secret, None).await,
            key(app, workspace, Kind::Service, None).await,
        ];
        let answers = join_all((0..200).map(|n| ask(app, &keys[n % 2]))).await;
        let (passed, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        let mut left: Vec<u32> =
            passed.iter().map(|answer| answer.header("x-ratelimit-remaining").parse().expect("a number")).collect();
        left.sort_unstable();
        assert_eq!(left, (0..60).collect::<Vec<_>>(), "each is told another rest");
        for answer in refused {
            assert_eq!((answer.status, answer.code().as_str(), answer.header("retry-after")), (429, "RATE_001", "1"));
            assert_eq!((answer.header("ratelimit-policy"), answer.header("ratelimit")), (FREE, "\"workspace\";r=0;t=1"));
        }
        let own = app.token(&app.person("alice@example.com").await, "own", &[]).await;
        assert_eq!(told(app, own.secret.reveal()).await, (200, "\"account\";q=1000;w=60".into(), 999), "her tokens have their own");
        app.clock.advance(Span::seconds(3));
        let later = join_all((0..10).map(|n| ask(app, &keys[n % 2]))).await;
        assert_eq!(later.iter().filter(|answer| answer.status == 200).count(), 3, "a second gives one back");
    }

    async fn r107_a_limit_of_its_own_counts_beside_the_shared_one_and_nothing_is_taken_in_vain(app: &TestApp) {
        administrator(app).await;
        let workspace = workspace(app).await;
        let (small, other) = (key(app, workspace, Kind::Secret, Some(5)).await, key(app, workspace, Kind::Secret, None).await);
        let of_five = "\"credential\";q=5;w=60".to_owned();
        for left in (0..5).rev() {
            assert_eq!(told(app, &small).await, (200, of_five.clone(), left));
        }
        for _ in 0..3 {
            assert_eq!(told(app, &small).await, (429, of_five.clone(), 0));
        }
        assert_eq!(told(app, &other).await, (200, FREE.into(), 54), "what its own limit refused cost the workspace nothing");
        app.clock.advance(Span::seconds(120));
        for left in (0..60).rev() {
            assert_eq!(told(app, &other).await, (200, FREE.into(), left));
        }
        for _ in 0..3 {
            assert_eq!(told(app, &small).await, (429, FREE.into(), 0));
        }
        app.clock.advance(Span::seconds(5));
        assert_eq!(told(app, &small).await.2, 4, "what the workspace refused cost the key nothing");
    }

    async fn a_plan_binds_on_the_next_request(app: &TestApp) {
        let root = administrator(app).await;
        let (workspace, ctx) = (workspace(app).await, &app.app().ctx);
        let secret = key(app, workspace, Kind::Secret, None).await;
        let plan = |name: &str| PlanName::parse(name).expect("a name");
        assert_eq!(told(app, &secret).await.1, FREE);
        access::set_plan(ctx, &root, workspace, &plan("enterprise")).await.expect("given");
        assert_eq!(told(app, &secret).await.1, "\"workspace\";q=5000;w=60");
        let rate = PlanRate::per_minute(7).expect("a rate");
        let terms = PlanTerms { rate, entitlements: Entitlements::default() };
        access::change_plan(ctx, &root, &plan("enterprise"), &terms).await.expect("changed");
        assert_eq!(told(app, &secret).await.1, "\"workspace\";q=7;w=60");
    }

    async fn r108_what_is_not_the_key_costs_the_key_nothing(app: &TestApp) {
        administrator(app).await;
        let workspace = workspace(app).await;
        let secret = key(app, workspace, Kind::Secret, None).await;
        assert_eq!(told(app, &secret).await.2, 59);
        let end = if secret.ends_with('0') { "1" } else { "0" };
        for wrong in [[&secret[..secret.len() - 1], end].concat(), secret.to_uppercase(), [&secret, "0"].concat()] {
            for _ in 0..20 {
                let refused = ask(app, &wrong).await;
                assert_eq!((refused.status, refused.header("x-ratelimit-limit")), (401, ""), "nobody has no limit to be told of");
            }
        }
        assert_eq!(told(app, &secret).await.2, 58);
    }

    async fn a_session_and_a_token_share_what_their_account_may(app: &TestApp) {
        administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let (token, session) = (app.token(&alice, "CI", &[]).await, app.log_in("alice@example.com").await);
        let of_account = "\"account\";q=1000;w=60".to_owned();
        for left in [999, 997] {
            assert_eq!(told(app, token.secret.reveal()).await, (200, of_account.clone(), left));
            assert_eq!(told(app, &session).await, (200, of_account.clone(), left - 1));
        }
    }
}
