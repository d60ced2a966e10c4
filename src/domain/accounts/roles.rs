//! What an account may be.

/// A role: `admin`, or any word an administrator gives.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Role(String);

impl Role {
    /// The role that administers Latchkey.
    pub const ADMIN: &'static str = "admin";
    /// The role that everybody has.
    pub const USER: &'static str = "user";

    /// Parses a word of 1 to 50 letters, digits, `-`, `_`, `.` and `:`. It is kept in small letters: two roles that
    /// differ in nothing else would be taken for one by people, so they are one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'));
        ((1..=50).contains(&text.len()) && plain).then(|| Self(text.to_ascii_lowercase()))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no list of roles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRoles {
    /// Nothing there.
    #[error("Enter one role at least, such as “user”.")]
    Empty,
    /// This word is none.
    #[error("“{0}” is no role: a role has up to 50 letters, digits and the marks - _ . :")]
    Word(String),
    /// More than fit.
    #[error("These are too many roles: {} at most.", Roles::MOST)]
    TooMany,
}

/// The roles of an account, without repetition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// What a person who signs up has.
    pub fn user() -> Self {
        Self(vec![Role(Role::USER.to_owned())])
    }

    /// What an administrator has.
    pub fn admin() -> Self {
        Self(vec![Role(Role::ADMIN.to_owned()), Role(Role::USER.to_owned())])
    }

    /// How many roles one account may have.
    pub const MOST: usize = 20;

    /// Words separated by commas or white space.
    ///
    /// # Errors
    /// When there is none, or one of them is no role.
    pub fn parse(text: &str) -> Result<Self, BadRoles> {
        let mut roles: Vec<Role> = Vec::new();
        for word in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty()) {
            let role = Role::parse(word).ok_or_else(|| BadRoles::Word(word.chars().take(50).collect()))?;
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        match roles.len() {
            0 => Err(BadRoles::Empty),
            1..=Self::MOST => Ok(Self(roles)),
            _ => Err(BadRoles::TooMany),
        }
    }

    /// Whether the account has this role, in letters of either case.
    pub fn has(&self, role: &str) -> bool {
        self.0.iter().any(|r| r.0.eq_ignore_ascii_case(role))
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Role::as_str)
    }

    /// The spelling in the database: a JSON list.
    pub fn to_db(&self) -> String {
        serde_json::Value::from(self.words().collect::<Vec<_>>()).to_string()
    }

    /// Reads that spelling.
    pub fn from_db(text: &str) -> Option<Self> {
        let words: Vec<String> = serde_json::from_str(text).ok()?;
        words.iter().map(|word| Role::parse(word)).collect::<Option<Vec<_>>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r103_roles_that_look_alike_are_one_and_what_is_none_is_refused() {
        let words = |text: &str| Roles::parse(text).map(|roles| roles.words().collect::<Vec<_>>().join(" "));
        assert_eq!(words("Admin, user\nADMIN ops:Deploy,,"), Ok("admin user ops:deploy".to_owned()));
        assert!(Roles::parse("Admin").is_ok_and(|roles| roles.has(Role::ADMIN) && roles.has("ADMIN")));
        assert_eq!(words(" , "), Err(BadRoles::Empty));
        for wrong in ["\"admin\"", "аdmin", "a\u{200b}dmin", "*", "<b>"] {
            assert_eq!(words(wrong), Err(BadRoles::Word(wrong.to_owned())), "{wrong}");
        }
        assert_eq!(words(&"x".repeat(10_000)), Err(BadRoles::Word("x".repeat(50))), "and is not repeated whole");
        let many: Vec<String> = (0..21).map(|n| format!("role-{n}")).collect();
        assert_eq!(words(&many.join(" ")), Err(BadRoles::TooMany));
    }
}
