//! `latchkey serve`, from the first line it prints to its end.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use super::{latchkey, outcome};

/// A server in its own process; killed if a test forgets it.
pub struct Served {
    process: Child,
    pub out: BufReader<ChildStdout>,
    pub url: String,
}

impl Served {
    /// Starts one on a port of the system's choice and waits for its first line.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::start_logging(folder, arguments, Stdio::null())
    }

    /// Starts one whose log goes to `log`.
    pub fn start_logging(folder: &Path, arguments: &[&str], log: Stdio) -> Self {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--bind", "127.0.0.1:0"]).collect();
        let mut command = latchkey(folder, &arguments);
        command.stderr(log);
        Self::start_by(command)
    }

    /// Starts one with this command and waits for its first line.
    pub fn start_by(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut out = BufReader::new(process.stdout.take().expect("piped"));
        let line = next_line(&mut out);
        let url = line.strip_prefix("Latchkey answers at ").expect("it says where").to_owned();
        Self { process, out, url }
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args(["-s", signal, &self.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// What it still prints until it ends.
    pub fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("UTF-8");
        rest
    }

    /// Waits for its end.
    pub fn ended(mut self) -> ExitStatus {
        self.process.wait().expect("it ends")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

pub fn next_line(out: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    out.read_line(&mut line).expect("readable");
    line.trim_end().to_owned()
}

async fn status(url: &str, path: &str) -> u16 {
    reqwest::get(format!("{url}{path}")).await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn r11_the_first_start_needs_nothing_and_says_how_to_begin() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut served = Served::start(folder.path(), &[]);
    assert_eq!(status(&served.url, "/healthz").await, 200);
    assert_eq!(status(&served.url, "/readyz").await, 200);
    let line = next_line(&mut served.out);
    let setup = line.strip_prefix("Set up the first administrator within an hour: ").expect("it says how to begin");
    assert_eq!(setup.strip_prefix(&served.url).map(|path| path.starts_with("/setup/") && path.len() > 40), Some(true), "{setup}");
    for file in ["latchkey.db", "master.key"] {
        assert!(folder.path().join("data").join(file).exists(), "{file}");
    }
    served.signal("TERM");
    assert_eq!(served.ended().code(), Some(0));
}

#[tokio::test]
async fn r131_a_signal_ends_the_server_in_order_and_the_next_one_starts_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    for (command, signal) in [(&["serve"][..], "TERM"), (&["serve"], "INT"), (&[], "TERM")] {
        let served = Served::start(folder.path(), command);
        assert_eq!(status(&served.url, "/readyz").await, 200);
        served.signal(signal);
        assert_eq!(served.ended().code(), Some(0), "{signal}");
        assert!(!folder.path().join("data/latchkey.db-wal").exists(), "the log is folded into the file");
    }
}

#[test]
fn r126_a_second_server_on_the_same_file_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Served::start(folder.path(), &[]);
    let (code, out, err) = outcome(latchkey(folder.path(), &["serve", "--bind", "127.0.0.1:0"]));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("another Latchkey process is using this SQLite file. Stop it first, or use Postgres"), "{err}");
    drop(first);
}

#[test]
fn an_address_that_is_taken_is_named_with_its_setting() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = taken.local_addr().expect("bound").to_string();
    let (code, _, err) = outcome(latchkey(folder.path(), &["--bind", &address]));
    assert!(code == Some(1) && err.contains(&address) && err.contains("or set bind"), "{err}");
}

#[test]
fn r26_r132_a_server_that_would_expose_passwords_does_not_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, out, err) = outcome(latchkey(folder.path(), &["serve", "--bind", "0.0.0.0:0"]));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("public_url") && err.contains("Set public_url to the https:// address"), "{err}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0, "nothing was created");
}

#[test]
fn r106_development_is_refused_beyond_this_machine_and_after_production() {
    let folder = tempfile::tempdir().expect("a folder");
    let exposed = ["--development", "--bind", "0.0.0.0:0", "--public-url", "https://auth.example.com"];
    let (code, _, told) = outcome(latchkey(folder.path(), &exposed));
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("development") && told.contains("0.0.0.0:0 can be reached from other machines"), "{told}");
    assert!(!folder.path().join("data").exists(), "nothing was made");

    let mut trying = Served::start(folder.path(), &["--development"]);
    assert_eq!(next_line(&mut trying.out).split(':').next(), Some("Development mode"));
    trying.signal("TERM");
    assert!(trying.ended().success());
    let real = Served::start(folder.path(), &[]);
    real.signal("TERM");
    assert!(real.ended().success());
    let (code, _, told) = outcome(latchkey(folder.path(), &["--development", "--bind", "127.0.0.1:0"]));
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("used in production"), "{told}");
}
