//! `latchkey setup`: a new link for the first administrator, when the one that the start printed is gone.

use anyhow::anyhow;
use clap::Command;

use crate::config::Config;
use crate::domain::access;

pub(super) const NAME: &str = "setup";

pub(super) fn command() -> Command {
    Command::new(NAME).about("Print a new link that makes the first administrator, while there is none")
}

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
    let url = super::wait(link(config))?;
    println!("Set up the first administrator within an hour: {url}");
    Ok(())
}

async fn link(config: &Config) -> anyhow::Result<String> {
    let ctx = super::context(config).await?;
    let secret = access::open_setup(&ctx).await;
    ctx.db.close().await;
    let there_is_one = || anyhow!("there is an administrator already. Sign in with that account");
    let secret = secret?.ok_or_else(there_is_one)?;
    Ok(format!("{}/setup/{}", ctx.settings.public_url, secret.reveal()))
}
