//! `latchkey check-config`, and with it how settings are found.

use std::path::Path;

use latchkey::config::{Config, SETTINGS};

use super::{latchkey, outcome};

/// The value of a setting and where it came from.
fn shown(out: &str, key: &str) -> String {
    let line = out.lines().find(|line| line.split_whitespace().next() == Some(key)).expect("every setting is shown");
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("written");
}

#[test]
fn without_settings_every_value_is_the_default_and_nothing_is_created() {
    let folder = folder();
    let (code, out, err) = outcome(latchkey(folder.path(), &["check-config"]));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(shown(&out, "database_url"), "sqlite://./data/latchkey.db default");
    assert_eq!(shown(&out, "smtp_url"), "none default");
    assert_eq!(out.lines().count(), SETTINGS.len());
    assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0);
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let folder = folder();
    write(
        folder.path(),
        "settings.toml",
        "service_name = 'file'\nlog = 'warn'\nworkers = 3\nhsts_subdomains = false\ntrusted_proxies = ['10.0.0.0/8', '::1']\n",
    );
    let mut command = latchkey(folder.path(), &["--config", "settings.toml", "check-config", "--service-name", "flag"]);
    command.env("LATCHKEY_SERVICE_NAME", "environment").env("LATCHKEY_LOG", "debug");
    let (code, out, err) = outcome(command);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(shown(&out, "service_name"), "flag flag --service-name");
    assert_eq!(shown(&out, "log"), "debug environment variable LATCHKEY_LOG");
    assert_eq!(shown(&out, "workers"), "3 file settings.toml");
    assert_eq!(shown(&out, "hsts_subdomains"), "no file settings.toml");
    assert_eq!(shown(&out, "trusted_proxies"), "10.0.0.0/8,::1 file settings.toml");
    assert_eq!(shown(&out, "mail_from"), "flag <latchkey@localhost> default");
}

#[test]
fn the_file_in_the_data_folder_is_read_but_cannot_move_the_data_folder() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("keys")).expect("created");
    write(&folder.path().join("keys"), "latchkey.toml", "token_brand = 'acme'\n");
    let (code, out, _) = outcome(latchkey(folder.path(), &["check-config", "--data-dir", "keys"]));
    assert_eq!((code, shown(&out, "token_brand").as_str()), (Some(0), "acme file keys/latchkey.toml"));

    write(&folder.path().join("keys"), "latchkey.toml", "data_dir = 'elsewhere'\n");
    std::fs::rename(folder.path().join("keys"), folder.path().join("data")).expect("renamed");
    let (code, _, err) = outcome(latchkey(folder.path(), &["check-config"]));
    assert!(code == Some(2) && err.contains("data_dir (file ./data/latchkey.toml): "), "{err}");
}

#[test]
fn r132_what_is_unknown_or_wrong_is_told_all_at_once_and_ends_with_exit_code_2() {
    let folder = folder();
    write(folder.path(), "settings.toml", "colour = 'blue'\n[mail]\nfrom = 'x'\n");
    let mut command = latchkey(folder.path(), &["check-config", "--workers", "none"]);
    command.env("LATCHKEY_CONFIG", "settings.toml").env("LATCHKEY_SMTP", "x").env("LATCHKEY_LOG", "").env("Latchkey_Bind", "x");
    command.env("LATCHKEY_bind", "127.0.0.1:1");
    let (code, out, err) = outcome(command);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    for told in [
        "colour (file settings.toml): there is no such setting",
        "mail (file settings.toml): it must be a text",
        "smtp (environment variable LATCHKEY_SMTP): there is no such setting",
        "log (environment variable LATCHKEY_LOG): it is empty",
        "workers (flag --workers): \"none\" is not a whole number from 1 to 256",
        "LATCHKEY_bind (environment variable LATCHKEY_BIND): environment variables are written in capitals",
    ] {
        assert!(err.contains(told), "{told} in {err}");
    }
    assert_eq!(err.lines().count(), 7, "{err}");
}

#[test]
fn a_file_that_is_named_must_be_there_and_be_toml() {
    let folder = folder();
    let (code, _, err) = outcome(latchkey(folder.path(), &["check-config", "--config", "none.toml"]));
    assert!(code == Some(2) && err.contains("config (file none.toml): the file cannot be read"), "{err}");
    write(folder.path(), "broken.toml", "log = 'info'\nmaster_key = \"CANARY\n");
    let (code, _, err) = outcome(latchkey(folder.path(), &["check-config", "--config", "broken.toml"]));
    assert!(code == Some(2) && err.contains("line 2 is not TOML") && !err.contains("CANARY"), "{err}");
}

#[test]
fn r119_secrets_come_from_files_and_are_masked() {
    let folder = folder();
    write(folder.path(), "smtp", "smtps://keys:CANARY@mail.example.com\n");
    let mut command = latchkey(folder.path(), &["check-config", "--smtp-url-file", "smtp"]);
    command.env("LATCHKEY_DATABASE_URL", "postgres://keys:CANARY@127.0.0.1/latchkey");
    command.env("LATCHKEY_MASTER_KEY", "c1c2a3b4d5e6f708192a3b4c5d6e7f80918a7b6c5d4e3f201a2b3c4d5e6f7081");
    let (code, out, err) = outcome(command);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(shown(&out, "smtp_url"), "smtps://keys:***@mail.example.com flag --smtp-url-file");
    assert_eq!(shown(&out, "database_url"), "postgres://keys:***@127.0.0.1/latchkey environment variable LATCHKEY_DATABASE_URL");
    assert_eq!(shown(&out, "master_key"), "*** environment variable LATCHKEY_MASTER_KEY");
    assert!(!out.contains("CANARY") && !out.contains("c1c2a3b4"), "{out}");
}

#[test]
fn the_help_names_every_setting_and_the_version_is_ours() {
    let folder = folder();
    let (code, help, _) = outcome(latchkey(folder.path(), &["--help"]));
    assert_eq!(code, Some(0));
    for setting in SETTINGS.iter().filter(|setting| setting.key != "master_key") {
        let flag = format!("--{}", setting.key.replace('_', "-"));
        assert!(help.contains(&format!("{flag} ")) || help.contains(&format!("{flag}[=")), "{}", setting.key);
    }
    assert!(!help.contains("--master-key "), "a secret on the command line can be read by every user of the machine");
    let (code, version, _) = outcome(latchkey(folder.path(), &["--version"]));
    assert_eq!((code, version.trim()), (Some(0), concat!("latchkey ", env!("CARGO_PKG_VERSION"))));
    let (code, _, err) = outcome(latchkey(folder.path(), &["check-config", "--colour", "blue"]));
    assert!(code == Some(2) && err.contains("--colour"), "{err}");
}

#[test]
fn the_table_in_the_readme_is_the_table_of_settings() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README is there");
    let (_, rest) = readme.split_once("<!-- settings -->\n").expect("the README marks where its table begins");
    let (table, _) = rest.split_once("<!-- /settings -->").expect("the README marks where its table ends");
    let expected = Config::settings_table_markdown();
    assert_eq!(table, expected, "replace the table in the README with:\n{expected}");
}
