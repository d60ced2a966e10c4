//! Every constraint of the schema bites, on both databases: a constraint without a test is a comment.

use latchkey::db::{Error, Tx};
use latchkey::execute;
use sqlx::AssertSqlSafe;

use super::constraints_oauth;
use crate::support::rows;

/// One good row in every table.
const GOOD: &[&str] = &[
    "INSERT INTO changes (version, kind, key, at) VALUES (1, 'policy', '', 1)",
    "INSERT INTO accounts (id, email, email_key, name, roles, created_at, updated_at) VALUES ('a', 'A@e.com', 'a@e.com', '', '[]', 1, 1)",
    "INSERT INTO links (id, purpose, account_id, seed, digest, created_at, expires_at) VALUES ('l', 'verify', 'a', 's', 'd', 1, 2)",
    "INSERT INTO sessions (id, account_id, key_digest, created_at, last_seen_at, idle_ends_at, ends_at, address, agent)
     VALUES ('s', 'a', '0000000000000000000000000000000000000000000000000000000000000000', 1, 1, 2, 2, '', '')",
    "INSERT INTO credentials (id, kind, account_id, name, name_key, scopes, form_nonce, created_at)
     VALUES ('c', 'personal', 'a', 'CI', 'ci', '[]', 'n', 1)",
    "INSERT INTO workspaces (id, slug, name, plan, created_by, created_at, updated_at) VALUES ('w', 'acme', 'Acme', 'free', 'a', 1, 1)",
    "INSERT INTO workspaces (id, slug, name, plan, personal_of, created_by, created_at, updated_at)
     VALUES ('o', 'anna', 'Anna', 'free', 'a', 'a', 1, 1)",
    "INSERT INTO memberships (id, workspace_id, account_id, roles, created_at, updated_at) VALUES ('b', 'w', 'a', '[]', 1, 1)",
    "INSERT INTO workspace_invitations (id, workspace_id, email, email_key, roles, invited_by, seed, digest, created_at, expires_at)
     VALUES ('i', 'w', 'B@e.com', 'b@e.com', '[]', 'a', 's', '0000000000000000000000000000000000000000000000000000000000000000', 1, 2)",
    "INSERT INTO idempotent_requests (caller, key, fingerprint, subject, created_at)
     VALUES ('a', 'k', '0000000000000000000000000000000000000000000000000000000000000000', 'c', 1)",
    "INSERT INTO credentials (id, kind, workspace_id, environment, name, name_key, scopes, created_at)
     VALUES ('k', 'publishable', 'w', 'test', 'Shop', 'shop', '[]', 1)",
    "INSERT INTO credentials (id, kind, workspace_id, name, name_key, scopes, created_at)
     VALUES ('v', 'service', 'w', 'Importer', 'importer', '[]', 1)",
    "INSERT INTO service_account_owners (credential_id, account_id, created_at) VALUES ('v', 'a', 1)",
    "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at)
     VALUES ('t', 'c', '0000000000000000000000000000000000000000000000000000000000000000', 'lk', 'abcd', 1)",
    "INSERT INTO totp (account_id, secret, created_at) VALUES ('a', 'x', 1)",
    "INSERT INTO recovery_codes (id, account_id, digest, created_at) VALUES ('r', 'a', '0000000000000000000000000000000000000000000000000000000000000000', 1)",
    "INSERT INTO sign_in_attempts (key, failures, last_at, open_at) VALUES ('0000000000000000000000000000000000000000000000000000000000000000', 1, 1, 1)",
    "INSERT INTO scopes (name, sentence, implies, built_in, position, updated_at) VALUES ('documents:read', 'Read.', '[]', 'no', 9, 1)",
    "INSERT INTO usage_hours (credential_id, hour, outcome, uses) VALUES ('c', 1, 'allowed', 1)",
    "INSERT INTO recent_uses (id, credential_id, at, outcome, address, agent, uses) VALUES ('u', 'c', 1, 'allowed', '', '', 1)",
    "INSERT INTO audit_events (seq, id, at, action, outcome, actor_kind, account_id, details, address, agent, request_id)
     VALUES (1, 'e', 1, 'x', 'done', 'nobody', 'a', 'null', '', '', '')",
    "INSERT INTO mails (id, recipient, message, state, created_at, expires_at, next_attempt_at) VALUES ('m', 'r', '{}', 'waiting', 1, 2, 1)",
];

