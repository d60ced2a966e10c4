//! What the address of the list asks for: `?state=&only=&q=&sort=&after=`. Unknown words ask for nothing.

use actix_web::HttpRequest;

use super::list::{Care, GlanceCard, TokenHeads, TokenTab};
use crate::base::id::AccountId;
use crate::base::text::Label;
use crate::domain::credentials::{Column, Counts, Direction, ListFilter, Sort, Subset, Tab};
use crate::http::extract::query;
use crate::http::web::form::Choice;
use crate::http::web::list::{Address, SortHead, Sorted};

/// What is asked.
pub(in crate::http::web) struct Asked {
    /// The address of the list without what is asked.
    path: String,
    tab: Tab,
    subset: Option<Subset>,
    sort: Sort,
    /// As it was typed; empty for all.
    pub search: String,
}

impl Asked {
    /// Of one's own tokens.
    pub fn of(request: &HttpRequest) -> Self {
        Self::at("/profile/tokens".to_owned(), request)
    }

    /// Of the list that is there.
    pub fn at(path: String, request: &HttpRequest) -> Self {
        let word = |name| query(request, name).unwrap_or_default();
        let tab = Tab::parse(&word("state")).unwrap_or_default();
        Self {
            path,
            tab,
            subset: Subset::parse(&word("only")).filter(|_| tab == Tab::Active),
            sort: Sort::parse(&word("sort")).unwrap_or_default(),
            search: Label::parse(&word("q")).map(|label| label.as_str().to_owned()).unwrap_or_default(),
        }
    }

    pub fn filter(&self) -> ListFilter {
        ListFilter::new(self.tab, self.sort, &self.search).only(self.subset)
    }

    /// What a cursor of this list is bound to: whose it is, and what was asked.
    pub fn list(&self, of: AccountId) -> String {
        format!("tokens/{of}/{}", self.word())
    }

    /// What was asked, in one word.
    pub fn word(&self) -> String {
        format!("{}/{}/{}/{}", self.tab.as_str(), self.only(), self.sort.word(), self.search)
    }

    pub fn tab(&self) -> TokenTab {
        match self.tab {
            Tab::Active => TokenTab::Active,
            Tab::Expired => TokenTab::Expired,
            Tab::Revoked => TokenTab::Revoked,
        }
    }

    /// Which of the active ones alone, as the address spells it; empty for all.
    pub fn only(&self) -> &'static str {
        self.subset.map_or("", Subset::as_str)
    }

    /// Active tokens at a glance: all of them, and each of the subsets.
    pub fn cards(&self, counts: &Counts) -> Vec<GlanceCard> {
        let card = |subset: Option<Subset>| {
            let (label, hint, count) = match subset {
                None => ("Active", "good, or paused", counts.active),
                Some(Subset::Expiring) => ("Expiring", "within 14 days", counts.expiring),
                Some(Subset::Unused) => ("Unused", "for 90 days", counts.unused),
                Some(Subset::Endless) => ("Never expire", "unless somebody revokes them", counts.endless),
            };
            GlanceCard {
                label,
                hint,
                count,
                href: Address::of(self.path.as_str()).with("only", subset.map_or("", Subset::as_str)).href(),
                chosen: self.tab == Tab::Active && self.subset == subset,
                care: if subset.is_some() { Care::FewerIsBetter } else { Care::None },
            }
        };
        std::iter::once(None).chain(Subset::ALL.iter().copied().map(Some)).map(card).collect()
    }

    /// The list as it was asked for, from its first page; what goes without saying is left out.
    pub fn address(&self) -> Address {
        self.sorted_by(self.sort)
    }

    fn sorted_by(&self, sort: Sort) -> Address {
        let state = if self.tab == Tab::default() { "" } else { self.tab.as_str() };
        let sort = if sort == Sort::default() { String::new() } else { sort.word() };
        Address::of(self.path.as_str())
            .with("state", state)
            .with("only", self.only())
            .with("q", self.search.as_str())
            .with("sort", sort)
    }

    /// Every order.
    pub fn sorts(&self) -> Vec<Choice> {
        let orders = Column::ALL.iter().flat_map(|by| [usual(*by), usual(*by).reversed()]);
        let choice = |sort: Sort| Choice {
            value: sort.word(),
            label: label(sort).to_owned(),
            hint: String::new(),
            chosen: sort == self.sort,
        };
        orders.map(choice).collect()
    }

    pub fn heads(&self) -> TokenHeads {
        TokenHeads {
            name: self.head("Name", Column::Name),
            expires: self.head("Expires", Column::Expires),
            last_used: self.head("Last used", Column::LastUsed),
        }
    }

    fn head(&self, label: &'static str, by: Column) -> SortHead {
        if self.sort.by != by {
            return SortHead { label, href: self.sorted_by(usual(by)).href(), sorted: Sorted::No };
        }
        let sorted = match self.sort.direction {
            Direction::Up => Sorted::Up,
            Direction::Down => Sorted::Down,
        };
        SortHead { label, href: self.sorted_by(self.sort.reversed()).href(), sorted }
    }
}

