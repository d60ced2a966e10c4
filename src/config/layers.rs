//! Where values come from: flags, then the environment, then a TOML file. What comes first wins.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches};

use super::problem::{Problem, Source};
use super::table::{self, SETTINGS, Secrecy, Setting};

/// The TOML file that is read if it lies in the data folder.
const FILE_IN_DATA_DIR: &str = "latchkey.toml";
/// The name of what says which TOML file to read; not a setting, since no file could hold it.
const FILE: &str = "config";

/// A value before it is parsed.
pub(super) struct Found {
    pub text: String,
    pub source: Source,
    /// The number of its layer: the lower, the stronger.
    pub rank: usize,
}

/// What all layers together say.
#[derive(Default)]
pub(super) struct Layers {
    pub found: BTreeMap<&'static str, Found>,
    pub problems: Vec<Problem>,
    rank: usize,
}

impl Layers {
    /// Flags, this process's environment, and the TOML file that they name or that lies in the data folder.
    pub fn of_process(flags: &ArgMatches) -> Self {
        let mut layers = Self::default();
        layers.add(from_flags(flags));
        let (file, environment) = layers.split_environment(std::env::vars_os().collect());
        layers.add(environment);
        match flags.get_one::<String>(FILE).map(PathBuf::from).or(file) {
            Some(named) => layers.add_toml(&named, &std::fs::read_to_string(&named)),
            None => layers.add_file_in_data_dir(),
        }
        layers
    }

    /// One layer of pairs, and no environment.
    pub fn of_pairs(pairs: &[(&str, &str)]) -> Self {
        let mut layers = Self::default();
        layers.add(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned(), Source::Pairs)).collect());
        layers
    }

    /// Adds a layer below those that are there.
    fn add(&mut self, layer: Vec<(String, String, Source)>) {
        self.rank += 1;
        for (name, text, source) in layer {
            match named(&name) {
                Some(setting) => self.offer(setting, &name, text.trim().to_owned(), source),
                None => self.problem(&name, source, "there is no such setting. `latchkey --help` lists them all"),
            }
        }
    }

    fn offer(&mut self, setting: &'static Setting, name: &str, text: String, source: Source) {
        if let Some(stronger) = self.found.get(setting.key) {
            if stronger.rank == self.rank {
                self.problem(name, source, &format!("{0} is given both directly and as {0}_file. Keep one of them", setting.key));
            }
            return;
        }
        if text.is_empty() {
            self.problem(name, source, "it is empty. Give it a value, or leave it out");
            return;
        }
        let text = if name == setting.key { Ok(text) } else { read_secret(&text) };
        match text {
            Ok(text) => drop(self.found.insert(setting.key, Found { text, source, rank: self.rank })),
            Err(why) => self.problem(name, source, &why),
        }
    }

    fn problem(&mut self, name: &str, source: Source, text: &str) {
        self.problems.push(Problem { setting: name.to_owned(), source, text: text.to_owned() });
    }

    /// What is ours in an environment: the TOML file it names, and the settings.
    fn split_environment(&mut self, variables: Vec<(OsString, OsString)>) -> (Option<PathBuf>, Vec<(String, String, Source)>) {
        let mut file = None;
        let mut layer = Vec::new();
        for (variable, value) in variables {
            let Some(name) = variable.to_string_lossy().strip_prefix("LATCHKEY_").map(str::to_lowercase) else { continue };
            let exact = variable.to_str() == Some(table::variable(&name).as_str());
            match value.into_string() {
                Ok(path) if exact && name == FILE => file = Some(PathBuf::from(path)),
                Ok(text) if exact => layer.push((name.clone(), text, Source::Environment(name))),
                Ok(_) => {
                    self.problem(
                        &variable.to_string_lossy(),
                        Source::Environment(name),
                        "environment variables are written in capitals",
                    );
                }
                Err(_) => {
                    self.problem(&name.clone(), Source::Environment(name), "its value is not UTF-8 text. Write it as UTF-8");
                }
            }
        }
        (file, layer)
    }

    fn add_file_in_data_dir(&mut self) {
        let data_dir = match (self.found.get("data_dir"), table::setting("data_dir").map(|setting| setting.default)) {
            (Some(found), _) => found.text.clone(),
            (None, Some(table::Preset::Is(text))) => text.to_owned(),
            (None, _) => return,
        };
        let path = Path::new(&data_dir).join(FILE_IN_DATA_DIR);
        let text = std::fs::read_to_string(&path);
        if text.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return;
        }
        let set_before = self.found.contains_key("data_dir");
        self.add_toml(&path, &text);
        if !set_before && self.found.remove("data_dir").is_some() {
            let why = "a file in the data folder cannot say where the data folder is. Use --data-dir or --config";
            self.problem("data_dir", Source::Toml(path), why);
        }
    }

    fn add_toml(&mut self, path: &Path, text: &std::io::Result<String>) {
        let source = Source::Toml(path.to_owned());
        let text = match text {
            Ok(text) => text,
            Err(error) => {
                return self.problem(FILE, source, &format!("the file cannot be read ({error}). Check its path and mode"));
            }
        };
        match text.parse::<toml::Table>() {
            Ok(settings) => {
                let layer = settings.into_iter().filter_map(|(name, value)| match toml_text(&value) {
                    Some(text) => Some((name, text, source.clone())),
                    None => {
                        self.problem(&name, source.clone(), "it must be a text, a number, true or false, or a list of texts");
                        None
                    }
                });
                let layer = layer.collect();
                self.add(layer);
            }
            Err(error) => {
                // The parser's full message quotes the line, which may hold a secret.
                let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
                self.problem(FILE, source, &format!("line {line} is not TOML: {}", error.message().replace('\n', " ")));
            }
        }
    }
}

