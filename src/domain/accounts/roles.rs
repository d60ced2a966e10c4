//! What an account may be.

/// A role: `admin`, or any word an administrator gives.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Role(String);

impl Role {
    /// The role that administers Latchkey.
    pub const ADMIN: &'static str = "admin";
    /// The role that everybody has.
    pub const USER: &'static str = "user";

    /// Parses a word of 1 to 50 letters, digits, `-`, `_`, `.` and `:`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'));
        ((1..=50).contains(&text.len()) && plain).then(|| Self(text.to_owned()))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
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

    /// Whether the account has this role.
    pub fn has(&self, role: &str) -> bool {
        self.0.iter().any(|r| r.0 == role)
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
