//! The command line, run as a person runs it: the program itself, in an empty folder, with a clean environment.

use std::path::Path;
use std::process::{Command, Output};

mod account;
mod audit;
mod check_config;
mod keys;
mod logs;
mod migrate;
pub mod serve;

/// `latchkey` in `folder`, with nothing of this process's environment.
pub fn latchkey(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    command.current_dir(folder).env_clear().args(arguments);
    command
}

/// Exit code, standard output, standard error.
pub fn outcome(mut command: Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}
