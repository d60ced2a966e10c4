//! Nothing is fetched from anywhere.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::{latchkey, outcome};

/// The command in a namespace that has no network, not even loopback. As it is where the system does not allow that.
fn without_network(command: &Command, folder: &Path) -> Command {
    let allowed = |flags: &&[&str]| {
        let tried = Command::new("/usr/bin/unshare").args(*flags).arg("/bin/true").stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let mut alone = match [&["-n"][..], &["-r", "-n"]].iter().find(|flags| allowed(flags)) {
        Some(flags) => {
            let mut alone = Command::new("/usr/bin/unshare");
            alone.args(*flags).arg(command.get_program());
            alone
        }
        None => Command::new(command.get_program()),
    };
    alone.args(command.get_args()).env_clear().current_dir(folder);
    alone
}

#[test]
fn r04_passwords_are_judged_without_a_network() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(outcome(without_network(&latchkey(folder.path(), &["migrate"]), folder.path())).0, Some(0));
    for (password, code, told) in [("password1234", 1, "among the first"), ("violet-anchor-sings-42", 0, "Created the account")] {
        let create = latchkey(folder.path(), &["account", "create", "--email", "ada@example.com", "--password-stdin"]);
        let mut create = without_network(&create, folder.path());
        let mut process = create.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        process.stdin.take().expect("piped").write_all(password.as_bytes()).expect("sent");
        let output = process.wait_with_output().expect("it ends");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(told), "{said}");
    }
}
