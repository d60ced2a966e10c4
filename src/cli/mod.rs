//! The command line: what `latchkey` does when it is not answering requests.
//!
//! An error is one sentence on standard error that ends with what to do. Exit code 2 means that the settings or the
//! arguments are wrong, 1 that something else is.

mod account;
mod audit;
mod check_config;
mod keys;
mod migrate;
mod serve;

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::app::{self, World};
use crate::base::rng::Rng;
use crate::base::secret::Keys;
use crate::config::{Config, Problems};
use crate::db::{Db, Freshness};
use crate::domain::Ctx;
use crate::telemetry;

/// Runs what the arguments of this process say.
pub fn run() -> ExitCode {
    match command().try_get_matches() {
        Ok(arguments) => done(dispatch(&arguments)),
        Err(help_or_mistake) => {
            // Nobody reads the answer when the terminal is gone.
            drop(help_or_mistake.print());
            ExitCode::from(if help_or_mistake.use_stderr() { 2 } else { 0 })
        }
    }
}

fn command() -> Command {
    Command::new("latchkey")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Accounts, sign-in and API credentials for a product")
        .after_help("Every setting is also an environment variable (LATCHKEY_PUBLIC_URL) and a key of the TOML file (public_url). Flags win over the environment, the environment over the file.")
        .args(Config::flags())
        .subcommand(serve::command())
        .subcommand(migrate::command())
        .subcommand(check_config::command())
        .subcommand(account::command())
        .subcommand(audit::command())
        .subcommand(keys::command())
}

fn dispatch(arguments: &ArgMatches) -> anyhow::Result<()> {
    let config = Config::load(arguments)?;
    telemetry::start(&config.log);
    match arguments.subcommand() {
        None | Some((serve::NAME, _)) => serve::run(config),
        Some((migrate::NAME, _)) => migrate::run(&config),
        Some((check_config::NAME, _)) => check_config::run(&config),
        Some((account::NAME, arguments)) => account::run(&config, arguments),
        Some((audit::NAME, arguments)) => audit::run(&config, arguments),
        Some((keys::NAME, arguments)) => keys::run(&config, arguments),
        Some((other, _)) => unreachable!("clap accepts only the commands above, and not {other}"),
    }
}

fn done(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Problems>() => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("latchkey: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command that waits, on this thread alone.
fn wait<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// What verbs need, beside a server that may be running on the same database.
async fn context(config: &Config) -> anyhow::Result<Ctx> {
    let world = World::real();
    let keys = Keys::derive(&config.storage.master_key.open(&Rng::os())?);
    let db = Db::open(&config.storage.database).await?;
    db.expect_migrated().await?;
    db.belongs_to(&keys.fingerprint(), world.clock.now()).await?;
    let (freshness, follower) = Freshness::start(&db).await?;
    // Nothing is verified here, so nobody waits for what the follower finds.
    follower.abort();
    Ok(app::context(config, world, keys, db, freshness)?)
}
