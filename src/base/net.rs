//! The address and the agent that a request came from, as they are kept and shown.

use std::net::IpAddr;

/// Where a request came from. Both parts are what the door established, never what a client claims
/// through a proxy that we do not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub address: IpAddr,
    /// The `User-Agent`, cut to [`Origin::AGENT_MAX`] characters; empty if none was sent.
    pub agent: String,
    /// The id of the request, for the logs and for the person who asks for help.
    pub request_id: String,
    /// The marks that the browser carries of accounts it signed in to before, as it sent them; empty if it has none.
    pub marks: String,
}

impl Origin {
    /// How many characters of a `User-Agent` we keep.
    pub const AGENT_MAX: usize = 200;
    /// How many bytes of marks a browser of ours can have.
    const MARKS_MAX: usize = 400;

    /// From an address and a raw `User-Agent`; control characters become spaces.
    pub fn new(address: IpAddr, agent: &str, request_id: String) -> Self {
        let agent = agent.chars().take(Self::AGENT_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self { address: address.to_canonical(), agent, request_id, marks: String::new() }
    }

    /// The same, from a browser with these marks; more than a browser of ours has are none.
    #[must_use]
    pub fn with_marks(mut self, marks: &str) -> Self {
        marks.get(..Self::MARKS_MAX).map_or(marks, |_| "").clone_into(&mut self.marks);
        self
    }

    /// For work that no request caused: a job, or the command line.
    pub fn local(what: &str) -> Self {
        Self::new(IpAddr::from([127, 0, 0, 1]), what, String::new())
    }

    /// The network that limits count: the address itself for IPv4, its /64 for IPv6.
    pub fn network(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(_) => self.address,
            IpAddr::V6(v6) => IpAddr::from((u128::from(v6) & !u128::from(u64::MAX)).to_be_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_address_counts_as_the_ipv4_address_it_is() {
        let origin = Origin::new("::ffff:203.0.113.7".parse().expect("an address"), "a\nb", String::new());
        assert_eq!(origin.address.to_string(), "203.0.113.7");
        assert_eq!(origin.agent, "a b");
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_as_one() {
        let at = |text: &str| Origin::new(text.parse().expect("an address"), "", String::new()).network();
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:0:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
    }
}
