//! What a form shows again after a mistake: the problems, each at its field, and the choices as they were made.

/// What is wrong with a form, in the order of its fields.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<Problem>);

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The name of the field, which is also the id of its first control.
    pub field: &'static str,
    /// What is wrong and what to do about it, as a sentence.
    pub message: String,
}

impl Problems {
    /// Nothing is wrong.
    pub fn none() -> Self {
        Self::default()
    }

    /// One thing is wrong.
    pub fn one(field: &'static str, message: impl Into<String>) -> Self {
        let mut problems = Self::none();
        problems.add(field, message);
        problems
    }

    /// Adds one.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(Problem { field, message: message.into() });
    }

    /// What is wrong with that field.
    pub fn on(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|problem| problem.field == field).map(|problem| problem.message.as_str())
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// How many they are, as the heading of their summary says it.
    pub fn heading(&self) -> &'static str {
        if self.0.len() == 1 { "There is a problem" } else { "There are some problems" }
    }
}

/// What a new password has to be.
pub fn password_hint(fewest_characters: usize) -> String {
    format!("At least {fewest_characters} characters. A few unrelated words make a good one.")
}

/// One of several things to tick or to pick.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// Its name.
    pub label: String,
    /// A sentence that says what it means; may be empty.
    pub hint: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_found_at_its_field() {
        let mut problems = Problems::one("name", "Enter a name.");
        assert_eq!((problems.on("name"), problems.on("email")), (Some("Enter a name."), None));
        assert_eq!(problems.heading(), "There is a problem");
        problems.add("email", "Enter an email address.");
        assert_eq!(problems.heading(), "There are some problems");
    }
}
