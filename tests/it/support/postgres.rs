//! One Postgres for the whole run: the server that `TEST_DATABASE_URL` names, else a throw-away one in a temporary
//! folder, made with the `initdb` of the machine.
//!
//! A test binary has no last line of its own, so the throw-away server belongs to a small shell that waits for the
//! end of a pipe which only this process holds open: however this process ends, the shell stops the server and
//! removes the folder. Another such shell says at the end what could not be run.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{database, environment};

/// A server on which databases can be made.
pub struct Server {
    /// The URL of a database on it, with `{name}` for the database's name.
    url: String,
    /// The database to connect to for making others.
    admin: String,
    made: AtomicU64,
    /// Keeps a throw-away server running; a server of somebody else's needs none.
    keeper: Option<Child>,
}

/// The migrated database that others are copied from, on a throw-away server: nobody would remove it from another.
const TEMPLATE: &str = "template_migrated";

/// The server, started when the first test asks for it; none if this machine has no Postgres.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| std::thread::spawn(find).join().expect("Postgres starts")).as_ref()
}

fn find() -> Option<Server> {
    match environment("TEST_DATABASE_URL") {
        Some(url) => Some(Server::at(&url)),
        None => Some(Server::start(&binaries()?, FAST).0),
    }
}

/// A throw-away server of one test, which that test may stop and start.
pub struct OwnServer {
    /// The server.
    pub server: Server,
    answers: Mutex<BufReader<ChildStdout>>,
}

impl OwnServer {
    /// Starts one; none if there is no `initdb` on this machine.
    pub fn start() -> Option<Self> {
        let (server, answers) = Server::start(&binaries()?, DURABLE);
        Some(Self { server, answers: Mutex::new(answers) })
    }

    /// Ends it as a crash would, without a word to its clients.
    pub fn crash(&self) {
        self.tell("crash");
    }

    /// Starts it again.
    pub fn revive(&self) {
        self.tell("revive");
    }

    fn tell(&self, command: &str) {
        let mut keeper = self.server.keeper.as_ref().and_then(|keeper| keeper.stdin.as_ref()).expect("it has a keeper");
        writeln!(keeper, "{command}").expect("the keeper listens");
        let mut said = String::new();
        self.answers.lock().expect("not poisoned").read_line(&mut said).expect("the keeper speaks");
        assert_eq!(said.trim(), "done", "{command}");
    }
}

impl Server {
    fn at(url: &str) -> Self {
        let (rest, query) = url.split_once('?').map_or((url, String::new()), |(rest, query)| (rest, format!("?{query}")));
        let authority = rest.find("://").expect("TEST_DATABASE_URL is a URL") + 3;
        let (base, admin) = match rest[authority..].find('/') {
            Some(at) => (&rest[..authority + at], &rest[authority + at + 1..]),
            None => (rest, "postgres"),
        };
        Self { url: format!("{base}/{{name}}{query}"), admin: admin.to_owned(), made: AtomicU64::new(0), keeper: None }
    }

    /// Makes a throw-away server that listens on a socket in its own folder and nowhere else, with a template.
    fn start(binaries: &Path, options: &str) -> (Self, BufReader<ChildStdout>) {
        let folder = tempfile::Builder::new().prefix("latchkey-pg-").tempdir().expect("a folder").keep();
        let mut keeper = keeper(&folder, binaries, options);
        let mut said = String::new();
        let mut out = BufReader::new(keeper.stdout.take().expect("piped"));
        out.read_line(&mut said).expect("the keeper speaks");
        let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert_eq!(said.trim(), "ready", "Postgres did not start:\n{}", log());
        let url = format!("postgres://latchkey@localhost/{{name}}?host={}", folder.display());
        let server = Self { url, admin: "postgres".to_owned(), made: AtomicU64::new(0), keeper: Some(keeper) };
        database::runtime().block_on(server.make_template());
        (server, out)
    }

    fn url_of(&self, name: &str) -> String {
        self.url.replace("{name}", name)
    }

    async fn administer(&self, statement: String) {
        let mut admin = PgConnection::connect(&self.url_of(&self.admin)).await.expect("Postgres answers");
        admin.execute(AssertSqlSafe(statement)).await.expect("Postgres makes and drops databases for tests");
        admin.close().await.expect("closed");
    }

    async fn make_template(&self) {
        self.administer(format!("CREATE DATABASE {TEMPLATE}")).await;
        migrate(&self.url_of(TEMPLATE)).await;
    }

