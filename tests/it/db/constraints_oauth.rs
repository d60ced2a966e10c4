//! The same for signed tokens: keys, apps, grants and what is waiting to become one.

/// One good row in every table; an account `a`, a workspace `w` with membership `b`, and a browser's session `s` are there.
pub(super) const GOOD: &[&str] = &[
    "INSERT INTO signing_keys (id, public_key, private_key, created_at, signs_from) VALUES ('new', 'p', 's', 1, 2)",
    "INSERT INTO signing_keys (id, public_key, private_key, created_at, signs_from, signs_until, published_until)
     VALUES ('old', 'q', 's', 1, 1, 2, 3)",
    "INSERT INTO given_up_tokens (digest, expires_at) VALUES ('0000000000000000000000000000000000000000000000000000000000000000', 2)",
    "INSERT INTO audiences (name, sentence, built_in, position, updated_at) VALUES ('files', 'Files.', 'no', 4, 1)",
    "INSERT INTO clients (id, name, name_key, device_sign_in, scopes, created_by, created_at, updated_at)
     VALUES ('p', 'Shop', 'shop', 'allowed', '[]', 'a', 1, 1)",
    "INSERT INTO sessions (id, account_id, kind, client_id, scopes, created_at, last_seen_at, idle_ends_at, ends_at, address, agent)
     VALUES ('g', 'a', 'grant', 'p', '[]', 1, 1, 2, 2, '', '')",
    "INSERT INTO refresh_tokens (id, session_id, seed, digest, created_at, expires_at, spent_at)
     VALUES ('1', 'g', 's', '0000000000000000000000000000000000000000000000000000000000000000', 1, 2, 1)",
    "INSERT INTO refresh_tokens (id, session_id, predecessor_id, seed, digest, created_at, expires_at)
     VALUES ('2', 'g', '1', 's', '1111111111111111111111111111111111111111111111111111111111111111', 1, 2)",
    "INSERT INTO authorization_codes (digest, client_id, account_id, redirect_uri, challenge, scopes, created_at, expires_at)
     VALUES ('0000000000000000000000000000000000000000000000000000000000000000', 'p', 'a', 'https://e.com',
             '0000000000000000000000000000000000000000000', '[]', 1, 2)",
    "INSERT INTO device_codes (id, digest, user_code_digest, client_id, scopes, address, agent, created_at, expires_at, interval_seconds)
     VALUES ('d', '0000000000000000000000000000000000000000000000000000000000000000',
             '0000000000000000000000000000000000000000000000000000000000000000', 'p', '[]', '', '', 1, 2, 5)",
];

