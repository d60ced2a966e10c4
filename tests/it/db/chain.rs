//! The chain of the audit log: whatever somebody does to the tables, the first place is named.

use latchkey::base::rng::Rng;
use latchkey::base::secret::{Keys, MasterKey};
use latchkey::domain::access::Switch;
use latchkey::domain::audit::{self, Broken, Head, Verified, VerifyError};

use crate::support::{TestApp, TestDb, database, rows};

/// The keys of a server of these tests.
fn keys() -> Keys {
    Keys::derive(&MasterKey::parse(database::MASTER_KEY).expect("a key"))
}

async fn verify(db: &TestDb, kept: Option<&Head>) -> Result<Verified, Broken> {
    match audit::verify(db, &keys(), kept).await {
        Ok(verified) => Ok(verified),
        Err(VerifyError::Broken { broken, .. }) => Err(broken),
        Err(VerifyError::Unexpected(error)) => panic!("{error}"),
    }
}

/// Twelve events at least, and the triggers gone.
async fn logged(db: &TestDb) -> i64 {
    let app = TestApp::start(db, &[]).await;
    let root = app.admin("root@example.com").await;
    for n in 0..10 {
        app.allow_tokens(&root, if n % 2 == 0 { Switch::Off } else { Switch::On }).await;
    }
    app.stop().await;
    rows::unguard_audit_log(db).await;
    audit::head(db).await.expect("a head").seq
}

