//! Scopes: what a credential is allowed to be used for.

/// The name of a scope: segments of letters, digits and `_ - .`, joined by `:`. Letter for letter: nothing is folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeName(String);

/// How long a name may be.
const NAME_MAX: usize = 100;

impl ScopeName {
    /// Reads a name; nothing if no scope can be called so.
    pub fn parse(text: &str) -> Option<Self> {
        let segment = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        (text.len() <= NAME_MAX && text.split(':').all(segment)).then(|| Self(text.to_owned()))
    }

    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a scope implies: another scope, everything below a segment (`documents:*`), or everything (`*`).
///
/// A star stands for whole segments at the end and for nothing else: `doc*` is no pattern, and `documents:*` is not
/// `documents`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopePattern {
    /// This scope.
    Name(ScopeName),
    /// Every scope whose name goes on after these segments.
    Below(ScopeName),
    /// Every scope.
    Everything,
}

impl ScopePattern {
    /// Reads a name or a pattern.
    pub fn parse(text: &str) -> Option<Self> {
        match (text, text.strip_suffix(":*")) {
            ("*", _) => Some(Self::Everything),
            (_, Some(segments)) => ScopeName::parse(segments).map(Self::Below),
            (name, None) => ScopeName::parse(name).map(Self::Name),
        }
    }

    /// Whether it means this scope.
    pub fn covers(&self, name: &ScopeName) -> bool {
        match self {
            Self::Name(this) => this == name,
            Self::Below(segments) => name.0.strip_prefix(&segments.0).is_some_and(|rest| rest.starts_with(':')),
            Self::Everything => true,
        }
    }
}

impl std::fmt::Display for ScopePattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(&name.0),
            Self::Below(segments) => write!(f, "{}:*", segments.0),
            Self::Everything => f.write_str("*"),
        }
    }
}

/// The scopes that a credential was given. Empty is possible: such a credential says who its owner is and nothing more.
///
/// What they allow is decided by the [`Catalogue`](super::Catalogue) and its owner's roles, at the moment of use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<ScopeName>);

impl Scopes {
    /// May check what other people present.
    pub const VERIFY: &'static str = "verify";
    /// May ask about tokens that others present, as RFC 7662 has it.
    pub const INTROSPECT: &'static str = "introspect";
    /// May manage the keys of its workspace, as far as it reaches itself.
    pub const KEYS_MANAGE: &'static str = "keys:manage";
    /// May read a workspace.
    pub const WORKSPACE_READ: &'static str = "workspace:read";
    /// May do everything its owner may do.
    pub const ADMIN: &'static str = "admin";

    /// From words; the first one that no scope can be called is the error.
    ///
    /// # Errors
    /// The word that is no name.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        let mut scopes = words.into_iter().map(|word| ScopeName::parse(word).ok_or(word)).collect::<Result<Vec<_>, _>>()?;
        scopes.sort_unstable();
        scopes.dedup();
        Ok(Self(scopes))
    }

    /// The names.
    pub fn names(&self) -> &[ScopeName] {
        &self.0
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(ScopeName::as_str)
    }

    /// The spelling in the database: a JSON list.
    pub fn to_db(&self) -> String {
        serde_json::Value::from(self.words().collect::<Vec<_>>()).to_string()
    }

    /// Reads that spelling. A word that is no name makes the whole set unreadable: deny.
    pub fn from_db(text: &str) -> Option<Self> {
        let words: Vec<String> = serde_json::from_str(text).ok()?;
        Self::parse(words.iter().map(String::as_str)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ScopeName {
        ScopeName::parse(text).unwrap_or_else(|| panic!("{text} is a name"))
    }

    #[test]
    fn names_are_segments_and_nothing_else() {
        for good in ["verify", "documents:read", "a:b:c", "x.y_z-1"] {
            assert_eq!(name(good).as_str(), good);
        }
        let long = "x".repeat(101);
        for wrong in ["", ":", "a:", ":a", "a::b", "a b", "a/b", "a*", "*", "documents:*", "é", "a\n", "\"", &long] {
            assert_eq!(ScopeName::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn r72_a_star_stands_for_whole_segments_alone() {
        let covers = |pattern: &str, text: &str| ScopePattern::parse(pattern).expect("a pattern").covers(&name(text));
        assert!(covers("documents:*", "documents:read") && covers("documents:*", "documents:files:read"));
        assert!(covers("*", "anything") && covers("search", "search"));
        for (pattern, other) in [
            ("documents:*", "documents"),
            ("documents:*", "documentsx:read"),
            ("documents:*", "documents.read"),
            ("search", "search:admin"),
            ("search", "searchx"),
            ("admin", "adminx"),
        ] {
            assert!(!covers(pattern, other), "{pattern} {other}");
        }
        for wrong in ["**", "doc*", "*:read", "documents:*:read", "documents:*read", ":*", "", "documents:**"] {
            assert_eq!(ScopePattern::parse(wrong), None, "{wrong}");
        }
        assert_eq!(ScopePattern::parse("documents:*").map(|p| p.to_string()).as_deref(), Some("documents:*"));
    }

    #[test]
    fn what_is_no_list_of_names_is_unreadable() {
        assert_eq!(Scopes::from_db(r#"["verify"]"#), Scopes::parse(["verify"]).ok());
        for wrong in ["", "null", r#"["verify",""]"#, "verify", r#"["a b"]"#, r#"[["verify"]]"#, r#"["*"]"#] {
            assert_eq!(Scopes::from_db(wrong), None, "{wrong}");
        }
    }
}
