//! Everybody's accounts, as the list shows them.

use crate::base::id::AccountId;
use crate::base::text::{EmailAddress, Label};
use crate::base::time::Timestamp;
use crate::domain::accounts::attributes::Attributes;
use crate::domain::accounts::roles::{Role, Roles};

/// Where an account is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its owner can sign in, and its address is confirmed.
    Active,
    /// Somebody was invited and has not set a password yet: nobody can sign in.
    Invited,
    /// Its address is not confirmed: it holds no tokens.
    Unconfirmed,
    /// An administrator has stopped it and everything of it.
    Suspended,
}

impl State {
    /// All of them, in the order of the page.
    pub const ALL: &[Self] = &[Self::Active, Self::Invited, Self::Unconfirmed, Self::Suspended];

    /// The word in the database's answer and in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Unconfirmed => "unconfirmed",
            Self::Suspended => "suspended",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == word)
    }
}

/// Which accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Among {
    /// All of them.
    #[default]
    Everybody,
    /// Those in this state.
    In(State),
    /// Those that administer Latchkey, whatever their state.
    Administrators,
}

impl Among {
    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::In(state) => state.as_str(),
            Self::Administrators => "administrators",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "everybody" => Some(Self::Everybody),
            "administrators" => Some(Self::Administrators),
            word => State::parse(word).map(Self::In),
        }
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The latest account first.
    #[default]
    Newest,
    /// The earliest first.
    Oldest,
    /// By name, or by address where there is none, from `a`.
    Name,
    /// The same from `z`.
    NameDown,
    /// By address, from `a`.
    Email,
    /// The same from `z`.
    EmailDown,
}

impl Order {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Newest, Self::Oldest, Self::Name, Self::NameDown, Self::Email, Self::EmailDown];

    /// The word in the URL: `name`, or `-name` for the other way round.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "-created",
            Self::Oldest => "created",
            Self::Name => "name",
            Self::NameDown => "-name",
            Self::Email => "email",
            Self::EmailDown => "-email",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|order| order.as_str() == word)
    }

    /// The column and the direction, as the statement calls them.
    pub(super) fn columns(self) -> (&'static str, &'static str) {
        match self.as_str().strip_prefix('-') {
            Some(column) => (column, "down"),
            None => (self.as_str(), "up"),
        }
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// Which accounts.
    pub among: Among,
    /// In which order.
    pub order: Order,
    /// A part of a name or an address; empty for all.
    part: String,
    /// The whole address, when what is sought is one.
    email_key: String,
    /// The whole id, when what is sought is one.
    id: String,
    /// A role that they all have; nothing for any.
    role: Option<Role>,
}

impl ListFilter {
    /// With a search as it was typed: a part of a name or of an address, or a whole id. What can be none of them asks
    /// for nothing.
    pub fn new(among: Among, order: Order, search: &str) -> Self {
        let search = search.trim();
        let part = Label::parse(search).map(|label| label.as_str().to_owned());
        let email = EmailAddress::parse(search).ok();
        let whole = |email: &EmailAddress| email.as_str().to_owned();
        Self {
            among,
            order,
            part: part.ok().or(email.as_ref().map(whole)).unwrap_or_default(),
            email_key: email.map(|email| email.key().to_owned()).unwrap_or_default(),
            id: search.parse::<AccountId>().map(|id| id.to_db()).unwrap_or_default(),
            role: None,
        }
    }

    /// The same, of those who have this role.
    #[must_use]
    pub fn having(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    /// How the role stands in the column `roles`, where no other word can hold it; empty for any.
    pub(super) fn role(&self) -> String {
        self.role.as_ref().map(|role| format!("\"{}\"", role.as_str())).unwrap_or_default()
    }

    /// What is sought, as it is read; empty for all.
    pub fn search(&self) -> &str {
        &self.part
    }

    /// The same in small letters, in its whole, and as an id.
    pub(super) fn needles(&self) -> (String, &str, &str) {
        (self.part.to_lowercase(), &self.email_key, &self.id)
    }
}

/// An account as a list shows it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which.
    pub id: AccountId,
    /// Its address.
    pub email: String,
    /// Its owner's name; may be empty.
    pub name: String,
    /// What its profile says beside the name.
    pub attributes: Attributes,
    /// What it may be.
    pub roles: Roles,
    /// Where it is in its life.
    pub state: State,
    /// When its owner was invited, if they were.
    pub invited_at: Option<Timestamp>,
    /// By whom.
    pub invited_by: Option<AccountId>,
    /// When it was made.
    pub created_at: Timestamp,
    pub(super) sort_key: String,
}

impl Found {
    /// What comes after it in its list starts here.
    pub(in crate::domain) fn sort_key(&self) -> &str {
        &self.sort_key
    }
}

/// How many accounts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// All of them.
    pub everybody: i64,
    /// In state [`State::Active`].
    pub active: i64,
    /// In state [`State::Invited`].
    pub invited: i64,
    /// In state [`State::Unconfirmed`].
    pub unconfirmed: i64,
    /// In state [`State::Suspended`].
    pub suspended: i64,
    /// That administer Latchkey.
    pub administrators: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for order in Order::ALL {
            assert_eq!(Order::parse(order.as_str()), Some(*order));
        }
        let states = State::ALL.iter().map(|state| Among::In(*state));
        for among in states.chain([Among::Everybody, Among::Administrators]) {
            assert_eq!(Among::parse(among.as_str()), Some(among));
        }
        for wrong in ["", "Active", "id", "--name", "name "] {
            assert_eq!((Order::parse(wrong), Among::parse(wrong)), (None, None), "{wrong}");
        }
        assert_eq!((Order::Newest.columns(), Order::Email.columns()), (("created", "down"), ("email", "up")));
    }

    #[test]
    fn what_is_sought_is_a_part_an_address_or_an_id() {
        let needles = |text: &str| {
            let filter = ListFilter::new(Among::Everybody, Order::Newest, text);
            let (part, email, id) = filter.needles();
            (part, email.to_owned(), id.to_owned())
        };
        assert_eq!(needles(" Berg "), ("berg".into(), String::new(), String::new()));
        assert_eq!(needles("Ada@Bücher.example").1, "ada@xn--bcher-kva.example");
        let id = "usr_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a";
        assert_eq!(needles(id).2, "0198f3a2-7c5e-7d3c-8b1a-2f4e6d8c0b1a");
        let long = format!("{}@{}.example.com", "a".repeat(60), "b".repeat(40));
        assert_eq!(needles(&long).0, long, "addresses are longer than names");
        for nothing in ["", "  ", "a\u{0}b", &"x".repeat(10_000)] {
            assert_eq!(needles(nothing), Default::default());
        }
    }
}
