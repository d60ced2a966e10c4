//! `latchkey migrate`: brings the database up to this version, and binds a new one to the master key.

use clap::Command;

use crate::base::rng::Rng;
use crate::base::secret::Keys;
use crate::base::time::Clock;
use crate::config::Config;
use crate::db::Db;

pub(super) const NAME: &str = "migrate";

pub(super) fn command() -> Command {
    Command::new(NAME).about("Bring the database up to this version, as `serve` does when it starts")
}

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
    super::wait(migrate(config))?;
    println!("The database is ready for this version.");
    Ok(())
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    let keys = Keys::derive(&config.storage.master_key.open(&Rng::os())?);
    let db = Db::open(&config.storage.database).await?;
    let _lock = db.lock_for_serving()?;
    db.migrate_for(&keys.fingerprint(), Clock::system().now()).await?;
    db.close().await;
    Ok(())
}
