//! With a disk that takes no more, nothing is promised and nothing is lost.
//!
//! A full disk is played by the limit on the size of files: writing fails at the same places, and the limit can be
//! lifted again.

use std::path::Path;
use std::process::Command;

use super::{give_up, serve, status, tokens};
use crate::cli::serve::Served;
use crate::cli::{latchkey, outcome};
use crate::only;

/// The same command under a shell that first does `setting`. Files that are too large give errors, not a signal.
fn under(setting: &str, command: &Command, folder: &Path) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell
        .arg("-c")
        .arg(format!("trap '' XFSZ; {setting} exec \"$0\" \"$@\""))
        .arg(command.get_program())
        .args(command.get_args());
    shell.env_clear().current_dir(folder);
    shell
}

/// From now on no file of the process grows beyond so many bytes.
fn limit(served: &Served, bytes: &str) {
    let set = Command::new("prlimit").arg("--pid").arg(served.id().to_string()).arg(format!("--fsize={bytes}:")).status();
    assert!(set.expect("prlimit runs").success());
}

only! { Sqlite:
    async fn r116_a_full_disk_refuses_changes_and_r77_requests_go_on(db: &TestDb) {
        let tokens = tokens(db, 1, 3).await;
        db.close().await;
        let [(_, folder), ..] = db.settings();
        let mut command = under("", &serve(db, &[]), Path::new(folder));
        command.stderr(std::process::Stdio::null());
        let served = Served::start_by(command);
        let client = reqwest::Client::new();
        assert_eq!(give_up(&client, &served, &tokens[0]).await, Some(204));
        limit(&served, "1024");
        for _ in 0..3 {
            assert_eq!(give_up(&client, &served, &tokens[1]).await, Some(503));
            assert_eq!(status(&client, &served, &tokens[1]).await, 200, "it was not revoked, and it is counted later");
            assert_eq!(status(&client, &served, &tokens[0]).await, 401);
        }
        limit(&served, "unlimited");
        assert_eq!(give_up(&client, &served, &tokens[1]).await, Some(204));
        assert_eq!(status(&client, &served, &tokens[1]).await, 401);
        assert_eq!(status(&client, &served, &tokens[2]).await, 200);
        served.signal("TERM");
        assert_eq!(served.ended().code(), Some(0));
    }
}

#[test]
fn r129_a_migration_on_a_full_disk_is_told_and_begins_anew_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let migrate = || latchkey(folder.path(), &["migrate"]);
    for blocks in [1, 16, 64] {
        let (code, out, err) = outcome(under(&format!("ulimit -f {blocks};"), &migrate(), folder.path()));
        assert_eq!((code, out.as_str(), err.lines().count()), (Some(1), "", 1), "{blocks}: {err}");
    }
    let (code, out, err) = outcome(migrate());
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "The database is ready for this version.\n", ""));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("data"), "a file").expect("written");
    for command in ["migrate", "serve"] {
        let (code, out, err) = outcome(latchkey(folder.path(), &[command]));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
        assert!(err.contains("./data/master.key cannot be read (Not a directory"), "{err}");
    }
}
