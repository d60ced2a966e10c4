//! The server as a process: killed, told to end, one of two, and without its database, its disk or a network.

mod disk;
mod kill;
mod memory;
mod neighbours;
mod network;
mod outage;
mod stop;

use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;

use latchkey::base::time::Clock;

use crate::cli::latchkey;
use crate::cli::serve::Served;
use crate::support::database::MASTER_KEY;
use crate::support::{TestApp, TestDb};

/// The command that serves the database of a test. Nothing else may have it open: on SQLite, close the test's own.
fn serve(db: &TestDb, arguments: &[&str]) -> Command {
    let [(_, folder), (_, url), _] = db.settings();
    let folder = Path::new(folder);
    let key = folder.join("master.key");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&key).expect("written");
    std::io::Write::write_all(&mut file, MASTER_KEY.as_bytes()).expect("written");
    let mut command = latchkey(folder, &["serve", "--bind", "127.0.0.1:0", "--workers", "2", "--hash-threads", "2"]);
    command.arg("--data-dir").arg(folder).args(["--database-url", url]).args(arguments).stderr(std::process::Stdio::null());
    command
}

/// Serves the database of a test.
fn served(db: &TestDb) -> Served {
    Served::start_by(serve(db, &[]))
}

/// Living tokens, `each` of so many `people`, issued by a server that has ended since.
async fn tokens(db: &TestDb, people: usize, each: usize) -> Vec<String> {
    let app = TestApp::start_at(db, &[], Clock::system()).await;
    app.admin("root@example.com").await;
    let mut tokens = Vec::new();
    for n in 0..people {
        let person = app.user(&format!("person-{n}@example.com")).await;
        for m in 0..each {
            let issued = app.token(&person, &format!("token {m}"), &["profile", "verify"]).await;
            tokens.push(issued.secret.reveal().to_owned());
        }
    }
    app.stop().await;
    tokens
}

/// The status that a request with a token is answered with.
async fn status(client: &reqwest::Client, served: &Served, token: &str) -> u16 {
    let request = client.get(format!("{}/v1/me", served.url)).bearer_auth(token);
    request.send().await.expect("an answer").status().as_u16()
}

/// Gives a token up; the status, or nothing when no answer came.
async fn give_up(client: &reqwest::Client, served: &Served, token: &str) -> Option<u16> {
    let request = client.post(format!("{}/v1/tokens/revoke", served.url)).bearer_auth(token);
    request.send().await.ok().map(|answer| answer.status().as_u16())
}
