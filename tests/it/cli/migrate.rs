//! `latchkey migrate`.

use std::os::unix::fs::PermissionsExt;

use latchkey::db::{Db, Target};

use super::{latchkey, outcome};

#[test]
fn r126_a_new_data_folder_and_its_files_belong_to_their_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, out, err) = outcome(latchkey(folder.path(), &["migrate"]));
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "The database is ready for this version.\n", ""));
    let data = folder.path().join("data");
    for entry in std::fs::read_dir(&data).expect("readable") {
        let entry = entry.expect("readable");
        let mode = entry.metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
    assert_eq!(std::fs::metadata(&data).expect("there").permissions().mode() & 0o777, 0o700);
    assert!(data.join("latchkey.db").exists() && data.join("master.key").exists());
    assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0), "a second time changes nothing");
}

#[test]
fn another_master_key_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0));
    let other = "c1c2a3b4d5e6f708192a3b4c5d6e7f80918a7b6c5d4e3f201a2b3c4d5e6f7081";
    std::fs::write(folder.path().join("data/master.key"), other).expect("written");
    let (code, _, err) = outcome(latchkey(folder.path(), &["migrate"]));
    assert!(code == Some(1) && err.contains("does not belong to this database. Use the key file that was there"), "{err}");
}

#[tokio::test]
async fn r126_while_a_process_serves_the_file_another_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0));
    let file = folder.path().join("data/latchkey.db");
    let db = Db::open(&Target::Sqlite(file)).await.expect("opened");
    let lock = db.lock_for_serving().expect("nobody else has it");
    let (code, _, err) = outcome(latchkey(folder.path(), &["migrate"]));
    assert!(code == Some(1) && err.contains("Stop it first, or use Postgres"), "{err}");
    drop(lock);
    assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0));
}

#[test]
fn a_database_that_cannot_be_reached_is_one_sentence_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = latchkey(folder.path(), &["migrate", "--database-url", "postgres://nobody:CANARY@127.0.0.1:1/none"]);
    command.env("LATCHKEY_MASTER_KEY", "c1c2a3b4d5e6f708192a3b4c5d6e7f80918a7b6c5d4e3f201a2b3c4d5e6f7081");
    let (code, _, err) = outcome(command);
    assert!(code == Some(1) && err.lines().count() == 1 && err.contains("Check database_url"), "{err}");
    assert!(!err.contains("CANARY"), "{err}");
}
