//! What is wrong with the settings: all of it at once, each with its name, where it came from and what to do.

use std::fmt;
use std::path::PathBuf;

use super::table;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The flag for this name.
    Flag(String),
    /// The environment variable for this name.
    Environment(String),
    /// A TOML file.
    Toml(PathBuf),
    /// Pairs handed to [`Config::from_pairs`](super::Config::from_pairs).
    Pairs,
    /// Nobody set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "flag --{}", table::flag(name)),
            Self::Environment(name) => write!(f, "environment variable {}", table::variable(name)),
            Self::Toml(path) => write!(f, "file {}", path.display()),
            Self::Pairs => f.write_str("given by the caller"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the setting, or of what was taken for one.
    pub setting: String,
    /// Where it was found.
    pub source: Source,
    /// What is wrong and what to do about it. Never the value of a secret.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.setting, self.source, self.text)
    }
}

/// Everything that is wrong with the settings; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub(super) Vec<Problem>);

impl Problems {
    /// The problems, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Latchkey cannot start with these settings:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}