    fn next_name(&self) -> String {
        format!("latchkey_test_{}_{}", std::process::id(), self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// A new migrated database; its URL.
    pub async fn create(&self) -> String {
        if self.keeper.is_none() {
            let url = self.create_empty().await;
            migrate(&url).await;
            return url;
        }
        let name = self.next_name();
        self.administer(format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await;
        self.url_of(&name)
    }

    /// A new database with nothing in it; its URL.
    pub async fn create_empty(&self) -> String {
        let name = self.next_name();
        self.administer(format!("CREATE DATABASE {name}")).await;
        self.url_of(&name)
    }

    /// Drops a database that [`create`](Self::create) made.
    pub async fn drop_database(&self, url: &str) {
        let (before, after) = self.url.split_once("{name}").expect("a pattern");
        let name = url.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).expect("a URL of this server");
        self.administer(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
}

async fn migrate(url: &str) {
    let db = database::open(url).await;
    db.migrate().await.expect("migrated");
    db.close().await;
}

/// The folder of the newest `initdb` on this machine.
fn binaries() -> Option<PathBuf> {
    let on_path = environment("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    debian.sort_by_key(|folder| folder.iter().nth_back(1).and_then(|version| version.to_str()?.parse::<u32>().ok()));
    let folders = debian.into_iter().rev().chain(on_path.split(':').map(PathBuf::from));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

/// Durability is off: what this server holds is worth nothing after the run.
const FAST: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300";
/// What was committed survives a crash of the server; the machine itself does not crash.
const DURABLE: &str = "-c fsync=off";

const KEEP: &str = r#"
trap '' INT TERM HUP
umask 077
cd "$1" || exit 1
exec 3>&1 >>log 2>&1
start() { "$2/pg_ctl" -D data -l server.log -w -t 60 start -o "-k '$1' -c listen_addresses= $3" 3>&-; }
"$2/initdb" -D data -U latchkey -A trust -E UTF8 --locale=C --no-sync && start "$@" && echo ready >&3 || exec 3>&-
while read -r command; do
  case "$command" in
    crash) "$2/pg_ctl" -D data -m immediate stop ;;
    revive) start "$@" ;;
  esac && echo done >&3
done
"$2/pg_ctl" -D data -m immediate stop
cd / && rm -rf "$1"
"#;

/// The shell that starts the server, and ends it when this process has ended. Postgres refuses to run as root, so root
/// runs it as the user that its package made.
fn keeper(folder: &Path, binaries: &Path, options: &str) -> Child {
    let root = output(Command::new("id").arg("-u")) == "0";
    let mut command = if root {
        let user = if output(Command::new("id").args(["-u", "postgres"])).is_empty() { "nobody" } else { "postgres" };
        let owned = Command::new("chown").arg(user).arg(folder).status().expect("chown runs");
        assert!(owned.success(), "the folder of the throw-away Postgres can be given to {user}");
        let mut command = Command::new("runuser");
        command.args(["-u", user, "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).expect("our folder");
    command.args(["-c", KEEP, "keeper"]).arg(folder).arg(binaries).arg(options).current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().expect("the keeper of the throw-away Postgres starts")
}

fn output(command: &mut Command) -> String {
    let out = command.stderr(Stdio::null()).output().expect("the command runs").stdout;
    String::from_utf8_lossy(&out).trim().to_owned()
}

/// Speaks when this process has ended, past the capture of test output.
const REPORT: &str = r#"
trap '' INT TERM HUP
not_run=$(sort)
{
  echo
  echo "NOT RUN: $(echo "$not_run" | wc -l) tests on Postgres, because neither TEST_DATABASE_URL nor initdb was found:"
  echo "$not_run" | sed 's/^/  /'
  echo "Install Postgres (Debian: apt-get install postgresql), or set TEST_DATABASE_URL, and run them again."
} >&2
"#;

/// Notes that the present test was not run for want of Postgres.
///
/// # Panics
/// Where `REQUIRE_POSTGRES=1` says that it must run.
pub fn report_not_run() {
    static REPORTER: OnceLock<Mutex<ChildStdin>> = OnceLock::new();
    let required = environment("REQUIRE_POSTGRES").is_some_and(|value| value == "1");
    assert!(!required, "Postgres was not found: set TEST_DATABASE_URL, or install it so that initdb is there");
    let reporter = REPORTER.get_or_init(|| {
        let mut reporter = Command::new("sh");
        reporter.args(["-c", REPORT]).stdin(Stdio::piped()).stdout(Stdio::null());
        Mutex::new(reporter.spawn().expect("a shell").stdin.take().expect("piped"))
    });
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    writeln!(reporter.lock().expect("not poisoned"), "{test}").expect("the reporter listens");
}
