//! How many tokens the tabs of a list have.

use latchkey::domain::credentials::{self, Counts, Why};
use latchkey::execute;

use crate::served;

served! {
    async fn tokens_are_counted_under_their_tabs_and_no_further_than_anybody_reads(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let ctx = &app.app().ctx;
        let (kept, gone) = (app.token(&alice, "kept", &[]).await, app.token(&alice, "gone", &[]).await);
        credentials::revoke_own(ctx, &alice, gone.credential.id, Why::NotNeeded).await.expect("revoked");
        credentials::pause(ctx, &alice, kept.credential.id).await.expect("paused");
        let counts = credentials::count(ctx, &alice).await.expect("counted");
        assert_eq!((counts.active, counts.expired, counts.revoked), (1, 0, 1));
        let many = "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
                    INSERT INTO credentials (id, kind, account_id, name, name_key, scopes, created_at, expires_at, revoked_at, revoked_by)
                    SELECT 'x' || i, 'personal', $1, 'x', 'x' || i, '[]', $2, $3, $2, 'owner' FROM n";
        let now = app.clock.now().micros();
        let mut tx = ctx.db.write().await.expect("a transaction");
        execute!(tx, sqlx::query(many).bind(alice.id().to_db()).bind(now).bind(now + 1)).expect("planted");
        tx.commit().await.expect("committed");
        let counts = credentials::count(ctx, &alice).await.expect("counted");
        assert_eq!((counts.active, counts.expired, counts.revoked), (1, 0, Counts::MOST + 1));
    }
}