/// What must not be possible, each with the rule that forbids it.
const BAD: &[(&str, &str)] = &[
    ("one instance", "INSERT INTO instance (id, key_fingerprint, created_at) VALUES (2, 'f', 1)"),
    ("one stamp", "INSERT INTO stamp (id, version) VALUES (2, 0)"),
    ("kinds of change", "INSERT INTO changes (version, kind, key, at) VALUES (2, 'mood', '', 1)"),
    ("one change a version", "INSERT INTO changes (version, kind, key, at) VALUES (1, 'policy', '', 1)"),
    (
        "one account an address",
        "INSERT INTO accounts (id, email, email_key, name, roles, created_at, updated_at) VALUES ('b', 'a@e.com', 'a@e.com', '', '[]', 1, 1)",
    ),
    ("argon2id alone", "UPDATE accounts SET password_hash = '$argon2i$v=19$m=19456,t=2,p=1$x$y' WHERE id = 'a'"),
    ("no plain password", "UPDATE accounts SET password_hash = 'violet-anchor-sings-42' WHERE id = 'a'"),
    ("purposes of links", "UPDATE links SET purpose = 'party' WHERE id = 'l'"),
    ("a confirmation has an account", "UPDATE links SET account_id = NULL WHERE id = 'l'"),
    ("a setup has none", "UPDATE links SET purpose = 'setup' WHERE id = 'l'"),
    ("links end after they begin", "UPDATE links SET expires_at = created_at WHERE id = 'l'"),
    ("used or voided", "UPDATE links SET used_at = 1, voided_at = 1 WHERE id = 'l'"),
    ("wrong codes are counted up", "UPDATE links SET wrong_codes = -1 WHERE id = 'l'"),
    (
        "one link a digest",
        "INSERT INTO links (id, purpose, account_id, seed, digest, created_at, expires_at) VALUES ('k', 'verify', 'a', 's', 'd', 1, 2)",
    ),
    ("links of accounts that exist", "UPDATE links SET account_id = 'nobody' WHERE id = 'l'"),
    ("sessions keep digests", "UPDATE sessions SET key_digest = 'key' WHERE id = 's'"),
    ("sessions end after they begin", "UPDATE sessions SET ends_at = created_at WHERE id = 's'"),
    (
        "one session a key",
        "INSERT INTO sessions (id, account_id, key_digest, created_at, last_seen_at, idle_ends_at, ends_at, address, agent)
        VALUES ('r', 'a', '0000000000000000000000000000000000000000000000000000000000000000', 1, 1, 2, 2, '', '')",
    ),
    ("sessions of accounts that exist", "UPDATE sessions SET account_id = 'nobody' WHERE id = 's'"),
    (
        "one policy",
        "INSERT INTO token_policy (id, allowed, allowed_roles, no_expiry, updated_at) VALUES (2, 'no', '[]', 'no', 1)",
    ),
    ("on or off", "UPDATE token_policy SET allowed = 'perhaps'"),
    ("expiry or none", "UPDATE token_policy SET no_expiry = 'perhaps'"),
    ("lives of a day at least", "UPDATE token_policy SET longest_life_days = 0"),
    ("lives of ten years at most", "UPDATE token_policy SET longest_life_days = 3651"),
    ("no bound and no expiry", "UPDATE token_policy SET longest_life_days = 30, no_expiry = 'yes'"),
    ("kinds of credentials", "UPDATE credentials SET kind = 'magic' WHERE id = 'c'"),
    ("names are not empty", "UPDATE credentials SET name = '' WHERE id = 'c'"),
    ("scopes are there", "UPDATE credentials SET scopes = NULL WHERE id = 'c'"),
    ("credentials end after they begin", "UPDATE credentials SET expires_at = created_at WHERE id = 'c'"),
    ("who revoked", "UPDATE credentials SET revoked_at = 2 WHERE id = 'c'"),
    ("when it was revoked", "UPDATE credentials SET revoked_by = 'owner' WHERE id = 'c'"),
    ("who may revoke", "UPDATE credentials SET revoked_at = 2, revoked_by = 'ghost' WHERE id = 'c'"),
    ("uses are counted up", "UPDATE credentials SET uses = -1 WHERE id = 'c'"),
    (
        "one living credential a name",
        "INSERT INTO credentials (id, kind, account_id, name, name_key, scopes, form_nonce, created_at)
        VALUES ('d', 'personal', 'a', 'ci', 'ci', '[]', 'o', 1)",
    ),
    (
        "one credential a form",
        "INSERT INTO credentials (id, kind, account_id, name, name_key, scopes, form_nonce, created_at)
        VALUES ('d', 'personal', 'a', 'other', 'other', '[]', 'n', 1)",
    ),
    ("plans of a request a minute at least", "UPDATE plans SET requests_per_minute = 0 WHERE name = 'free'"),
    ("a plan that is in use stays", "DELETE FROM plans WHERE name = 'free'"),
    ("one workspace policy", "INSERT INTO workspace_policy (id, creators, new_plan, updated_at) VALUES (2, '[]', 'free', 1)"),
    ("new workspaces get a plan that exists", "UPDATE workspace_policy SET new_plan = 'gold'"),
    ("one workspace a slug", "UPDATE workspaces SET slug = 'anna' WHERE id = 'w'"),
    ("slugs are not empty", "UPDATE workspaces SET slug = '' WHERE id = 'w'"),
    ("workspaces have names", "UPDATE workspaces SET name = '' WHERE id = 'w'"),
    ("workspaces have plans that exist", "UPDATE workspaces SET plan = 'gold' WHERE id = 'w'"),
    ("one workspace of one's own", "UPDATE workspaces SET personal_of = 'a' WHERE id = 'w'"),
    ("workspaces of accounts that exist", "UPDATE workspaces SET personal_of = 'nobody' WHERE id = 'o'"),
    ("keys manage keys or not", "UPDATE workspaces SET keys_manage = 'perhaps' WHERE id = 'w'"),
    (
        "one membership a person",
        "INSERT INTO memberships (id, workspace_id, account_id, roles, created_at, updated_at) VALUES ('d', 'w', 'a', '[]', 1, 1)",
    ),
    ("members of workspaces that exist", "UPDATE memberships SET workspace_id = 'nothing'"),
    ("members that exist", "UPDATE memberships SET account_id = 'nobody'"),
    ("members have roles", "UPDATE memberships SET roles = NULL"),
    ("invitations to workspaces that exist", "UPDATE workspace_invitations SET workspace_id = 'nothing'"),
    ("invitations keep digests", "UPDATE workspace_invitations SET digest = 'secret'"),
    ("invitations end after they begin", "UPDATE workspace_invitations SET expires_at = created_at"),
    ("how an invitation ended", "UPDATE workspace_invitations SET ended_at = 2"),
    ("when an invitation ended", "UPDATE workspace_invitations SET ended_as = 'declined'"),
    ("ends of invitations", "UPDATE workspace_invitations SET ended_at = 2, ended_as = 'lost'"),
    (
        "one open invitation an address",
        "INSERT INTO workspace_invitations (id, workspace_id, email, email_key, roles, invited_by, seed, digest, created_at, expires_at)
        VALUES ('j', 'w', 'b@e.com', 'b@e.com', '[]', 'a', 's', '1111111111111111111111111111111111111111111111111111111111111111', 1, 2)",
    ),
    (
        "one request a key",
        "INSERT INTO idempotent_requests (caller, key, fingerprint, subject, created_at)
        VALUES ('a', 'k', '1111111111111111111111111111111111111111111111111111111111111111', 'd', 1)",
    ),
    ("requests are kept by digest", "UPDATE idempotent_requests SET fingerprint = 'body'"),
    ("keys of requests are not empty", "UPDATE idempotent_requests SET key = ''"),
    ("kinds of session", "UPDATE sessions SET kind = 'ghost' WHERE id = 's'"),
    ("who may hold a scope", "UPDATE scopes SET holders = 'ghosts' WHERE name = 'verify'"),
    ("a workspace is required or not", "UPDATE token_policy SET require_workspace = 'perhaps'"),
    ("personal tokens have an account", "UPDATE credentials SET account_id = NULL WHERE id = 'c'"),
    ("personal tokens belong to no workspace", "UPDATE credentials SET workspace_id = 'w' WHERE id = 'c'"),
    ("keys have a workspace", "UPDATE credentials SET workspace_id = NULL WHERE id = 'k'"),
    ("keys belong to nobody", "UPDATE credentials SET account_id = 'a' WHERE id = 'k'"),
    ("keys of workspaces that exist", "UPDATE credentials SET workspace_id = 'nothing' WHERE id = 'k'"),
    ("keys have an environment", "UPDATE credentials SET environment = NULL WHERE id = 'k'"),
    ("environments", "UPDATE credentials SET environment = 'staging' WHERE id = 'k'"),
    ("service accounts have none", "UPDATE credentials SET environment = 'live' WHERE id = 'v'"),
    ("a lock is a membership", "UPDATE credentials SET locked_to = 'w' WHERE id = 'c'"),
    ("a membership locks", "UPDATE credentials SET membership_id = 'b' WHERE id = 'c'"),
    ("keys are not locked", "UPDATE credentials SET locked_to = 'w', membership_id = 'b' WHERE id = 'k'"),
    ("origins of publishable keys alone", "UPDATE credentials SET origins = '[\"https://e.com\"]' WHERE id = 'v'"),
    ("limits of a request a minute at least", "UPDATE credentials SET requests_per_minute = 0 WHERE id = 'k'"),
    ("owners of service accounts that exist", "UPDATE service_account_owners SET credential_id = 'nothing'"),
    ("owners that exist", "UPDATE service_account_owners SET account_id = 'nobody'"),
    ("two places for secrets", "UPDATE credential_secrets SET place = 3 WHERE id = 't'"),
    ("reasons to end a token", "UPDATE credentials SET leaked_at = 2 WHERE id = 'c'"),
    ("notices before the end", "UPDATE credentials SET told_days = 14 WHERE id = 'c'"),
    (
        "one current secret",
        "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at)
        VALUES ('v', 'c', '1111111111111111111111111111111111111111111111111111111111111111', 'lk', 'abcd', 1)",
    ),
    ("uses of secrets are counted up", "UPDATE credential_secrets SET uses = -1 WHERE id = 't'"),
    ("one app an account", "INSERT INTO totp (account_id, secret, created_at) VALUES ('a', 'y', 1)"),
    ("apps of accounts that exist", "UPDATE totp SET account_id = 'nobody'"),
    ("recovery codes are digests", "UPDATE recovery_codes SET digest = 'abcd' WHERE id = 'r'"),
    ("codes are confirmed before they are used", "UPDATE recovery_codes SET used_at = 2 WHERE id = 'r'"),
    ("codes of accounts that exist", "UPDATE recovery_codes SET account_id = 'nobody' WHERE id = 'r'"),
    ("attempts are kept by digest", "UPDATE sign_in_attempts SET key = 'anna@example.com'"),
    ("failures are counted up", "UPDATE sign_in_attempts SET failures = -1"),
    ("one sign-in policy", "INSERT INTO sign_in_policy (id, factor_roles, updated_at) VALUES (2, '[]', 1)"),
    ("kinds of second factor", "UPDATE sessions SET factor = 'luck' WHERE id = 's'"),
    ("wrong codes of a session", "UPDATE sessions SET wrong_codes = -1 WHERE id = 's'"),
    ("a factor is required or not", "UPDATE token_policy SET require_factor = 'perhaps'"),
    ("idle for a day at least", "UPDATE token_policy SET idle_days = 0"),
    ("idle for ten years at most", "UPDATE token_policy SET idle_days = 3651"),
    ("scopes have names", "UPDATE scopes SET name = '' WHERE name = 'documents:read'"),
    ("scopes have sentences", "UPDATE scopes SET sentence = '' WHERE name = 'documents:read'"),
    ("one scope a name", "UPDATE scopes SET name = 'verify' WHERE name = 'documents:read'"),
    ("built in or not", "UPDATE scopes SET built_in = 'perhaps' WHERE name = 'verify'"),
    ("uses that count", "UPDATE usage_hours SET uses = 0"),
    ("outcomes of an hour", "UPDATE usage_hours SET outcome = 'maybe'"),
    ("uses of credentials that exist", "UPDATE usage_hours SET credential_id = 'nobody'"),
    ("outcomes of a use", "UPDATE recent_uses SET outcome = 'maybe'"),
    ("a refusal has its reason", "UPDATE recent_uses SET outcome = 'denied'"),
    ("a use needs none", "UPDATE recent_uses SET reason = 'expired'"),
    ("recent uses of credentials that exist", "UPDATE recent_uses SET credential_id = 'nobody'"),
    ("credentials of accounts that exist", "UPDATE credentials SET account_id = 'nobody' WHERE id = 'c'"),
    ("secrets are digests", "UPDATE credential_secrets SET digest = 'lk_pat_plain' WHERE id = 't'"),
    ("four last characters", "UPDATE credential_secrets SET last_four = 'abcde' WHERE id = 't'"),
    (
        "one secret a digest",
        "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at)
        VALUES ('u', 'c', '0000000000000000000000000000000000000000000000000000000000000000', 'lk', 'abcd', 1)",
    ),
    ("secrets of credentials that exist", "UPDATE credential_secrets SET credential_id = 'nothing' WHERE id = 't'"),
    ("one head of the audit", "INSERT INTO audit_head (id, seq) VALUES (2, 0)"),
    (
        "outcomes",
        "INSERT INTO audit_events (seq, id, at, action, outcome, actor_kind, details, address, agent, request_id)
        VALUES (2, 'f', 1, 'x', 'perhaps', 'nobody', 'null', '', '', '')",
    ),
    (
        "actors",
        "INSERT INTO audit_events (seq, id, at, action, outcome, actor_kind, details, address, agent, request_id)
        VALUES (2, 'f', 1, 'x', 'done', 'ghost', 'null', '', '', '')",
    ),
    (
        "one event a number",
        "INSERT INTO audit_events (seq, id, at, action, outcome, actor_kind, details, address, agent, request_id)
        VALUES (1, 'f', 1, 'x', 'done', 'nobody', 'null', '', '', '')",
    ),
    ("states of mails", "UPDATE mails SET state = 'lost' WHERE id = 'm'"),
    ("waiting mails are not finished", "UPDATE mails SET finished_at = 1 WHERE id = 'm'"),
    ("finished mails do not wait", "UPDATE mails SET state = 'sent' WHERE id = 'm'"),
    ("attempts are counted up", "UPDATE mails SET attempts = -1 WHERE id = 'm'"),
    ("mails of accounts that exist", "UPDATE mails SET account_id = 'nobody' WHERE id = 'm'"),
];

