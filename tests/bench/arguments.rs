//! What the command line asks for.

use std::path::PathBuf;
use std::time::Duration;

/// What this process is to do.
pub enum Arguments {
    /// Measure.
    Run(Run),
    /// Be the server that is measured.
    Serve { database: String, folder: PathBuf },
}

/// How to measure.
pub struct Run {
    /// An empty database that may be filled with anything; SQLite in a temporary folder without it.
    pub database: Option<String>,
    /// Of one measurement.
    pub length: Duration,
    /// How often each case is measured.
    pub rounds: usize,
    /// How many credentials the database holds beside those that are used.
    pub credentials: u32,
    /// Parts of the names of the cases that are wanted; all when empty.
    wanted: Vec<String>,
}

const USAGE: &str = "cargo bench [-- [--seconds N] [--rounds N] [--credentials N] [--database URL] [part of a case's name]…]";

/// Reads them, or ends the process with how to use it.
pub fn read() -> Arguments {
    let mut given = std::env::args().skip(1);
    let mut run = Run { database: None, length: Duration::from_secs(5), rounds: 3, credentials: 1_000_000, wanted: Vec::new() };
    while let Some(argument) = given.next() {
        let mut value = || given.next().unwrap_or_else(|| usage());
        match argument.as_str() {
            "--bench" => {}
            "--serve" => return Arguments::Serve { database: value(), folder: PathBuf::from(value()) },
            "--database" => run.database = Some(value()),
            "--credentials" => run.credentials = value().parse().unwrap_or_else(|_| usage()),
            "--seconds" => run.length = Duration::from_secs(value().parse().unwrap_or_else(|_| usage())),
            "--rounds" => run.rounds = value().parse().unwrap_or_else(|_| usage()),
            word if word.starts_with('-') => usage(),
            word => run.wanted.push(word.to_owned()),
        }
    }
    if run.length.is_zero() || run.rounds == 0 { usage() } else { Arguments::Run(run) }
}

fn usage() -> ! {
    eprintln!("{USAGE}");
    std::process::exit(2)
}

impl Run {
    /// Whether this case is to be measured.
    pub fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|part| name.contains(part.as_str()))
    }
}