/// The end of a column that people look for first.
fn usual(by: Column) -> Sort {
    let direction = match by {
        Column::Name | Column::Expires => Direction::Up,
        Column::Created | Column::LastUsed => Direction::Down,
    };
    Sort { by, direction }
}

fn label(sort: Sort) -> &'static str {
    match (sort.by, sort.direction) {
        (Column::Created, Direction::Down) => "Newest first",
        (Column::Created, Direction::Up) => "Oldest first",
        (Column::Name, Direction::Up) => "Name, A to Z",
        (Column::Name, Direction::Down) => "Name, Z to A",
        (Column::Expires, Direction::Up) => "Ending first",
        (Column::Expires, Direction::Down) => "Ending last",
        (Column::LastUsed, Direction::Down) => "Used last",
        (Column::LastUsed, Direction::Up) => "Unused for longest",
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
        let plain = asked("/profile/tokens");
        for address in
            ["?state=everyone&sort=secret", "?state=&sort=&q=", "?q=%00", "?STATE=expired", "?state=Expired", "?only=all"]
        {
            let other = asked(&format!("/profile/tokens{address}"));
            assert_eq!(other.address().href(), plain.address().href(), "{address}");
            assert_eq!(other.filter().search, "", "{address}");
        }
    }

    #[test]
    fn a_head_sorts_and_then_turns_round() {
        let heads = asked("/profile/tokens?state=expired&q=CI").heads();
        assert_eq!((heads.expires.sorted, heads.name.sorted), (Sorted::No, Sorted::No));
        assert_eq!(heads.name.href, "/profile/tokens?state=expired&q=CI&sort=name");
        let heads = asked(&heads.name.href).heads();
        assert_eq!((heads.name.sorted, heads.name.href.as_str()), (Sorted::Up, "/profile/tokens?state=expired&q=CI&sort=-name"));
        assert_eq!(asked(&heads.name.href).heads().name.sorted, Sorted::Down);
    }

    #[test]
    fn a_card_is_a_filter_of_the_active_ones() {
        let counts = Counts { active: 9, expired: 8, revoked: 7, expiring: 3, unused: 2, endless: 1 };
        let cards = asked("/profile/tokens?only=unused&q=CI").cards(&counts);
        assert_eq!(cards.iter().map(|card| card.count).collect::<Vec<_>>(), [9, 3, 2, 1]);
        assert_eq!(cards.iter().filter(|card| card.chosen).map(|card| card.label).collect::<Vec<_>>(), ["Unused"]);
        for card in &cards {
            assert!(asked(&card.href).cards(&counts).iter().any(|other| other.chosen && other.label == card.label));
        }
        let ended = asked("/profile/tokens?state=revoked&only=unused");
        assert_eq!((ended.only(), ended.cards(&counts).iter().filter(|card| card.chosen).count()), ("", 0));
    }

    #[test]
    fn every_order_has_a_name_of_its_own_and_one_is_chosen() {
        let mut sorts = asked("/profile/tokens?sort=-expires").sorts();
        assert_eq!(sorts.iter().filter(|sort| sort.chosen).map(|sort| sort.value.as_str()).collect::<Vec<_>>(), ["-expires"]);
        sorts.dedup_by_key(|sort| sort.label.clone());
        assert_eq!(sorts.len(), 8);
    }
}
