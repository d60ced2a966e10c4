//! Reading source: files, their code without comments, and the texts in it.

use std::path::{Path, PathBuf};

/// A file of the repository.
pub struct File {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub text: String,
}

/// All files below a folder of the repository, none if it is not there.
pub fn files(folder: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(&root.join(folder), &mut found);
    found.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root).expect("below the root").to_str().expect("UTF-8").to_owned();
        File { path: name, text: std::fs::read_to_string(path).expect("UTF-8") }
    };
    found.into_iter().map(read).collect()
}

/// The Rust files below a folder.
pub fn rust(folder: &str) -> Vec<File> {
    files(folder).into_iter().filter(|file| file.path.ends_with(".rs")).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(&path, found);
        } else if ["rs", "html", "txt"].iter().any(|kind| path.extension().is_some_and(|e| e == *kind)) {
            found.push(path);
        }
    }
}

/// Rust code without its comments and its unit tests, and the string literals in it.
pub struct Code {
    /// Line for line as in the file; what was a comment or a text is blank.
    pub code: String,
    /// Line and value of every string literal.
    pub texts: Vec<(usize, String)>,
}

impl Code {
    pub fn of(text: &str) -> Self {
        let shipped = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text);
        let mut lexer = Lexer { rest: shipped.chars().collect(), at: 0, line: 1, code: String::new(), texts: Vec::new() };
        while lexer.at < lexer.rest.len() {
            lexer.step();
        }
        Self { code: lexer.code, texts: lexer.texts }
    }

    /// The lines on which `word` stands as a whole word.
    pub fn lines_with(&self, word: &str) -> Vec<usize> {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let stands = |line: &str| {
            line.match_indices(word).any(|(at, _)| {
                let (before, after) = (&line[..at], &line[at + word.len()..]);
                !(before.ends_with(part) && word.starts_with(part) || after.starts_with(part) && word.ends_with(part))
            })
        };
        self.code.lines().enumerate().filter(|(_, line)| stands(line)).map(|(n, _)| n + 1).collect()
    }
}

struct Lexer {
    rest: Vec<char>,
    at: usize,
    line: usize,
    code: String,
    texts: Vec<(usize, String)>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.rest.get(self.at + ahead).copied().unwrap_or('\0')
    }

    /// Takes one character; it is kept in the code if `keep` says so, and a line break always is.
    fn take(&mut self, keep: Keep) -> char {
        let c = self.peek(0);
        self.at += 1;
        self.line += usize::from(c == '\n');
        if c == '\n' || keep == Keep::Yes {
            self.code.push(c);
        }
        c
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => {
                while self.at < self.rest.len() && self.peek(0) != '\n' {
                    self.take(Keep::No);
                }
            }
            ('/', '*') => {
                while self.at < self.rest.len() && (self.peek(0), self.peek(1)) != ('*', '/') {
                    self.take(Keep::No);
                }
                self.at += 2;
            }
            ('"', _) => self.text(0, Escapes::Yes),
            ('r', '"' | '#') if !self.code.ends_with(|c: char| c.is_alphanumeric() || c == '_') => self.raw(),
            ('\'', '\\') => {
                self.at += 3;
                while self.at < self.rest.len() && self.take(Keep::No) != '\'' {}
            }
            ('\'', _) if self.peek(2) == '\'' => self.at += 3,
            _ => drop(self.take(Keep::Yes)),
        }
    }

    fn raw(&mut self) {
        let hashes = self.rest[self.at + 1..].iter().take_while(|c| **c == '#').count();
        if self.peek(1 + hashes) == '"' {
            self.at += 1 + hashes;
            self.text(hashes, Escapes::No);
        } else {
            self.take(Keep::Yes);
        }
    }

    fn text(&mut self, hashes: usize, escapes: Escapes) {
        let line = self.line;
        let mut text = String::new();
        self.at += 1;
        while self.at < self.rest.len() {
            match self.take(Keep::No) {
                '"' if (0..hashes).all(|n| self.peek(n) == '#') => {
                    self.at += hashes;
                    break;
                }
                '\\' if escapes == Escapes::Yes => text.push(self.take(Keep::No)),
                c => text.push(c),
            }
        }
        self.code.push_str("\"\"");
        self.texts.push((line, text));
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Keep {
    Yes,
    No,
}

#[derive(Clone, Copy, PartialEq)]
enum Escapes {
    Yes,
    No,
}

#[test]
fn code_is_told_from_comments_texts_and_unit_tests() {
    let source = "// a \"x\"\nlet b = \"c // d\\\"\"; /* e\n*/ let f: &'static str = r#\"g\"h\"#; let i = '\"'; 'j'\n#[cfg(test)]\nmod tests { k }";
    let read = Code::of(source);
    assert_eq!(read.code, "\nlet b = \"\"; \n let f: &'static str = \"\"; let i = ; ");
    assert_eq!(read.texts, [(2, "c // d\"".to_owned()), (3, "g\"h".to_owned())]);
    assert_eq!(read.lines_with("str"), [3]);
    assert!(read.lines_with("st").is_empty());
}
