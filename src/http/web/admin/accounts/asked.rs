//! What the address of the list asks for: `?state=&q=&sort=&after=`. Unknown words ask for nothing.

use actix_web::HttpRequest;

use super::list::{AccountHeads, AccountTab};
use crate::domain::accounts::people::{Among, ListFilter, Numbers, Order, State};
use crate::http::extract::query;
use crate::http::web::form::Choice;
use crate::http::web::list::{Address, SortHead, Sorted};

/// What is asked.
pub(super) struct Asked(ListFilter);

impl Asked {
    pub fn of(request: &HttpRequest) -> Self {
        let word = |name| query(request, name).unwrap_or_default();
        let among = Among::parse(&word("state")).unwrap_or_default();
        Self(ListFilter::new(among, Order::parse(&word("sort")).unwrap_or_default(), &word("q")))
    }

    pub fn filter(&self) -> &ListFilter {
        &self.0
    }

    /// The list as it was asked for, from its first page; what goes without saying is left out.
    pub fn address(&self) -> Address {
        self.address_of(self.0.among, self.0.order)
    }

    /// The word of the accounts that are shown; empty for everybody.
    pub fn among(&self) -> &'static str {
        word(self.0.among)
    }

    fn address_of(&self, among: Among, order: Order) -> Address {
        let sort = if order == Order::default() { "" } else { order.as_str() };
        Address::of("/admin/accounts").with("state", word(among)).with("q", self.0.search()).with("sort", sort)
    }

    /// Everybody, the states, and the administrators. A tab leads to all that it counts: no search goes with it.
    pub fn tabs(&self, numbers: &Numbers) -> Vec<AccountTab> {
        let tab = |label, among: Among, count| AccountTab {
            label,
            href: Address::of("/admin/accounts").with("state", word(among)).href(),
            count,
            chosen: among == self.0.among,
        };
        vec![
            tab("Everybody", Among::Everybody, numbers.everybody),
            tab("Active", Among::In(State::Active), numbers.active),
            tab("Invited", Among::In(State::Invited), numbers.invited),
            tab("Unconfirmed", Among::In(State::Unconfirmed), numbers.unconfirmed),
            tab("Suspended", Among::In(State::Suspended), numbers.suspended),
            tab("Administrators", Among::Administrators, numbers.administrators),
        ]
    }

    /// Every order, for screens too narrow for heads.
    pub fn orders(&self) -> Vec<Choice> {
        let choice = |order: &Order| Choice {
            value: order.as_str().to_owned(),
            label: label(*order).to_owned(),
            hint: String::new(),
            chosen: *order == self.0.order,
        };
        Order::ALL.iter().map(choice).collect()
    }

    pub fn heads(&self) -> AccountHeads {
        AccountHeads {
            name: self.head("Name", [Order::Name, Order::NameDown]),
            email: self.head("Email", [Order::Email, Order::EmailDown]),
            created: self.head("Created", [Order::Newest, Order::Oldest]),
        }
    }

    /// A head leads to the first of its two orders, and from there to the other.
    fn head(&self, label: &'static str, [first, other]: [Order; 2]) -> SortHead {
        let next = if self.0.order == first { other } else { first };
        let sorted = match self.0.order {
            order if order != first && order != other => Sorted::No,
            Order::Newest | Order::NameDown | Order::EmailDown => Sorted::Down,
            Order::Oldest | Order::Name | Order::Email => Sorted::Up,
        };
        SortHead { label, href: self.address_of(self.0.among, next).href(), sorted }
    }
}

fn word(among: Among) -> &'static str {
    if among == Among::default() { "" } else { among.as_str() }
}

fn label(order: Order) -> &'static str {
    match order {
        Order::Newest => "Newest first",
        Order::Oldest => "Oldest first",
        Order::Name => "Name, A to Z",
        Order::NameDown => "Name, Z to A",
        Order::Email => "Email, A to Z",
        Order::EmailDown => "Email, Z to A",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(address: &str) -> Asked {
        Asked::of(&TestRequest::with_uri(address).to_http_request())
    }

    #[test]
    fn unknown_words_ask_for_nothing() {
        for address in ["?state=everyone&sort=password", "?state=&sort=&q=", "?q=%00", "?STATE=active", "?state=Active"] {
            assert_eq!(asked(&format!("/admin/accounts{address}")).address().href(), "/admin/accounts", "{address}");
        }
    }

    #[test]
    fn a_head_sorts_and_then_turns_round() {
        let heads = asked("/admin/accounts?state=suspended&q=Berg").heads();
        assert_eq!((heads.created.sorted, heads.name.sorted), (Sorted::Down, Sorted::No));
        assert_eq!(heads.created.href, "/admin/accounts?state=suspended&q=Berg&sort=created");
        let heads = asked(&heads.name.href).heads();
        assert_eq!(
            (heads.name.sorted, heads.name.href.as_str()),
            (Sorted::Up, "/admin/accounts?state=suspended&q=Berg&sort=-name")
        );
        assert_eq!(asked(&heads.name.href).heads().name.sorted, Sorted::Down);
    }
}
