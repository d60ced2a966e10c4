//! Doors for programs that were written for something else: what they send and read is that product's, what they may do is
//! decided where it always is. One folder for each; its docs list in what it deviates.

pub mod qanatix;
pub mod qelos;
pub mod qnsp;

/// What an error says in its words, as a sentence.
fn sentence(error: &impl std::fmt::Display) -> String {
    let words = error.to_string();
    let mut letters = words.trim_end_matches('.').chars();
    let capital = letters.next().into_iter().flat_map(char::to_uppercase);
    capital.chain(letters).chain(['.']).collect()
}
