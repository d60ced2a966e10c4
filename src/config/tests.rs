//! Tests of the settings.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::base::rng::Rng;
use crate::base::secret::MasterKey;

/// What is wrong with these pairs, in an empty data folder unless they name one: the setting and the text of each problem.
fn problems(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs = pairs.to_vec();
    if pairs.iter().all(|(key, _)| *key != "data_dir") {
        pairs.push(("data_dir", "/nonexistent/data"));
    }
    let found = Config::from_pairs(&pairs).err().map(|problems| problems.0).unwrap_or_default();
    found.into_iter().map(|problem| (problem.setting, problem.text)).collect()
}

fn settings_at_fault(pairs: &[(&str, &str)]) -> Vec<String> {
    problems(pairs).into_iter().map(|(setting, _)| setting).collect()
}

#[test]
fn without_any_setting_everything_has_a_value_that_runs_on_a_laptop() {
    let folder = tempfile::tempdir().expect("a folder");
    let data_dir = folder.path().to_str().expect("UTF-8");
    let config = Config::from_pairs(&[("data_dir", data_dir)]).expect("the defaults are good");
    assert_eq!(config.http.public_url.as_str(), "http://127.0.0.1:8080");
    assert_eq!(format!("{:?}", config.storage.database), format!("sqlite://{data_dir}/latchkey.db"));
    assert_eq!(config.mail.from.address(), "latchkey@localhost");
    assert!(config.http.trusted_proxies.is_empty() && config.http.verify_networks.is_empty());
    assert_eq!(config.hashing.params, HashParams::default());
    assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0, "reading settings creates nothing");
}

#[test]
fn every_setting_of_the_table_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config::from_pairs(&[("data_dir", folder.path().to_str().expect("UTF-8"))]).expect("the defaults are good");
    let read: Vec<&str> = config.effective().iter().map(|row| row.key).collect();
    let table: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
    assert_eq!(read, table);
}

#[test]
fn r132_each_bad_setting_is_refused_under_its_name() {
    let bad = [
        ("bind", "localhost"),
        ("public_url", "auth.example.com"),
        ("public_url", "https://auth.example.com/login"),
        ("allowed_hosts", "a b"),
        ("trusted_proxies", "10.0.0.0/33"),
        ("trusted_proxies", "0.0.0.0/0"),
        ("database_url", "mysql://localhost/x"),
        ("master_key", "changeme"),
        ("smtp_url", "mail.example.com"),
        ("smtp_url", "smtp://mail.example.com"),
        ("mail_from", "Latchkey"),
        ("service_name", "a\nb"),
        ("sign_up", "closed"),
        ("sign_up_rate", "0"),
        ("password_min", "7"),
        ("password_min", "65"),
        ("session_profile", "Strict"),
        ("token_brand", "ACME"),
        ("token_brand", "a"),
        ("account_rate_limit", "many"),
        ("verify_networks", "everywhere"),
        ("argon2_memory", "lots"),
        ("hash_threads", "0"),
        ("workers", "-1"),
        ("cache_entries", "1e6"),
        ("doors", "web,front"),
        ("doors", ","),
        ("metrics_bind", "9090"),
        ("log", "latchkey=loud"),
        ("log_format", "xml"),
        ("security_contact", "security@example.com"),
        ("hsts_subdomains", "true"),
        ("secret_keys_in_browsers", "maybe"),
        ("development", "maybe"),
        ("bind", ""),
        ("colour", "blue"),
    ];
    for (key, text) in bad {
        assert_eq!(settings_at_fault(&[(key, text)]), [key], "{key} = {text}");
    }
}

#[test]
fn r106_development_stays_on_this_machine() {
    let at_fault = |pairs: &[(&str, &str)]| {
        let found = problems(&[&[("development", "yes")][..], pairs].concat());
        found.into_iter().map(|(setting, text)| (setting, text.contains("leave development out"))).collect::<Vec<_>>()
    };
    let refused = [("development".to_owned(), true)];
    assert_eq!(at_fault(&[("bind", "0.0.0.0:8443"), ("public_url", "https://auth.example.com")]), refused);
    assert_eq!(at_fault(&[("public_url", "https://auth.example.com")]), refused);
    assert_eq!(at_fault(&[("trusted_proxies", "127.0.0.1")]), refused);
    assert_eq!(at_fault(&[("bind", "[::1]:8080")]), []);
    assert_eq!(settings_at_fault(&[("development", "no"), ("trusted_proxies", "127.0.0.1")]), [""; 0]);
}

