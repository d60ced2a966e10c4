//! The server that is measured, in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use actix_web::{App, HttpResponse, HttpServer, web};
use latchkey::app::{self, Running, World};
use latchkey::config::Config;

/// Threads that answer, of each of the two servers.
const WORKERS: usize = 2;

/// A running child. It ends with this value.
pub struct Served {
    child: Child,
    stdin: Option<ChildStdin>,
    /// Where the empty handler answers.
    pub empty: SocketAddr,
    /// Where Latchkey answers.
    pub latchkey: SocketAddr,
}

impl Served {
    /// The id of the process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stdin.take());
        self.child.wait().expect("the server ends when nobody speaks to it any more");
    }
}

/// Starts the child, which serves a database that has been filled.
pub fn start(database: &str, folder: &Path) -> Served {
    let program = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new(program);
    command.arg("--serve").arg(database).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the server starts");
    let stdin = child.stdin.take();
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut address = || lines.next().expect("a line").expect("readable").parse().expect("an address");
    let (empty, latchkey) = (address(), address());
    Served { child, stdin, empty, latchkey }
}

/// Is the child: serves until nobody holds its standard input any more.
pub fn serve(database: &str, folder: &Path) {
    actix_web::rt::System::new().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        println!("{}", listener.local_addr().expect("bound"));
        let empty = HttpServer::new(|| App::new().route("/", web::get().to(HttpResponse::Ok)));
        let empty = empty.workers(WORKERS).disable_signals().listen(listener).expect("listens").run();
        let handle = empty.handle();
        actix_web::rt::spawn(empty);
        let running = latchkey(database, folder).await;
        println!("{}", running.address());
        let closed = actix_web::rt::task::spawn_blocking(|| std::io::stdin().read(&mut [0]));
        drop(closed.await.expect("waited for"));
        handle.stop(false).await;
        running.stop().await;
    });
}

/// The whole of Latchkey on this database, with limits that no measurement reaches.
pub async fn latchkey(database: &str, folder: &Path) -> Running {
    let (workers, folder) = (WORKERS.to_string(), folder.display().to_string());
    let settings = [
        ("bind", "127.0.0.1:0"),
        // Signed tokens name it; the server that makes them listens on another port than the one that is measured.
        ("public_url", "http://127.0.0.1:1"),
        ("data_dir", &folder),
        ("database_url", database),
        ("master_key", "5f1d3b907c2ae8463e9a71c05b8d24f6a3170e9cd2486b5f91ec7a038d64b25e"),
        ("workers", &workers),
        ("account_rate_limit", "1000000"),
        ("sign_in_rate", "1000000"),
        // Fewer than the keys that are asked for one after the other, so that these are read from the database.
        ("cache_entries", "500"),
        ("log", "warn"),
    ];
    let config = Config::from_pairs(&settings).unwrap_or_else(|problems| panic!("{problems}"));
    app::start(config, World::real()).await.unwrap_or_else(|error| panic!("{error}"))
}
