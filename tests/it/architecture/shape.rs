//! The shape of files: short, finished, and safe.

use super::source::{File, files, rust};

/// A file holds one idea. Under 300 lines is the habit, this the bound.
const MOST_LINES: usize = 420;
/// Files that may be longer, and why.
const LONGER: &[(&str, &str)] = &[];

fn too_long(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    let excepted = LONGER.iter().any(|(path, _)| *path == file.path);
    (lines > MOST_LINES && !excepted).then(|| format!("{}: {lines} lines hold more than one idea", file.path))
}

/// What nobody comes back to.
fn unfinished(file: &File) -> Vec<String> {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK"), concat!("#[", "ignore")];
    let marked = |line: &str| marks.iter().any(|mark| line.contains(mark));
    file.text
        .lines()
        .enumerate()
        .filter(|(_, line)| marked(line))
        .map(|(n, line)| format!("{}:{}: {}", file.path, n + 1, line.trim()))
        .collect()
}

fn all() -> impl Iterator<Item = File> {
    rust("src").into_iter().chain(rust("tests")).chain(files("templates"))
}

#[test]
fn files_are_short() {
    let found: Vec<String> = all().filter(|file| !file.path.ends_with(".txt")).filter_map(|file| too_long(&file)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let long = |lines| File { path: "src/a.rs".to_owned(), text: "x\n".repeat(lines) };
    assert!(too_long(&long(MOST_LINES)).is_none() && too_long(&long(MOST_LINES + 1)).is_some());
}

#[test]
fn nothing_is_left_unfinished_and_no_test_is_skipped() {
    let found: Vec<String> = all().filter(|file| !file.path.ends_with(".txt")).flat_map(|file| unfinished(&file)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let text = [concat!("// TO", "DO: later\n"), concat!("#[", "ignore = \"slow\"]\n")].concat();
    assert_eq!(unfinished(&File { path: "src/a.rs".to_owned(), text }).len(), 2);
}

#[test]
fn r125_no_code_is_unsafe() {
    let library = rust("src").into_iter().find(|file| file.path == "src/lib.rs").expect("the library is there");
    assert!(library.text.contains("\n#![forbid(unsafe_code)]\n"));
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).expect("UTF-8");
    assert!(manifest.contains("unsafe_code = \"forbid\""), "the program and the tests forbid it too");
}

#[test]
fn r125_no_crate_is_there_that_we_decided_against() {
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock")).expect("the lock file is committed");
    for unwanted in ["rsa", "openssl-sys", "native-tls", "aws-lc-rs", "actix-limitation", "actix-governor"] {
        assert!(!lock.contains(&format!("name = \"{unwanted}\"\n")), "{unwanted}");
    }
}
