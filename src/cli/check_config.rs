//! `latchkey check-config`: which settings hold, and where each came from.

use std::io::Write;

use clap::Command;

use crate::config::Config;

pub(super) const NAME: &str = "check-config";

pub(super) fn command() -> Command {
    Command::new(NAME).about("Show every setting as it holds, with secrets masked, and where it came from")
}

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for row in config.effective() {
        let value = row.value.as_deref().unwrap_or("none");
        writeln!(out, "{:<18} {value:<40} {}", row.key, row.source)?;
    }
    Ok(())
}
