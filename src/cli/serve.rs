//! `latchkey serve`: answers requests until a signal says stop.

use std::io::{self, Write};

use clap::Command;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::{self, Running, World};
use crate::config::Config;
use crate::db::ServedAs;

pub(super) const NAME: &str = "serve";

pub(super) fn command() -> Command {
    Command::new(NAME).about("Answer requests; this is what happens without a command")
}

pub(super) fn run(config: Config) -> anyhow::Result<()> {
    actix_web::rt::System::new().block_on(serve(config))
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let running = app::start(config, World::real()).await?;
    announce(&running)?;
    signals.next().await;
    tracing::info!("stopping: requests under way are finished first; a second signal ends the process at once");
    tokio::select! {
        () = running.stop() => Ok(()),
        () = signals.next() => std::process::exit(1),
    }
}

/// One line that says where, and one that says how to begin while there is no administrator.
fn announce(running: &Running) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Latchkey answers at {}", running.app().public_url)?;
    if running.app().ctx.settings.served_as == ServedAs::Development {
        writeln!(out, "Development mode: whoever reaches this address acts as any workspace that X-Tenant-Id names")?;
    }
    if let Some(url) = running.setup_url() {
        writeln!(out, "Set up the first administrator within an hour: {url}")?;
    }
    out.flush()
}

/// The signals that ask a process to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => (),
            _ = self.interrupt.recv() => (),
        }
    }
}
