//! `POST /v1/verify/batch`.

use serde_json::{Value, json};

use super::unknown_secret;
use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

async fn ask(app: &TestApp, asking: &str, items: Value) -> Answer {
    app.bearer(asking).post("/v1/verify/batch", &json!({ "items": items })).await
}

fn codes(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let verdicts = answer.json()["data"].clone();
    verdicts.as_array().expect("a list").iter().map(|verdict| verdict["code"].as_str().expect("a code").to_owned()).collect()
}

served! {
    async fn many_questions_are_answered_in_their_order(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let asking = app.token(&alice, "API", &["verify"]).await;
        let (good, gone) = (app.token(&alice, "good", &["profile"]).await, app.token(&alice, "gone", &[]).await);
        assert_eq!(app.bearer(gone.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        let (good, gone) = (good.secret.reveal(), gone.secret.reveal());
        let items = json!([
            { "token": good, "scopes": "profile" },
            { "token": gone },
            { "token": unknown_secret(1) },
            { "token": good, "scopes": "profile AND verify" },
            { "token": good, "kinds": ["secret"] },
            { "token": good, "cost": 0 },
        ]);
        let answer = ask(app, asking.secret.reveal(), items).await;
        assert_eq!(codes(&answer), ["VALID", "REVOKED", "NOT_FOUND", "INSUFFICIENT_SCOPE", "WRONG_KIND", "VALID"]);
        let verdicts = &answer.json()["data"];
        assert_eq!((&verdicts[0]["name"], &verdicts[3]["missingScope"]), (&json!("good"), &json!("verify")));
        assert_eq!(verdicts[2], json!({ "valid": false, "code": "NOT_FOUND" }));
        let single = app.bearer(asking.secret.reveal()).post("/v1/verify", &json!({ "token": good, "cost": 0 })).await;
        assert_eq!(single.json()["data"]["name"], verdicts[5]["name"], "one question is answered the same way");
    }

    async fn r107_a_batch_costs_its_asker_one_and_each_question_the_asked(app: &TestApp) {
        app.admin("root@example.com").await;
        let (service, alice) = (app.user("service@example.com").await, app.user("alice@example.com").await);
        let (asking, good) = (app.token(&service, "API", &["verify"]).await, app.token(&alice, "good", &[]).await);
        let items = vec![json!({ "token": good.secret.reveal() }); 100];
        let answer = ask(app, asking.secret.reveal(), json!(items)).await;
        assert_eq!(codes(&answer), vec!["VALID"; 100], "the same secret twice is asked about twice");
        assert_eq!(answer.header("x-ratelimit-remaining"), "999");
        assert_eq!(answer.json()["data"][99]["rateLimit"]["remaining"], 900);
        assert_eq!(app.bearer(good.secret.reveal()).get("/v1/me").await.header("x-ratelimit-remaining"), "899");
    }

    async fn what_is_wrong_with_one_question_is_told_with_its_place_and_none_is_answered(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let asking = app.token(&alice, "API", &["verify"]).await;
        let good = app.token(&alice, "good", &[]).await;
        let (asking, item) = (asking.secret.reveal(), json!({ "token": good.secret.reveal() }));
        for (items, status, fields) in [
            (json!([item, {}]), 422, vec!["items[1].token"]),
            (json!([item, { "token": "x", "cost": -1 }, 7, { "token": "x", "ip": "here" }]), 422, vec!["items[1].cost", "items[2]", "items[3].ip"]),
            (json!([{ "token": "x", "scope": "a" }, item]), 400, vec!["items[0].scope"]),
            (json!(vec![item.clone(); 101]), 422, vec!["items"]),
            (json!([]), 422, vec!["items"]),
            (json!(null), 422, vec!["items"]),
            (json!({ "token": "x" }), 422, vec!["items"]),
        ] {
            let refused = ask(app, asking, items).await;
            assert_eq!((refused.status, refused.code().as_str()), (status, "VAL_001"), "{}", refused.body);
            let told = refused.json()["error"]["details"]["fields"].clone();
            assert_eq!(told.as_object().expect("fields").keys().collect::<Vec<_>>(), fields);
        }
        assert_eq!(app.bearer(good.secret.reveal()).get("/v1/me").await.header("x-ratelimit-remaining"), "992", "seven askings and this");
        let weak = good.secret.reveal();
        assert_eq!(ask(app, weak, json!([item])).await.code(), "AUTH_003");
        assert_eq!(app.send("POST", "/v1/verify/batch", &[("content-type", "application/json")], "{}").await.code(), "AUTH_001");
    }
}