async fn run(tx: &mut Tx, text: &str) -> Result<u64, Error> {
    execute!(tx, sqlx::query(AssertSqlSafe(text)))
}

crate::both! {
    async fn every_constraint_bites(db: &TestDb) {
        for (rule, statement) in BAD.iter().chain(constraints_oauth::BAD) {
            let mut tx = db.write().await.expect("a transaction");
            for good in GOOD.iter().chain(constraints_oauth::GOOD) {
                run(&mut tx, good).await.unwrap_or_else(|error| panic!("{good}: {error}"));
            }
            let refused = run(&mut tx, statement).await;
            assert!(matches!(refused, Err(Error::Taken | Error::Unexpected(_))), "{rule}: {refused:?}");
        }
    }

    async fn r122_an_event_is_neither_changed_nor_deleted(db: &TestDb) {
        for statement in [
            "UPDATE audit_events SET details = 'null' WHERE seq = 1",
            "UPDATE audit_events SET hash = NULL",
            "DELETE FROM audit_events WHERE seq = 1",
            "DELETE FROM audit_events",
        ] {
            let mut tx = db.write().await.expect("a transaction");
            for good in GOOD {
                run(&mut tx, good).await.expect("a good row");
            }
            let refused = run(&mut tx, statement).await.expect_err(statement).to_string();
            assert!(refused.contains("events of the audit log are never changed or deleted"), "{refused}");
        }
    }

    async fn a_revoked_credential_gives_its_name_back(db: &TestDb) {
        let mut tx = db.write().await.expect("a transaction");
        for good in GOOD {
            run(&mut tx, good).await.expect("a good row");
        }
        let revoked = "UPDATE credentials SET revoked_at = 2, revoked_by = 'owner' WHERE id = 'c'";
        assert_eq!(run(&mut tx, revoked).await.expect("revoked"), 1);
        let again = "INSERT INTO credentials (id, kind, account_id, name, name_key, scopes, form_nonce, created_at)
            VALUES ('d', 'personal', 'a', 'CI', 'ci', '[]', 'o', 1)";
        assert_eq!(run(&mut tx, again).await.expect("the name is free"), 1);
    }

    async fn what_belongs_to_an_account_goes_with_it_and_the_audit_stays(db: &TestDb) {
        let mut tx = db.write().await.expect("a transaction");
        for good in GOOD.iter().chain(constraints_oauth::GOOD) {
            run(&mut tx, good).await.expect("a good row");
        }
        assert_eq!(run(&mut tx, "DELETE FROM accounts WHERE id = 'a'").await.expect("deleted"), 1);
        for table in [
            "links",
            "sessions",
            "totp",
            "recovery_codes",
            "credential_secrets",
            "usage_hours",
            "memberships",
            "service_account_owners",
            "recent_uses",
            "refresh_tokens",
            "authorization_codes",
        ] {
            assert_eq!(run(&mut tx, &format!("DELETE FROM {table}")).await.expect("emptied"), 0, "{table}");
        }
        let kept = rows::rows_in(&mut tx, "SELECT id FROM credentials ORDER BY id").await;
        assert_eq!(kept, ["k", "v"], "what a workspace owns outlives whoever made it");
        assert_eq!(rows::rows_in(&mut tx, "SELECT id FROM workspaces").await, ["w"], "and so does a workspace of several");
        let kept = rows::rows_in(&mut tx, "SELECT account_id FROM audit_events").await;
        assert_eq!(kept, ["a"]);
    }
}
