//! Sets of ticks for the form of a new token.

use super::new::Preset;
use crate::http::web::form::Choice;
use crate::http::web::list::Address;

/// The sets, each under the word that the address names it by.
const PRESETS: [(&str, &str, Set); 4] = [
    ("identity", "A script that only needs to know me", Set::Of(&["profile"])),
    ("service", "A service that checks tokens", Set::Of(&["profile", "verify"])),
    ("reading", "Reading only", Set::Reading),
    ("everything", "Everything I may do", Set::Everything),
];

/// Which of the scopes that are offered.
enum Set {
    /// Those of this list.
    Of(&'static [&'static str]),
    /// Those that end in `:read`, and oneself.
    Reading,
    /// All of them; only the one that implies the others, where it is offered.
    Everything,
}

impl Set {
    fn among(&self, offered: &[Choice]) -> Vec<String> {
        let implies_all = offered.iter().any(|scope| scope.value == "admin");
        let included = |scope: &str| match self {
            Self::Of(words) => words.contains(&scope),
            Self::Reading => scope.ends_with(":read"),
            Self::Everything => !implies_all || scope == "admin",
        };
        offered.iter().map(|scope| scope.value.clone()).filter(|scope| included(scope)).collect()
    }
}

/// The scopes of the set that an address names; none for a word that names none.
pub(super) fn scopes_of(word: &str, offered: &[Choice]) -> Vec<String> {
    let named = PRESETS.iter().find(|(known, _, _)| *known == word);
    named.map(|(_, _, set)| set.among(offered)).unwrap_or_default()
}

/// The sets that make sense for these scopes, as links to the form at `here`.
pub(super) fn presets(offered: &[Choice], here: &Address) -> Vec<Preset> {
    let ticked: Vec<&str> = offered.iter().filter(|scope| scope.chosen).map(|scope| scope.value.as_str()).collect();
    let mut presets: Vec<Preset> = Vec::new();
    for (word, label, set) in &PRESETS {
        let scopes = set.among(offered);
        let chosen = scopes == ticked;
        let (href, scopes) = (here.clone().with("preset", *word).href(), scopes.join(" "));
        if !scopes.is_empty() && presets.iter().all(|known| known.scopes != scopes) {
            presets.push(Preset { label, href, scopes, chosen });
        }
    }
    presets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(words: &[&str], ticked: &[&str]) -> Vec<Choice> {
        let choice = |word: &&str| Choice {
            value: (*word).to_owned(),
            label: (*word).to_owned(),
            hint: String::new(),
            chosen: ticked.contains(word),
        };
        words.iter().map(choice).collect()
    }

    #[test]
    fn sets_that_tick_something_are_offered_once() {
        let of = |words: &[&str]| {
            let presets = presets(&offered(words, &[]), &Address::of("/new"));
            presets.into_iter().map(|preset| preset.scopes).collect::<Vec<_>>()
        };
        assert_eq!(of(&["profile", "verify"]), ["profile", "profile verify"], "no set twice");
        assert_eq!(
            of(&["profile", "verify", "admin", "documents:read"]),
            ["profile", "profile verify", "documents:read", "admin"]
        );
        assert_eq!(of(&[]), Vec::<String>::new());
    }

    #[test]
    fn the_set_that_is_ticked_is_marked_and_a_link_keeps_what_was_asked() {
        let scopes = offered(&["profile", "verify", "admin"], &["profile"]);
        let presets = presets(&scopes, &Address::of("/new").with("name", "CI"));
        assert_eq!(presets.iter().map(|preset| preset.chosen).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(presets[1].href, "/new?name=CI&preset=service");
        assert_eq!(scopes_of("service", &scopes), ["profile", "verify"]);
        assert_eq!(scopes_of("Service", &scopes), Vec::<String>::new());
    }
}
