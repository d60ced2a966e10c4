//! What is kept of a token, and what that is worth to whoever reads or writes it.

use std::time::{Duration, Instant};

use latchkey::base::secret::hex;
use latchkey::domain::credentials;
use latchkey::{execute, on};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;

use super::unknown_secret;
use crate::architecture::source::rust;
use crate::support::{Engine, TestApp, TestDb};
use crate::{both, served};

/// Everything that the database holds, as bytes.
async fn everything(db: &TestDb) -> Vec<u8> {
    if db.engine() == Engine::Sqlite {
        let folder = std::path::Path::new(db.settings()[0].1);
        let files = std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("an entry").path());
        let files = files.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("latchkey.db")));
        return files.flat_map(|path| std::fs::read(path).expect("readable")).collect();
    }
    let mut cx = db.read().await.expect("a connection");
    let tables = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'";
    let tables: Vec<String> = on!(cx, |c| sqlx::query_scalar(tables).fetch_all(c).await).expect("read");
    let mut found = Vec::new();
    for table in tables {
        let rows = format!("SELECT CAST(t AS TEXT) FROM {table} t");
        let rows: Vec<String> = on!(cx, |c| sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(c).await).expect("read");
        found.extend(rows.concat().into_bytes());
    }
    found
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|part| part == needle.as_bytes())
}

both! {
    async fn r64_the_plain_secret_is_nowhere_in_what_is_kept(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "findable name", &["verify"]).await;
        let secret = token.secret.reveal();
        let bearer = app.bearer(secret);
        assert_eq!(bearer.get("/v1/me").await.status, 200);
        assert_eq!(bearer.post("/v1/verify", &json!({ "token": secret })).await.status, 200);
        credentials::flush(&app.app().ctx).await.expect("flushed");
        assert_eq!(bearer.post("/v1/tokens/revoke", &json!({})).await.status, 204);
        let mails = app.mails().await.concat();
        let random = &secret["lk_pat_".len()..];
        for _ in 0..2 {
            let kept = everything(db).await;
            assert!(contains(&kept, "findable name"), "the search can find");
            for part in [secret, random, &random[..20], &random[10..30], &random[random.len() - 12..]] {
                assert!(!contains(&kept, part) && !mails.contains(part), "{part}");
            }
            assert!(!contains(&kept, &hex(&Sha256::digest(secret))), "a digest that needs no key is not kept either");
            app.app().ctx.db.close().await;
        }
        assert!(mails.contains("findable name"));
        app.stop().await;
    }

    async fn r64_a_row_planted_without_the_key_opens_nothing(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["admin"]).await;
        for (n, known) in [unknown_secret(64), "known".to_owned()].iter().enumerate() {
            let mut tx = db.write().await.expect("a transaction");
            execute!(
                tx,
                sqlx::query(
                    "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at, valid_until)
                     VALUES ($1, $2, $3, 'lk_pat_', 'aaaa', 1, 9000000000000000)"
                )
                .bind(format!("00000000-0000-7000-8000-00000000000{n}"))
                .bind(token.credential.id.to_db())
                .bind(hex(&Sha256::digest(known)))
            )
            .expect("planted");
            tx.commit().await.expect("committed");
            assert_eq!(app.bearer(known).get("/v1/me").await.code(), "AUTH_002");
        }
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
        app.stop().await;
    }
}

served! {
    /// Loose on purpose: what is measured here shares its processor with all other tests.
    async fn r65_a_guess_that_begins_well_takes_as_long_as_one_that_does_not(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &[]).await;
        let known = token.secret.reveal();
        assert_eq!(app.bearer(known).get("/v1/me").await.status, 200);
        let near = |n: usize| {
            let guess = format!("{}{:05}", &known[..known.len() - 11], n);
            let check = latchkey::base::secret::base62_of_u32(crc32fast::hash(guess.as_bytes()));
            guess + &check
        };
        let (mut begun_well, mut random) = (Vec::new(), Vec::new());
        for n in 0..150usize {
            for (guess, times) in [(near(n), &mut begun_well), (unknown_secret(n as u64), &mut random)] {
                let began = Instant::now();
                assert_eq!(app.bearer(&guess).get("/v1/me").await.status, 401);
                times.push(began.elapsed());
            }
            app.clock.advance(latchkey::base::time::Span::seconds(2));
        }
        let median = |times: &mut Vec<Duration>| {
            times.sort_unstable();
            times[times.len() / 2].as_secs_f64()
        };
        let ratio = median(&mut begun_well) / median(&mut random);
        assert!((0.5..2.0).contains(&ratio), "{ratio}");
    }
}

/// Types that hold a secret or decide about one.
const SECRETS: [&str; 8] =
    ["PlainSecret", "Digest", "MasterKey", "Keys", "Password", "PasswordAttempt", "LinkSecret", "PasswordHash"];

/// What a secret must not be able to do, and the traits that would let it.
const BANNED: [&str; 5] = ["PartialEq", "Ord", "Display", "Serialize", "ToString"];

#[test]
fn r65_secrets_have_no_comparison_that_ends_early_and_r119_no_way_into_a_text() {
    let source: Vec<String> = rust("src").into_iter().map(|file| file.text).collect();
    for name in SECRETS {
        let declaration = format!("pub struct {name}");
        let before = source.iter().find_map(|text| {
            let at =
                text.match_indices(&declaration).find(|(at, _)| text[at + declaration.len()..].starts_with(['(', ' ', '<']))?.0;
            Some(&text[..at])
        });
        let attributes = before.unwrap_or_else(|| panic!("{name} is not found")).lines().rev();
        let derived: String = attributes
            .take_while(|line| line.starts_with("#[") || line.starts_with("///"))
            .filter(|line| line.starts_with("#["))
            .collect();
        assert!(!derived.contains("Debug"), "{name} derives {derived}");
        for banned in BANNED {
            assert!(!derived.contains(banned), "{name} derives {derived}");
            for written in [format!("{banned} for {name} "), format!("{banned}<str> for {name} ")] {
                assert!(!source.iter().any(|text| text.contains(&written)), "impl {written}");
            }
        }
    }
}
