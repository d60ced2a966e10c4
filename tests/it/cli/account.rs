//! `latchkey account create`.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use super::{latchkey, outcome};

const PASSWORD: &str = "correct horse battery staple";

/// Runs `account create` with a password on its standard input.
pub(super) fn create(folder: &Path, arguments: &[&str], password: &str) -> (Option<i32>, String, String) {
    let all: Vec<&str> = ["account", "create", "--password-stdin"].into_iter().chain(arguments.iter().copied()).collect();
    let mut command = latchkey(folder, &all);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // A command that refuses before it reads has closed its end.
    drop(process.stdin.take().expect("piped").write_all(password.as_bytes()));
    let output = process.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn r11_the_first_administrator_can_be_made_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0));
    let (code, out, err) =
        create(folder.path(), &["--email", "Ada@Example.com", "--name", "Ada", "--admin"], &format!("{PASSWORD}\n"));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("Created the account usr_") && out.ends_with(" for Ada@example.com.\n"), "{out}");

    let (code, out, err) = create(folder.path(), &["--email", "ada@example.com"], PASSWORD);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("exists already. Sign in with it, or use another address"), "{err}");
}

#[test]
fn an_account_is_made_beside_a_running_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = super::serve::Served::start(folder.path(), &[]);
    let (code, _, err) = create(folder.path(), &["--email", "ada@example.com", "--admin"], PASSWORD);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    drop(served);
    let mut served = super::serve::Served::start(folder.path(), &[]);
    served.signal("TERM");
    assert_eq!(served.rest(), "", "there is an administrator, so nobody is asked to set one up");
}

#[test]
fn what_cannot_be_an_account_is_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, _, err) = create(folder.path(), &["--email", "ada@example.com"], PASSWORD);
    assert!(code == Some(1) && err.contains("Run `latchkey migrate` first"), "{err}");
    assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0));
    for (arguments, password, told) in [
        (&["--email", "ada"][..], PASSWORD, "Write it like name@example.com"),
        (&["--email", "ada@example.com", "--name", "a\nb"], PASSWORD, "--name cannot be used"),
        (&["--email", "ada@example.com"], "short", "use 12 characters or more"),
        (&["--email", "ada@example.com"], "", "use 12 characters or more"),
        (&["--email", "ada@example.com"], "password1234", "among the first"),
    ] {
        let (code, out, err) = create(folder.path(), arguments, password);
        assert_eq!((code, out.as_str(), err.lines().count()), (Some(1), "", 1), "{err}");
        assert!(err.contains(told), "{told} in {err}");
    }
    let (code, _, err) = outcome(latchkey(folder.path(), &["account", "create", "--email", "ada@example.com"]));
    assert!(code == Some(2) && err.contains("--password-stdin"), "{err}");
    let (code, ..) = create(folder.path(), &["--email", "ada@example.com"], PASSWORD);
    assert_eq!(code, Some(0), "none of the refused ones took the address");
}
