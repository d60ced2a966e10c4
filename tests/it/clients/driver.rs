//! Running a driver, and doing in a browser what it asks for.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::stage::Stage;
use crate::support::database::TestDb;
use crate::support::environment;

/// How long a driver may say nothing: a device waits five seconds between two questions.
const PATIENCE: Duration = Duration::from_secs(60);

/// In what a driver is written.
#[derive(Debug, Clone, Copy)]
pub enum Language {
    Node,
    Python,
}

/// What `.ci/clients.sh` has installed; nothing if it has not run.
fn installed() -> Option<PathBuf> {
    let there = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/clients");
    there.join("installed").exists().then_some(there)
}

fn command(there: &Path, language: Language, driver: &str) -> Command {
    let driver = there.join("drivers").join(driver);
    match language {
        Language::Node => {
            let mut node = Command::new("node");
            // Modules are looked for where the drivers are linked, not where they stand.
            node.args(["--preserve-symlinks", "--preserve-symlinks-main"]).arg(driver);
            node
        }
        Language::Python => {
            let mut python = Command::new(there.join("venv/bin/python"));
            python.arg("-B").arg(driver);
            python
        }
    }
}

/// Runs a driver against a server with this database; all that is `known` of it has to work. Where the clients are not
/// installed nothing is tried, which is told.
///
/// # Panics
/// When something does not work, and where `REQUIRE_CLIENTS=1` says that it must run.
pub async fn runs(db: &TestDb, language: Language, driver: &str, known: &[&str]) {
    let Some(works) = run(&Stage::set(db).await, language, driver).await else { return };
    for what in known {
        assert!(works.iter().any(|done| done == what), "{what} is not among {works:?}");
    }
}

/// What works, by the driver's word; nothing where the clients are not installed.
async fn run(stage: &Stage, language: Language, driver: &str) -> Option<Vec<String>> {
    let Some(there) = installed() else {
        let required = environment("REQUIRE_CLIENTS").is_some_and(|value| value == "1");
        assert!(!required, "the clients are not installed: run .ci/clients.sh");
        writeln!(std::io::stderr(), "NOT RUN: {driver}. Run .ci/clients.sh, which installs the clients.").expect("told");
        return None;
    };
    let mut command = command(&there, language, driver);
    command.env("LATCHKEY_TOLD", stage.told().to_string()).env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let works = converse(stage, &mut child).await;
    let ended = child.wait_with_output().expect("it ends");
    assert!(ended.status.success(), "{driver} after {works:?}:\n{}", String::from_utf8_lossy(&ended.stderr));
    Some(works)
}

/// Does what the driver asks for until it says nothing any more. What works.
async fn converse(stage: &Stage, child: &mut Child) -> Vec<String> {
    let (mut said, mut answers) = (listen(child), child.stdin.take().expect("piped"));
    let (browser, mut works) = (stage.browser().await, Vec::new());
    loop {
        let line = match tokio::time::timeout(PATIENCE, said.recv()).await {
            Ok(Some(line)) => line,
            Ok(None) => return works,
            Err(_) => {
                child.kill().expect("it ends");
                return works;
            }
        };
        let asked: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("a driver said: {line}"));
        let answer = if let Some(what) = asked["works"].as_str() {
            works.push(what.to_owned());
            continue;
        } else if let Some(url) = asked["authorize"].as_str() {
            stage.allow_app(&browser, url).await
        } else {
            let (url, code) = (asked["device"].as_str().expect("an address"), asked["code"].as_str().expect("a code"));
            stage.allow_device(&browser, url, code).await;
            "done".to_owned()
        };
        writeln!(answers, "{answer}").expect("it listens");
    }
}

/// The lines that the driver says, as they come.
fn listen(child: &mut Child) -> UnboundedReceiver<String> {
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let (tell, said) = unbounded_channel();
    std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
    said
}
