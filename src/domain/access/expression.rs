//! What a verification asks for: `a AND (b OR c)`.

/// Names in one expression, at the most.
const NAMES: usize = 100;
/// Parentheses within parentheses, at the most.
const DEPTH: usize = 32;

/// A parsed demand for scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing in particular.
    Nothing,
    /// This scope.
    Name(String),
    /// All of these.
    All(Vec<Requirement>),
    /// One of these.
    Any(Vec<Requirement>),
}

/// Why a text is no demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadExpression {
    /// Not of the form `a AND (b OR c)`.
    #[error("write scopes as names joined by AND and OR, with parentheses: a AND (b OR c)")]
    Malformed,
    /// `a AND b OR c` could mean two things.
    #[error("put parentheses around the part that belongs together: AND and OR are mixed")]
    Mixed,
    /// Too long or too deep.
    #[error("use at most {NAMES} names and {DEPTH} levels of parentheses")]
    TooLarge,
}

impl Requirement {
    /// Parses; an empty text asks for nothing.
    ///
    /// # Errors
    /// When it cannot be read in exactly one way.
    pub fn parse(text: &str) -> Result<Self, BadExpression> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        if words.is_empty() {
            return Ok(Self::Nothing);
        }
        if words.iter().filter(|word| is_name(word)).count() > NAMES {
            return Err(BadExpression::TooLarge);
        }
        let mut rest = words.as_slice();
        let parsed = group(&mut rest, 0)?;
        if rest.is_empty() { Ok(parsed) } else { Err(BadExpression::Malformed) }
    }

    /// The first name that is missing, if the demand is not met.
    pub fn missing(&self, allows: &impl Fn(&str) -> bool) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::Name(name) => (!allows(name)).then_some(name),
            Self::All(parts) => parts.iter().find_map(|part| part.missing(allows)),
            Self::Any(parts) => {
                let missing: Option<Vec<&str>> = parts.iter().map(|part| part.missing(allows)).collect();
                missing.and_then(|names| names.first().copied())
            }
        }
    }
}

fn is_name(word: &str) -> bool {
    !matches!(word, "(" | ")" | "AND" | "OR")
}

fn group(rest: &mut &[&str], depth: usize) -> Result<Requirement, BadExpression> {
    let first = item(rest, depth)?;
    let Some(join) = rest.first().copied().filter(|word| matches!(*word, "AND" | "OR")) else { return Ok(first) };
    let mut parts = vec![first];
    while let Some(word) = rest.first().copied().filter(|word| matches!(*word, "AND" | "OR")) {
        if word != join {
            return Err(BadExpression::Mixed);
        }
        *rest = &rest[1..];
        parts.push(item(rest, depth)?);
    }
    Ok(if join == "AND" { Requirement::All(parts) } else { Requirement::Any(parts) })
}

fn item(rest: &mut &[&str], depth: usize) -> Result<Requirement, BadExpression> {
    let (word, after) = rest.split_first().ok_or(BadExpression::Malformed)?;
    *rest = after;
    if *word == "(" {
        if depth == DEPTH {
            return Err(BadExpression::TooLarge);
        }
        let inner = group(rest, depth + 1)?;
        *rest = rest.strip_prefix(&[")"][..]).ok_or(BadExpression::Malformed)?;
        return Ok(inner);
    }
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || b":._-*/".contains(&b));
    if is_name(word) && plain && word.len() <= 100 {
        Ok(Requirement::Name((*word).to_owned()))
    } else {
        Err(BadExpression::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn missing(text: &str, held: &[&str]) -> Option<String> {
        let parsed = Requirement::parse(text).expect("a demand");
        parsed.missing(&|name: &str| held.contains(&name)).map(str::to_owned)
    }

    #[test]
    fn a_demand_is_met_or_names_what_is_missing() {
        assert_eq!(missing("", &[]), None);
        assert_eq!(missing("a AND (b OR c)", &["a", "c"]), None);
        assert_eq!(missing("a AND (b OR c)", &["a"]).as_deref(), Some("b"));
        assert_eq!(missing("a OR b", &["b"]), None);
        assert_eq!(missing("documents:read", &["documents"]).as_deref(), Some("documents:read"));
    }

    #[test]
    fn what_could_mean_two_things_or_nothing_is_refused() {
        assert_eq!(Requirement::parse("a AND b OR c"), Err(BadExpression::Mixed));
        for wrong in ["AND", "a AND", "(a", "a)", "a b", "()", "a;b"] {
            assert_eq!(Requirement::parse(wrong), Err(BadExpression::Malformed), "{wrong}");
        }
        assert_eq!(Requirement::parse(&vec!["a"; 101].join(" AND ")), Err(BadExpression::TooLarge));
        assert_eq!(Requirement::parse(&"(".repeat(100_000)), Err(BadExpression::TooLarge));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "[abAND OR()]{0,60}|\\PC{0,40}") {
            let _ = Requirement::parse(&text);
        }
    }
}
