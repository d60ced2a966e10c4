//! `latchkey audit verify` and `latchkey audit head`: whether anybody has tampered with the audit log.

use anyhow::anyhow;
use clap::{Arg, ArgMatches, Command};

use crate::base::rng::Rng;
use crate::base::secret::Keys;
use crate::base::time::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::domain::audit::{self, Head, Verified, VerifyError};

pub(super) const NAME: &str = "audit";
const VERIFY: &str = "verify";
const HEAD: &str = "head";

pub(super) fn command() -> Command {
    let head = Arg::new("head")
        .long("head")
        .value_name("HEAD")
        .value_parser(|text: &str| text.parse::<Head>().map_err(|wrong| wrong.to_string()))
        .help("What `audit head` printed earlier: shows whether the log was cut off since");
    let verify = Command::new(VERIFY)
        .about("Read the whole audit log and name the first place where it was tampered with; a server may be running")
        .arg(head);
    let print = Command::new(HEAD).about("Print the end of the audit log, to be kept where nobody can reach both");
    Command::new(NAME).about("Work with the audit log").subcommand_required(true).subcommand(verify).subcommand(print)
}

pub(super) fn run(config: &Config, arguments: &ArgMatches) -> anyhow::Result<()> {
    match arguments.subcommand() {
        Some((VERIFY, arguments)) => super::wait(verify(config, arguments.get_one("head"))),
        Some((HEAD, _)) => super::wait(head(config)),
        _ => unreachable!("clap accepts only the commands above"),
    }
}

async fn verify(config: &Config, kept: Option<&Head>) -> anyhow::Result<()> {
    let (db, keys) = open(config).await?;
    let verified = audit::verify(&db, &keys, kept).await;
    db.close().await;
    let Verified { events, begins, head } = verified.map_err(|error| match error {
        VerifyError::Broken { .. } => anyhow!("{error}. Keep this database as it is and compare it with a backup"),
        VerifyError::Unexpected(error) => anyhow!("{error}. Nothing was found out; try again"),
    })?;
    println!("The audit log is whole: {events} events.");
    if let Some(first) = begins.filter(|first| *first > 1) {
        println!("Events before {first} were written by a version without digests: nothing can be said about them.");
    }
    println!("Its head, to be kept elsewhere: {head}");
    Ok(())
}

async fn head(config: &Config) -> anyhow::Result<()> {
    let (db, _) = open(config).await?;
    let head = audit::head(&db).await;
    db.close().await;
    println!("{}", head?);
    Ok(())
}

/// The database of this master key, beside a server that may be running on it.
async fn open(config: &Config) -> anyhow::Result<(Db, Keys)> {
    let keys = Keys::derive(&config.storage.master_key.open(&Rng::os())?);
    let db = Db::open(&config.storage.database).await?;
    db.expect_migrated().await?;
    db.belongs_to(&keys.fingerprint(), Clock::system().now()).await?;
    Ok((db, keys))
}
