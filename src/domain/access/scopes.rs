//! Scopes: what a credential is allowed to be used for.

/// A scope that Latchkey knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeEntry {
    /// The word on the wire.
    pub name: &'static str,
    /// What it allows, in a sentence for the person who ticks it.
    pub sentence: &'static str,
    /// The role that its holder needs at the moment of use, if any.
    pub role: Option<&'static str>,
}

/// All scopes, in the order of the page that offers them.
pub const CATALOGUE: &[ScopeEntry] = &[
    ScopeEntry { name: "profile", sentence: "Read your name, email address and roles.", role: None },
    ScopeEntry { name: "verify", sentence: "Check tokens that other people present to your service.", role: None },
    ScopeEntry { name: "admin", sentence: "Everything an administrator may do through the API.", role: Some("admin") },
];

/// One scope of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(&'static str);

impl Scope {
    /// May check what other people present.
    pub const VERIFY: Self = Self("verify");
    /// May do everything its owner may do.
    pub const ADMIN: Self = Self("admin");

    /// Finds it in the catalogue, letter for letter.
    pub fn parse(name: &str) -> Option<Self> {
        CATALOGUE.iter().find(|entry| entry.name == name).map(|entry| Self(entry.name))
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    fn role(self) -> Option<&'static str> {
        CATALOGUE.iter().find(|entry| entry.name == self.0).and_then(|entry| entry.role)
    }
}

/// A set of scopes. Empty is possible: such a credential says who its owner is and nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// From words; the first one that is not in the catalogue is the error.
    ///
    /// # Errors
    /// The unknown word.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        let mut scopes = words.into_iter().map(|word| Scope::parse(word).ok_or(word)).collect::<Result<Vec<_>, _>>()?;
        scopes.sort_unstable();
        scopes.dedup();
        Ok(Self(scopes))
    }

    /// Whether a demand for this scope is met: by the scope itself, or by `admin`, which implies every other.
    pub fn allows(&self, name: &str) -> bool {
        self.0.iter().any(|scope| scope.0 == name || (*scope == Scope::ADMIN && Scope::parse(name).is_some()))
    }

    /// What of it remains for an owner who has these roles now.
    #[must_use]
    pub fn held_by(&self, has_role: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().copied().filter(|scope| scope.role().is_none_or(&has_role)).collect())
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().map(|scope| scope.0)
    }

    /// The spelling in the database: a JSON list.
    pub fn to_db(&self) -> String {
        serde_json::Value::from(self.words().collect::<Vec<_>>()).to_string()
    }

    /// Reads that spelling. A word that is not in the catalogue makes the whole set unreadable: deny.
    pub fn from_db(text: &str) -> Option<Self> {
        let words: Vec<String> = serde_json::from_str(text).ok()?;
        Self::parse(words.iter().map(String::as_str)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(words: &[&'static str]) -> Scopes {
        Scopes::parse(words.iter().copied()).expect("words of the catalogue")
    }

    #[test]
    fn admin_implies_every_scope_and_no_other_word() {
        assert!(scopes(&["admin"]).allows("verify"));
        assert!(!scopes(&["admin"]).allows("adminx"));
        assert!(!scopes(&["verify"]).allows("admin"));
        assert!(!scopes(&[]).allows("verify"));
    }

    #[test]
    fn an_unknown_word_makes_a_stored_set_unreadable() {
        assert_eq!(Scopes::from_db(r#"["verify"]"#), Some(scopes(&["verify"])));
        for wrong in ["", "null", r#"["verify","everything"]"#, "verify", r#"["Verify"]"#] {
            assert_eq!(Scopes::from_db(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_scope_fades_with_the_role_behind_it() {
        assert_eq!(scopes(&["admin", "verify"]).held_by(|_| false), scopes(&["verify"]));
    }
}