/// The flags for all settings, and the one that names the TOML file.
pub(super) fn flags() -> Vec<Arg> {
    let settings = SETTINGS.iter().filter(|setting| setting.has_flag()).flat_map(|setting| {
        let help = match setting.default {
            table::Preset::Is(text) => format!("{} [default: {text}]", setting.help),
            table::Preset::Absent => setting.help.to_owned(),
        };
        let twin =
            setting.file_twin().map(|twin| setting_flag(&twin, "FILE").help(format!("A file that holds {}.", setting.key)));
        let own = setting_flag(setting.key, setting.form).help(help);
        let own = if setting.is_switch() { own.num_args(0..=1).require_equals(true).default_missing_value("yes") } else { own };
        std::iter::once(own).chain(twin)
    });
    let whole = SETTINGS.iter().filter(|setting| !setting.has_flag()).filter_map(Setting::file_twin);
    let whole = whole.map(|twin| setting_flag(&twin, "FILE").help("A file that holds it."));
    let file =
        setting_flag(FILE, "FILE").help("A TOML file with settings. [default: latchkey.toml in the data folder, if it is there]");
    std::iter::once(file).chain(settings).chain(whole).collect()
}

fn setting_flag(name: &str, form: &'static str) -> Arg {
    Arg::new(name.to_owned()).long(table::flag(name)).value_name(form).global(true).help_heading("Settings")
}

fn from_flags(flags: &ArgMatches) -> Vec<(String, String, Source)> {
    let names = SETTINGS.iter().flat_map(|setting| {
        let own = setting.has_flag().then(|| setting.key.to_owned());
        own.into_iter().chain(setting.file_twin())
    });
    names.filter_map(|name| flags.get_one::<String>(&name).map(|text| (name.clone(), text.clone(), Source::Flag(name)))).collect()
}

/// The setting that a key or a file twin speaks of.
fn named(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == name || setting.file_twin().as_deref() == Some(name))
}

fn read_secret(path: &str) -> Result<String, String> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => Err(format!("the file {path} is empty. Write the value into it")),
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) => Err(format!("the file {path} cannot be read ({error}). Check its path and mode")),
    }
}

fn toml_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        toml::Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

/// A value as it may be shown.
pub(super) fn masked(setting: &Setting, text: &str) -> String {
    match setting.secrecy {
        Secrecy::Open => text.to_owned(),
        Secrecy::Whole => "***".to_owned(),
        Secrecy::Password => mask_url(text),
    }
}

fn mask_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "***".to_owned() };
    let (rest, query) = rest.split_once('?').map_or((rest, ""), |(rest, _)| (rest, "?***"));
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user.to_owned(), |(name, _)| format!("{name}:***"));
            format!("{scheme}://{user}@{host}{query}")
        }
        None => format!("{scheme}://{rest}{query}"),
    }
}