crate::both! {
    async fn r122_events_are_a_chain_from_the_first_to_the_head(db: &TestDb) {
        let empty = verify(db, None).await.expect("whole");
        assert_eq!((empty.events, empty.begins, empty.head.to_string().as_str()), (0, None, "0.none"));
        let last = logged(db).await;
        assert!(last >= 12, "{last}");
        let whole = verify(db, None).await.expect("whole");
        assert_eq!((whole.events, whole.begins, whole.head.seq), (last, Some(1), last));
        let head: Head = whole.head.to_string().parse().expect("a head");
        assert_eq!(verify(db, Some(&head)).await, Ok(whole));
        let other = Keys::derive(&MasterKey::generate(&Rng::seeded(1)));
        let foreign = audit::verify(db, &other, None).await;
        assert!(matches!(foreign, Err(VerifyError::Broken { seen: 0, broken: Broken::Changed(1) })), "{foreign:?}");
    }

    async fn r122_the_first_place_where_the_log_was_tampered_with_is_named(db: &TestDb) {
        let last = logged(db).await;
        let kept = audit::head(db).await.expect("a head");
        rows::execute_all(db, &["CREATE TABLE kept AS SELECT * FROM audit_events", "CREATE TABLE kept_head AS SELECT * FROM audit_head"]).await;
        let restore = [
            "DELETE FROM audit_events",
            "INSERT INTO audit_events SELECT * FROM kept",
            "DELETE FROM audit_head",
            "INSERT INTO audit_head SELECT * FROM kept_head",
        ];
        let forged = "INSERT INTO audit_events (seq, id, at, action, outcome, actor_kind, details, address, agent, request_id)
                      VALUES (900, 'f', 1, 'x', 'done', 'nobody', 'null', '', '', '')";
        let tampered: [(&[&'static str], Broken); 19] = [
            (&["UPDATE audit_events SET id = id || 'x' WHERE seq = 5"], Broken::Changed(5)),
            (&["UPDATE audit_events SET at = at + 1 WHERE seq = 5"], Broken::Changed(5)),
            (&["UPDATE audit_events SET action = 'token.revoked' WHERE seq = 5"], Broken::Changed(5)),
            (&["UPDATE audit_events SET outcome = 'refused' WHERE seq = 1"], Broken::Changed(1)),
            (&["UPDATE audit_events SET actor_kind = 'system' WHERE seq = 5"], Broken::Changed(5)),
            (&["UPDATE audit_events SET actor_id = NULL WHERE seq = 5"], Broken::Changed(5)),
            (&["UPDATE audit_events SET account_id = NULL WHERE seq = 5"], Broken::Changed(5)),
            (&["UPDATE audit_events SET target = NULL WHERE seq = 5"], Broken::Changed(5)),
            (&["UPDATE audit_events SET details = details || ' ' WHERE seq = 5"], Broken::Changed(5)),
            (&["UPDATE audit_events SET address = '203.0.113.8' WHERE seq = 5"], Broken::Changed(5)),
            (&["UPDATE audit_events SET agent = 'curl', request_id = '' WHERE seq = 6"], Broken::Changed(6)),
            (&["DELETE FROM audit_events WHERE seq = 7"], Broken::Missing(7)),
            (&["DELETE FROM audit_events WHERE seq <= 2"], Broken::Missing(1)),
            (&["DELETE FROM audit_events WHERE seq = 7", "UPDATE audit_events SET seq = 7 WHERE seq = 8"], Broken::Changed(7)),
            (&["UPDATE audit_events SET hash = NULL WHERE seq = 4"], Broken::Bare(4)),
            (&["UPDATE audit_events SET hash = NULL, details = 'null' WHERE seq <= 4"], Broken::Changed(5)),
            (&["UPDATE audit_head SET hash = NULL"], Broken::Head(last)),
            (&["DELETE FROM audit_events WHERE seq > 9"], Broken::Cut(10)),
            (&[forged], Broken::Foreign(900)),
        ];
        for (statements, broken) in tampered {
            rows::execute_all(db, statements).await;
            assert_eq!(verify(db, None).await, Err(broken), "{statements:?}");
            rows::execute_all(db, &restore).await;
        }
        let cut = [
            "DELETE FROM audit_events WHERE seq > 9",
            "UPDATE audit_head SET seq = 9, hash = (SELECT hash FROM audit_events WHERE seq = 9)",
        ];
        rows::execute_all(db, &cut).await;
        assert!(verify(db, None).await.is_ok(), "without the head that was kept nobody can know");
        assert_eq!(verify(db, Some(&kept)).await, Err(Broken::Cut(10)));
        rows::execute_all(db, &restore).await;
        let other = kept.to_string().replacen(&last.to_string(), "5", 1).parse().expect("a head");
        assert_eq!(verify(db, Some(&other)).await, Err(Broken::Other(5)));
    }

    async fn r122_events_from_before_the_chain_stay_and_the_next_one_begins_it(db: &TestDb) {
        rows::execute_all(db, &[
            "INSERT INTO audit_events (seq, id, at, action, outcome, actor_kind, details, address, agent, request_id)
             VALUES (1, 'e', 1, 'x', 'done', 'nobody', 'null', '', '', '')",
            "UPDATE audit_head SET seq = 1",
        ])
        .await;
        let last = logged(db).await;
        let whole = verify(db, None).await.expect("whole");
        assert_eq!((whole.events, whole.begins), (last, Some(2)));
    }

    async fn r122_triggers_that_were_taken_away_come_back_with_the_next_start(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        app.admin("root@example.com").await;
        app.stop().await;
        rows::unguard_audit_log(db).await;
        db.migrate().await.expect("migrated");
        for statement in ["DELETE FROM audit_events", "UPDATE audit_events SET agent = ''"] {
            assert!(rows::refuses(db, statement).await, "{statement}");
        }
        assert!(verify(db, None).await.is_ok());
    }

    async fn r122_events_of_requests_at_the_same_time_are_one_chain(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let browsers: Vec<_> = (0..8).map(|n| (format!("ada-{n}@example.com"), app.browser())).collect();
        for (email, _) in &browsers {
            app.account(email, latchkey::domain::accounts::Roles::user()).await;
        }
        futures_util::future::join_all(browsers.iter().map(|(email, browser)| browser.sign_in(email))).await;
        let whole = verify(db, None).await.expect("whole");
        assert!(whole.events >= 16, "{whole:?}");
        app.stop().await;
    }
}
