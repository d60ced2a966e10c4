//! Where a request really came from.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use actix_web::web::Data;
use ipnet::IpNet;

use super::RequestId;
use crate::app::App;
use crate::base::net::Origin;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies whose `X-Forwarded-For` is believed.
pub struct Proxies(Vec<IpNet>);

/// The address that we take for the client's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl Proxies {
    /// None means that the header is never read.
    pub fn new(networks: &[IpNet]) -> Self {
        Self(networks.to_vec())
    }

    /// The peer, unless it is a proxy of ours: then the right-most entry of `X-Forwarded-For` that is none. An entry
    /// that is no address ends the search at whoever wrote it.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let mut client = peer.to_canonical();
        if !self.trust(client) {
            return ClientAddress(client);
        }
        let lines: Vec<&[u8]> = headers.get_all(X_FORWARDED_FOR).map(HeaderValue::as_bytes).collect();
        for entry in lines.iter().flat_map(|line| line.split(|byte| *byte == b',')).rev() {
            let Some(address) = std::str::from_utf8(entry).ok().map(str::trim).and_then(address_of) else { break };
            client = address;
            if !self.trust(client) {
                break;
            }
        }
        ClientAddress(client)
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// How the client's address was found, for the page that shows it to whoever sets up the proxies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The client, as far as we believe.
    pub client: IpAddr,
    /// Who is connected to us.
    pub peer: IpAddr,
    /// What `X-Forwarded-For` says, cut to 200 characters; nothing if it was not sent.
    pub header: Option<String>,
    /// Why it is that address.
    pub way: Way,
}

/// Why an address was taken for the client's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// No proxy is trusted, so the peer is the client.
    Direct,
    /// The peer is no trusted proxy.
    UntrustedPeer,
    /// A trusted proxy named it.
    Header,
    /// The peer is a trusted proxy that named nobody.
    NoHeader,
}

/// How the address of this request was found.
pub fn view_of(request: &HttpRequest) -> View {
    let app = request.app_data::<Data<App>>().expect("every server has its App");
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip()).to_canonical();
    let ClientAddress(client) = app.proxies.client(peer, request.headers());
    let lines: Vec<String> =
        request.headers().get_all(X_FORWARDED_FOR).map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect();
    let header = (!lines.is_empty()).then(|| lines.join(", ").chars().take(Origin::AGENT_MAX).collect());
    let way = match (app.proxies.0.is_empty(), app.proxies.trust(peer), client == peer) {
        (true, _, _) => Way::Direct,
        (false, false, _) => Way::UntrustedPeer,
        (false, true, false) => Way::Header,
        (false, true, true) => Way::NoHeader,
    };
    View { client, peer, header, way }
}

/// An address with or without a port, an IPv6 address with or without brackets.
fn address_of(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let parsed = bare.parse::<IpAddr>().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    parsed.map(|address| address.to_canonical())
}

/// The address, the agent and the id of this request.
pub fn origin_of(request: &HttpRequest) -> Origin {
    let app = request.app_data::<Data<App>>().expect("every server has its App");
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    let ClientAddress(client) = app.proxies.client(peer, request.headers());
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    Origin::new(client, agent, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, lines: &[&str]) -> String {
        let networks: Vec<IpNet> = trusted.iter().map(|n| n.parse().expect("a network")).collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).expect("a header"));
        }
        Proxies::new(&networks).client(peer.parse().expect("an address"), &headers).0.to_string()
    }

    #[test]
    fn r109_the_client_is_the_right_most_entry_that_no_proxy_of_ours_wrote() {
        let ours = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(client(&[], "203.0.113.9", &["198.51.100.1"]), "203.0.113.9", "nobody is trusted by default");
        assert_eq!(client(&ours, "203.0.113.9", &["198.51.100.1"]), "203.0.113.9", "the peer is no proxy of ours");
        assert_eq!(client(&ours, "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(
            client(&ours, "10.0.0.1", &["1.1.1.1, 198.51.100.1"]),
            "198.51.100.1",
            "what the client claimed is left of it"
        );
        assert_eq!(client(&ours, "10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.2.2.2"]), "198.51.100.1");
        assert_eq!(client(&ours, "10.0.0.1", &["1.1.1.1", "198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(client(&ours, "fd00::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client(&ours, "10.0.0.1", &["198.51.100.1, garbage"]), "10.0.0.1");
        assert_eq!(
            client(&ours, "10.0.0.1", &["1.1.1.1", "é, 198.51.100.1"]),
            "198.51.100.1",
            "a letter hides no entry beside it"
        );
        assert_eq!(client(&ours, "10.0.0.1", &["1.1.1.1", "é"]), "10.0.0.1", "nor does it open the way to one before it");
        assert_eq!(client(&ours, "10.0.0.1", &["1.1.1.1", ""]), "10.0.0.1");
        assert_eq!(client(&ours, "::ffff:10.0.0.1", &["::ffff:198.51.100.1"]), "198.51.100.1");
    }
}
