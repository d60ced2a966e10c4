//! What the address of the list asks for: `?state=&owner=&scope=&q=&sort=&after=`. Unknown words ask for nothing.

use actix_web::HttpRequest;

use super::list::GovernedHeads;
use crate::base::text::Label;
use crate::domain::credentials::governed::{Filter, Order, OrderBy, Which};
use crate::domain::credentials::{Direction, Owner};
use crate::http::extract::query;
use crate::http::web::form::Choice;
use crate::http::web::list::{Address, SortHead, Sorted};

/// What is asked.
pub(super) struct Asked {
    which: Which,
    order: Order,
    /// An address or an id, as it was typed; empty for all.
    pub owner: String,
    /// A word, as it was typed; empty for all.
    pub scope: String,
    /// As it was typed; empty for all.
    pub search: String,
}

impl Asked {
    pub fn of(request: &HttpRequest) -> Self {
        let word = |name| query(request, name).unwrap_or_default();
        let line = |name| Label::parse(&word(name)).map(|label| label.as_str().to_owned()).unwrap_or_default();
        Self {
            which: Which::parse(&word("state")).unwrap_or_default(),
            order: Order::parse(&word("sort")).unwrap_or_default(),
            owner: word("owner").trim().to_owned(),
            scope: line("scope"),
            search: line("q"),
        }
    }

    /// The workspace whose id was typed as the owner.
    pub fn workspace(&self) -> Option<Owner> {
        self.owner.parse().ok().map(Owner::Workspace)
    }

    /// The filter, with the owner that the typed one turned out to be.
    pub fn filter(&self, owner: Option<Owner>) -> Filter {
        let (scope, search) = (self.scope.clone(), self.search.clone());
        Filter { which: self.which, owner, scope, search, order: self.order }
    }

    /// The list as it was asked for, from its first page; what goes without saying is left out.
    pub fn address(&self) -> Address {
        self.at("/admin/tokens", self.order)
    }

    /// The same as a file.
    pub fn file(&self) -> Address {
        self.at("/admin/tokens.csv", Order::default())
    }

    fn at(&self, path: &'static str, order: Order) -> Address {
        let state = if self.which == Which::default() { "" } else { self.which.as_str() };
        let sort = if order == Order::default() { String::new() } else { order.word() };
        Address::of(path)
            .with("state", state)
            .with("owner", self.owner.as_str())
            .with("scope", self.scope.as_str())
            .with("q", self.search.as_str())
            .with("sort", sort)
    }

    /// Whether nothing but the state restricts the list.
    pub fn is_plain(&self) -> bool {
        self.owner.is_empty() && self.scope.is_empty() && self.search.is_empty()
    }

    /// Every state; the chosen one marked.
    pub fn states(&self) -> Vec<Choice> {
        Which::ALL.iter().map(|which| choice(which.as_str(), state(*which), *which == self.which)).collect()
    }

    /// Every order, for screens too narrow for heads; the chosen one marked.
    pub fn sorts(&self) -> Vec<Choice> {
        let orders = OrderBy::ALL.iter().flat_map(|by| [usual(*by), usual(*by).reversed()]);
        orders.map(|order| choice(&order.word(), label(order), order == self.order)).collect()
    }

    pub fn heads(&self) -> GovernedHeads {
        GovernedHeads {
            name: self.head("Name", OrderBy::Name),
            owner: self.head("Owner", OrderBy::Owner),
            created: self.head("Created", OrderBy::Created),
            expires: self.head("Expires", OrderBy::Expires),
            last_used: self.head("Last used", OrderBy::LastUsed),
            uses: self.head("Uses", OrderBy::Uses),
        }
    }

    fn head(&self, label: &'static str, by: OrderBy) -> SortHead {
        if self.order.by != by {
            return SortHead { label, href: self.at("/admin/tokens", usual(by)).href(), sorted: Sorted::No };
        }
        let sorted = match self.order.direction {
            Direction::Up => Sorted::Up,
            Direction::Down => Sorted::Down,
        };
        SortHead { label, href: self.at("/admin/tokens", self.order.reversed()).href(), sorted }
    }
}

fn choice(value: &str, label: &str, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), hint: String::new(), chosen }
}

fn state(which: Which) -> &'static str {
    match which {
        Which::Active => "Active",
        Which::Expiring => "Ending within 14 days",
        Which::Unused => "Unused for 90 days",
        Which::NeverExpires => "Never expires",
        Which::Paused => "Paused",
        Which::OwnerSuspended => "Owner suspended",
        Which::Expired => "Expired",
        Which::Revoked => "Revoked",
        Which::All => "All",
    }
}

/// The end of a column that people look for first.
fn usual(by: OrderBy) -> Order {
    let direction = match by {
        OrderBy::Name | OrderBy::Owner | OrderBy::Expires => Direction::Up,
        OrderBy::Created | OrderBy::LastUsed | OrderBy::Uses => Direction::Down,
    };
    Order { by, direction }
}

fn label(order: Order) -> &'static str {
    match (order.by, order.direction) {
        (OrderBy::Created, Direction::Down) => "Newest first",
        (OrderBy::Created, Direction::Up) => "Oldest first",
        (OrderBy::Name, Direction::Up) => "Name, A to Z",
        (OrderBy::Name, Direction::Down) => "Name, Z to A",
        (OrderBy::Owner, Direction::Up) => "Owner, A to Z",
        (OrderBy::Owner, Direction::Down) => "Owner, Z to A",
        (OrderBy::Expires, Direction::Up) => "Ending first",
        (OrderBy::Expires, Direction::Down) => "Ending last",
        (OrderBy::LastUsed, Direction::Down) => "Used last",
        (OrderBy::LastUsed, Direction::Up) => "Unused for longest",
        (OrderBy::Uses, Direction::Down) => "Most used first",
        (OrderBy::Uses, Direction::Up) => "Least used first",
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
        for address in ["?state=everyone&sort=secret", "?state=&sort=&q=&owner=&scope=", "?q=%00&scope=%00", "?STATE=expired"] {
            assert_eq!(asked(&format!("/admin/tokens{address}")).address().href(), "/admin/tokens", "{address}");
        }
    }

    #[test]
    fn what_is_asked_stays_in_every_link() {
        let it = asked("/admin/tokens?q=CI&scope=admin&owner=a%40b.example&state=never&sort=-uses&after=x");
        let kept = "state=never&owner=a%40b.example&scope=admin&q=CI";
        assert_eq!(it.address().href(), format!("/admin/tokens?{kept}&sort=-uses"));
        assert_eq!(it.file().href(), format!("/admin/tokens.csv?{kept}"));
        assert_eq!(it.heads().uses.href, format!("/admin/tokens?{kept}&sort=uses"));
        assert_eq!(it.heads().name.href, format!("/admin/tokens?{kept}&sort=name"));
        let labels = |choices: Vec<Choice>| choices.into_iter().filter(|c| c.chosen).map(|c| c.label).collect::<Vec<_>>();
        assert_eq!((labels(it.states()), labels(it.sorts())), (vec!["Never expires".into()], vec!["Most used first".to_owned()]));
    }
}