#[test]
fn r06_a_password_hash_below_the_floor_is_refused() {
    for (weak, at_fault) in [
        (&[("argon2_memory", "4096")][..], "argon2_memory"),
        (&[("argon2_passes", "1")], "argon2_passes"),
        (&[("argon2_memory", "19455"), ("argon2_passes", "2")], "argon2_memory"),
    ] {
        let found = problems(weak);
        assert!(found.len() == 1 && found[0].0 == at_fault && found[0].1.contains("19456 KiB with 2 passes"), "{found:?}");
    }
    assert_eq!(problems(&[("argon2_memory", "12288"), ("argon2_passes", "3")]), []);
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_table() {
    let wrong = [("log_format", "xml"), ("bind", "x"), ("colour", "blue"), ("workers", "0")];
    assert_eq!(settings_at_fault(&wrong), ["colour", "bind", "workers", "log_format"]);
    let text = Config::from_pairs(&wrong).expect_err("four problems").to_string();
    assert!(
        text.contains("bind (given by the caller): \"x\" is not an address and a port. Write it like 127.0.0.1:8080"),
        "{text}"
    );
}

#[test]
fn r26_plain_http_is_refused_beyond_this_machine() {
    for pairs in [
        &[("bind", "0.0.0.0:8080")][..],
        &[("bind", "192.0.2.1:80"), ("public_url", "http://auth.example.com")],
        &[("bind", "[::]:8080"), ("public_url", "http://localhost:8080")],
        &[("public_url", "http://auth.example.com")],
    ] {
        let found = problems(pairs);
        assert_eq!(found.len(), 1, "{pairs:?}");
        assert!(found[0].0 == "public_url" && found[0].1.contains("https://"), "{found:?}");
    }
    assert_eq!(problems(&[("bind", "0.0.0.0:8080"), ("public_url", "https://auth.example.com")]), []);
    assert_eq!(problems(&[("public_url", "http://localhost:8080")]), []);
}

#[test]
fn r132_with_postgres_the_master_key_must_be_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let data_dir = folder.path().to_str().expect("UTF-8");
    let postgres = [("data_dir", data_dir), ("database_url", "postgres://u:secret@localhost/latchkey")];
    let found = problems(&postgres);
    assert!(found.len() == 1 && found[0].0 == "master_key_file" && found[0].1.contains("openssl rand -hex 32"), "{found:?}");

    let key = MasterKey::generate(&Rng::seeded(1)).to_hex();
    let config = Config::from_pairs(&[postgres[0], postgres[1], ("master_key", &key)]).expect("a key is given");
    assert!(matches!(config.storage.master_key, MasterKeySource::Known(_)));
    assert_eq!(settings_at_fault(&[postgres[0], postgres[1], ("master_key", &"0".repeat(64))]), ["master_key"]);
    assert_eq!(settings_at_fault(&[("master_key", &key), ("master_key_file", "x")]), ["master_key"]);
}

#[test]
fn a_new_sqlite_database_gets_a_private_key_file_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let data_dir = folder.path().join("data");
    let pairs = [("data_dir", data_dir.to_str().expect("UTF-8"))];
    let config = Config::from_pairs(&pairs).expect("the defaults are good");
    let first = config.storage.master_key.open(&Rng::os()).expect("created");
    let again = config.storage.master_key.open(&Rng::os()).expect("read");
    assert_eq!(*first.to_hex(), *again.to_hex(), "whoever comes second reads the first one's key");
    let mode = std::fs::metadata(data_dir.join("master.key")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&data_dir).expect("readable").count(), 1, "no draft stays behind");
    let reread = Config::from_pairs(&pairs).expect("the key is good");
    assert!(matches!(reread.storage.master_key, MasterKeySource::Known(key) if *key.to_hex() == *first.to_hex()));
}

#[test]
fn a_lost_key_file_is_not_replaced_under_an_existing_database() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("latchkey.db"), "rows").expect("written");
    let found = problems(&[("data_dir", folder.path().to_str().expect("UTF-8"))]);
    assert!(found.len() == 1 && found[0].0 == "master_key_file" && found[0].1.contains("Put the key file back"), "{found:?}");
}

#[test]
fn r119_no_secret_is_shown_in_problems_or_in_effective_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = MasterKey::generate(&Rng::seeded(1)).to_hex();
    let config = Config::from_pairs(&[
        ("data_dir", folder.path().to_str().expect("UTF-8")),
        ("database_url", "postgres://keys:CANARY@db.example/latchkey?password=CANARY"),
        ("smtp_url", "smtps://keys:CANARY@mail.example.com"),
        ("master_key", &key),
    ])
    .expect("good settings");
    let shown = format!("{config:?}");
    assert!(!shown.contains("CANARY") && !shown.contains(&**key), "{shown}");
    assert!(shown.contains("postgres://keys:***@db.example/latchkey?***"), "{shown}");
    let bad = [("database_url", "postgres://keys:CANARY@db:x/y"), ("smtp_url", "smtp:CANARY"), ("master_key", "CANARY")];
    let text = Config::from_pairs(&bad).expect_err("three problems").to_string();
    assert!(text.lines().count() == 4 && !text.contains("CANARY"), "{text}");
}

#[test]
fn a_secret_may_come_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smtp");
    std::fs::write(&file, "smtps://keys:pass@mail.example.com\n").expect("written");
    let path = file.to_str().expect("UTF-8");
    let config = Config::from_pairs(&[("smtp_url_file", path)]).expect("good settings");
    assert!(config.mail.smtp.is_some());
    assert_eq!(settings_at_fault(&[("smtp_url_file", path), ("smtp_url", "smtp://localhost")]), ["smtp_url"]);
    assert_eq!(settings_at_fault(&[("smtp_url_file", "/nonexistent")]), ["smtp_url_file"]);
    assert_eq!(settings_at_fault(&[("bind_file", path)]), ["bind_file"], "only secrets have a twin");
}

#[test]
fn the_public_url_follows_the_port_that_the_system_chose() {
    let chosen = "127.0.0.1:4321".parse().expect("an address");
    let mut config = Config::from_pairs(&[("bind", "127.0.0.1:0")]).expect("good settings");
    config.bound_to(chosen);
    assert_eq!(config.http.public_url.as_str(), "http://127.0.0.1:4321");
    let mut config = Config::from_pairs(&[("bind", "127.0.0.1:0"), ("public_url", "https://a.example")]).expect("good settings");
    config.bound_to(chosen);
    assert_eq!(config.http.public_url.as_str(), "https://a.example");
}