/// What must not be possible, each with the rule that forbids it.
pub(super) const BAD: &[(&str, &str)] = &[
    ("one newest key", "UPDATE signing_keys SET signs_until = NULL, published_until = NULL WHERE id = 'old'"),
    ("keys sign after they are made", "UPDATE signing_keys SET signs_from = 0 WHERE id = 'new'"),
    ("a key that signs no more is published for a while", "UPDATE signing_keys SET published_until = NULL WHERE id = 'old'"),
    ("and not less long than it signs", "UPDATE signing_keys SET published_until = 1 WHERE id = 'old'"),
    ("one key a public key", "UPDATE signing_keys SET public_key = 'q' WHERE id = 'new'"),
    ("tokens that were given up are digests", "UPDATE given_up_tokens SET digest = 'token'"),
    (
        "a token is given up once",
        "INSERT INTO given_up_tokens (digest, expires_at) VALUES ('0000000000000000000000000000000000000000000000000000000000000000', 3)",
    ),
    ("audiences have names", "UPDATE audiences SET name = '' WHERE name = 'files'"),
    ("one audience a name", "UPDATE audiences SET name = 'platform' WHERE name = 'files'"),
    ("audiences are built in or not", "UPDATE audiences SET built_in = 'perhaps'"),
    ("apps have names", "UPDATE clients SET name = '' WHERE id = 'p'"),
    (
        "one app a name",
        "INSERT INTO clients (id, name, name_key, device_sign_in, scopes, created_by, created_at, updated_at)
         VALUES ('q', 'shop', 'shop', 'allowed', '[]', 'a', 1, 1)",
    ),
    ("device sign-in is allowed or not", "UPDATE clients SET device_sign_in = 'perhaps'"),
    ("apps' secrets are digests", "UPDATE clients SET secret_digest = 'secret', secret_hint = 'abcd'"),
    ("a secret has its hint", "UPDATE clients SET secret_hint = 'abcd'"),
    ("a browser has a key", "UPDATE sessions SET key_digest = NULL WHERE id = 's'"),
    (
        "a grant has none",
        "UPDATE sessions SET key_digest = '2222222222222222222222222222222222222222222222222222222222222222' WHERE id = 'g'",
    ),
    ("apps have grants alone", "UPDATE sessions SET client_id = 'p', scopes = '[]' WHERE id = 's'"),
    ("apps that exist", "UPDATE sessions SET client_id = 'nobody' WHERE id = 'g'"),
    ("grants alone are narrowed", "UPDATE sessions SET scopes = '[]' WHERE id = 's'"),
    ("apps are always narrowed", "UPDATE sessions SET scopes = NULL WHERE id = 'g'"),
    ("a workspace by a membership", "UPDATE sessions SET workspace_id = 'w' WHERE id = 'g'"),
    ("workspaces of sessions that exist", "UPDATE sessions SET workspace_id = 'nothing', membership_id = 'b' WHERE id = 'g'"),
    (
        "one unspent refresh token a grant",
        "INSERT INTO refresh_tokens (id, session_id, predecessor_id, seed, digest, created_at, expires_at)
         VALUES ('3', 'g', '2', 's', '2222222222222222222222222222222222222222222222222222222222222222', 1, 2)",
    ),
    (
        "one successor",
        "INSERT INTO refresh_tokens (id, session_id, predecessor_id, seed, digest, created_at, expires_at, spent_at)
         VALUES ('3', 'g', '1', 's', '2222222222222222222222222222222222222222222222222222222222222222', 1, 2, 1)",
    ),
    ("refresh tokens are digests", "UPDATE refresh_tokens SET digest = 'secret' WHERE id = '1'"),
    (
        "one refresh token a digest",
        "UPDATE refresh_tokens SET digest = '1111111111111111111111111111111111111111111111111111111111111111' WHERE id = '1'",
    ),
    ("refresh tokens end after they begin", "UPDATE refresh_tokens SET expires_at = created_at WHERE id = '1'"),
    ("refresh tokens of grants that exist", "UPDATE refresh_tokens SET session_id = 'nothing' WHERE id = '1'"),
    ("codes are digests", "UPDATE authorization_codes SET digest = 'secret'"),
    ("codes of apps that exist", "UPDATE authorization_codes SET client_id = 'nobody'"),
    ("codes of people that exist", "UPDATE authorization_codes SET account_id = 'nobody'"),
    ("challenges are SHA-256", "UPDATE authorization_codes SET challenge = 'plain'"),
    ("codes end after they begin", "UPDATE authorization_codes SET expires_at = created_at"),
    ("what a code became", "UPDATE authorization_codes SET redeemed_at = 2"),
    ("device codes are digests", "UPDATE device_codes SET digest = 'secret'"),
    ("codes that people type are digests", "UPDATE device_codes SET user_code_digest = 'WDJB-MJHT'"),
    ("device codes of apps that exist", "UPDATE device_codes SET client_id = 'nobody'"),
    ("device codes end after they begin", "UPDATE device_codes SET expires_at = created_at"),
    ("devices wait between two questions", "UPDATE device_codes SET interval_seconds = 0"),
    ("whoever answers is somebody", "UPDATE device_codes SET approved_at = 2"),
    ("whoever is named has answered", "UPDATE device_codes SET account_id = 'a'"),
    ("approved or denied", "UPDATE device_codes SET account_id = 'a', approved_at = 2, denied_at = 2"),
    ("approved before it is redeemed", "UPDATE device_codes SET redeemed_at = 2, grant_id = 'g'"),
];
