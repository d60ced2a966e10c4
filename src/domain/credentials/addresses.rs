//! The addresses that a credential may be used from.

use std::fmt;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// Addresses and networks; an empty list is anywhere.
///
/// It has one spelling: networks begin with their first address, IPv4 inside IPv6 is IPv4, the list is in order and
/// names nothing twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressList(Vec<IpNet>);

/// Why a text is no list of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddresses {
    /// This is neither an address nor a network.
    #[error("“{0}” is no address and no network. Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.")]
    Unknown(String),
    /// More than fit.
    #[error("These are too many addresses: {max} at most. Write networks, such as 203.0.113.0/24.", max = AddressList::MAX)]
    TooMany,
}

impl AddressList {
    /// How many addresses and networks a list may have.
    pub const MAX: usize = 50;

    /// From anywhere.
    pub fn anywhere() -> Self {
        Self::default()
    }

    /// Addresses and networks in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), separated by commas or white space;
    /// nothing is anywhere.
    ///
    /// # Errors
    /// The first word that is none, cut to 50 characters, or too many of them.
    pub fn parse(text: &str) -> Result<Self, BadAddresses> {
        let words = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|word| !word.is_empty());
        Self::from_words(words)
    }

    fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, BadAddresses> {
        let mut networks = Vec::new();
        for word in words {
            networks.push(network(word).ok_or_else(|| BadAddresses::Unknown(word.chars().take(50).collect()))?);
        }
        networks.sort_unstable();
        networks.dedup();
        if networks.len() > Self::MAX { Err(BadAddresses::TooMany) } else { Ok(Self(networks)) }
    }

    /// Whether any address will do.
    pub fn is_anywhere(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this address will do.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.is_empty() || self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether this list allows nothing that `other` does not.
    pub fn is_within(&self, other: &Self) -> bool {
        other.is_anywhere()
            || !self.is_anywhere() && self.0.iter().all(|network| other.0.iter().any(|wider| wider.contains(network)))
    }

    /// How each is written: a network with its length, an address without.
    pub fn words(&self) -> impl Iterator<Item = String> + '_ {
        self.0.iter().map(|network| {
            if network.prefix_len() == network.max_prefix_len() { network.addr().to_string() } else { network.to_string() }
        })
    }

    /// The spelling in the database: a JSON list.
    pub fn to_db(&self) -> String {
        serde_json::Value::from(self.words().collect::<Vec<_>>()).to_string()
    }

    /// Reads that spelling. Nothing for a list that cannot be read to its last letter: then no address will do.
    pub fn from_db(text: &str) -> Option<Self> {
        let words: Vec<String> = serde_json::from_str(text).ok()?;
        Self::from_words(words.iter().map(String::as_str)).ok()
    }
}

/// Separated by commas, as a form takes it.
impl fmt::Display for AddressList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().collect::<Vec<_>>().join(", "))
    }
}

/// An address, or a network; what follows its length is cut off.
fn network(word: &str) -> Option<IpNet> {
    let network = word.parse::<IpNet>().ok().or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from))?.trunc();
    let IpNet::V6(v6) = network else { return Some(network) };
    // ::ffff:203.0.113.0/120 is 203.0.113.0/24: callers are known by the address they have in IPv4.
    match (v6.addr().to_ipv4_mapped(), v6.prefix_len().checked_sub(96)) {
        (Some(v4), Some(length)) => Ipv4Net::new(v4, length).ok().map(IpNet::V4),
        (_, _) => Some(network),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(text: &str) -> AddressList {
        AddressList::parse(text).expect("a list")
    }

    fn at(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_empty_list_is_anywhere_and_any_other_is_exactly_what_it_says() {
        assert!(list(" \n").allows(at("203.0.113.7")) && list("").is_anywhere());
        let some = list("203.0.113.0/24, 198.51.100.7\n2001:db8::/48");
        for good in ["203.0.113.0", "203.0.113.255", "198.51.100.7", "::ffff:198.51.100.7", "2001:db8::ffff"] {
            assert!(some.allows(at(good)), "{good}");
        }
        for bad in ["203.0.112.255", "203.0.114.0", "198.51.100.8", "2001:db8:1::", "::1", "::203.0.113.7"] {
            assert!(!some.allows(at(bad)), "{bad}");
        }
        assert!(!list("::/0").allows(at("203.0.113.7")), "every address of IPv6 is none of IPv4");
    }

    #[test]
    fn a_list_has_one_spelling() {
        let written = list("2001:DB8::1/48; 10.1.2.3/8 ::ffff:203.0.113.9/120,203.0.113.0/24, 198.51.100.7/32 198.51.100.7");
        assert_eq!(written.to_string(), "10.0.0.0/8, 198.51.100.7, 203.0.113.0/24, 2001:db8::/48");
        assert_eq!(AddressList::from_db(&written.to_db()), Some(written));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for wrong in ["example.com", "203.0.113.7/33", "203.0.113", "010.0.0.1", "::1/129", "1.2.3.4/", "*", "203.0.113.1-9"] {
            assert_eq!(AddressList::parse(wrong), Err(BadAddresses::Unknown(wrong.to_owned())), "{wrong}");
        }
        let many = |n: usize| (0..n).map(|n| format!("10.0.0.{n}")).collect::<Vec<_>>().join(" ");
        assert!(AddressList::parse(&many(50)).is_ok());
        assert_eq!(AddressList::parse(&many(51)), Err(BadAddresses::TooMany));
    }

    #[test]
    fn a_stored_list_that_cannot_be_read_is_none() {
        assert_eq!(AddressList::from_db("[]"), Some(AddressList::anywhere()));
        for wrong in ["", "null", "{}", "[1]", r#"["10.0.0.1","x"]"#, r#"["10.0.0.1"]x"#, r#"[""]"#, "10.0.0.1"] {
            assert_eq!(AddressList::from_db(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_list_is_within_another_when_it_allows_nothing_more() {
        for (narrow, wide) in [("", ""), ("10.0.0.1", ""), ("10.0.0.1", "10.0.0.0/8"), ("10.0.0.0/9, ::1", "::/64 10.0.0.0/8")] {
            assert!(list(narrow).is_within(&list(wide)), "{narrow} in {wide}");
        }
        for (wide, narrow) in
            [("", "10.0.0.1"), ("10.0.0.0/8", "10.0.0.0/9"), ("10.0.0.1 11.0.0.1", "10.0.0.1"), ("::/0", "0.0.0.0/0")]
        {
            assert!(!list(wide).is_within(&list(narrow)), "{wide} in {narrow}");
        }
    }

    proptest! {
        #[test]
        fn reading_a_list_never_panics_and_what_is_read_is_written_back(text in "[0-9a-f.:/, ]{0,60}|\\PC{0,40}") {
            if let Ok(list) = AddressList::parse(&text) {
                prop_assert_eq!(AddressList::parse(&list.to_string()), Ok(list.clone()));
                prop_assert_eq!(AddressList::from_db(&list.to_db()), Some(list));
            }
        }

        #[test]
        fn what_lies_within_allows_nothing_more(a in any::<u32>(), b in any::<u32>(), n in 0u8..=32, m in 0u8..=32, c in any::<u32>()) {
            let net = |a: u32, n: u8| list(&format!("{}/{n}", std::net::Ipv4Addr::from(a)));
            let (one, other, address) = (net(a, n), net(b, m), IpAddr::from(std::net::Ipv4Addr::from(c)));
            if one.is_within(&other) && one.allows(address) {
                prop_assert!(other.allows(address));
            }
        }
    }
}
