//! `latchkey keys rotate`: another key that signs tokens.

use std::time::Duration;

use anyhow::anyhow;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::base::net::Origin;
use crate::config::Config;
use crate::domain::signing::{self, Rotated, Rotation};

pub(super) const NAME: &str = "keys";
const ROTATE: &str = "rotate";
/// Longer than a server beside this command takes to notice what it did.
const NOTICED: Duration = Duration::from_millis(250);

pub(super) fn command() -> Command {
    let now = Arg::new("now")
        .long("now")
        .action(ArgAction::SetTrue)
        .help("Put the old key out of use at once, with every token that it signed: for a key that has leaked");
    let rotate = Command::new(ROTATE)
        .about("Make another key for signed tokens; it signs from ten minutes later on, and no token is refused because of it")
        .arg(now);
    Command::new(NAME).about("Work with the keys that sign tokens").subcommand_required(true).subcommand(rotate)
}

pub(super) fn run(config: &Config, arguments: &ArgMatches) -> anyhow::Result<()> {
    let Some((ROTATE, arguments)) = arguments.subcommand() else { unreachable!("clap accepts only the command above") };
    let how = if arguments.get_flag("now") { Rotation::AtOnce } else { Rotation::Overlapping };
    let Rotated { kid, signs_from } = super::wait(rotate(config, how))?;
    match how {
        Rotation::Overlapping => println!("The key {kid} is published now and signs from {}.", signs_from.rfc3339()),
        Rotation::AtOnce => println!("The key {kid} signs now. Every token that was signed before is refused."),
    }
    Ok(())
}

async fn rotate(config: &Config, how: Rotation) -> anyhow::Result<Rotated> {
    let ctx = super::context(config).await?;
    let rotated = signing::rotate(&ctx, how, &Origin::local("latchkey keys rotate")).await;
    ctx.db.close().await;
    tokio::time::sleep(NOTICED).await;
    rotated.map_err(|error| anyhow!("{error}. The keys are as they were; try again"))
}
