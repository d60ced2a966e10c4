//! From a text to a value that cannot be wrong. An error says what is wrong and what to write instead.

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;

use ipnet::IpNet;
use tracing_subscriber::EnvFilter;

use super::doors::{Door, Doors};
use crate::base::text::{Label, Sender};
use crate::base::url::PublicUrl;
use crate::db::Target;
use crate::domain::mail::transport::SmtpUrl;

/// Why a value is refused, for the reader of a problem.
pub(super) type Why = String;

pub(super) fn address(text: &str) -> Result<SocketAddr, Why> {
    text.parse().map_err(|_| format!("{text:?} is not an address and a port. Write it like 127.0.0.1:8080 or [::1]:8080"))
}

pub(super) fn public_url(text: &str) -> Result<PublicUrl, Why> {
    PublicUrl::parse(text).map_err(|why| format!("{text:?} is not a public URL: {why}"))
}

/// Names as a `Host` header gives them, with a port or without.
pub(super) fn hosts(text: &str) -> Result<Vec<String>, Why> {
    items(text, |host| {
        let url = PublicUrl::parse(&format!("https://{host}")).map_err(|_| format!("{host:?} is not a host name"))?;
        Ok(url.authority().to_owned())
    })
}

pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, Why> {
    items(text, |network| {
        let parsed = IpNet::from_str(network).or_else(|_| network.parse::<IpAddr>().map(IpNet::from));
        let parsed = parsed.map_err(|_| format!("{network:?} is not a network. Write it like 10.0.0.0/8 or 2001:db8::/32"))?;
        if parsed.prefix_len() == 0 {
            return Err(format!("{network} is everybody. Name the networks that you mean"));
        }
        Ok(parsed.trunc())
    })
}

/// At least one: a server that answers nothing is a mistake.
pub(super) fn doors(text: &str) -> Result<Doors, Why> {
    let all = || Door::ALL.map(Door::as_str).join(", ");
    let named = items(text, |name| {
        let known = Door::ALL.into_iter().find(|door| door.as_str() == name);
        known.ok_or_else(|| format!("{name:?} is not a door. There are {}", all()))
    })?;
    if named.is_empty() { Err(format!("it names no door. There are {}", all())) } else { Ok(Doors::of(&named)) }
}

pub(super) fn number<N>(range: RangeInclusive<N>) -> impl Fn(&str) -> Result<N, Why>
where
    N: FromStr + PartialOrd + Display,
{
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| format!("{text:?} is not a whole number from {} to {}", range.start(), range.end()))
    }
}

/// One of a few words.
pub(super) fn word<T: Copy>(words: &[(&str, T)]) -> impl Fn(&str) -> Result<T, Why> {
    move |text| {
        let known = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        known.ok_or_else(|| {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            format!("{text:?} is not one of the values it can have. Write {}", all.join(" or "))
        })
    }
}

/// Never quotes the text: it may hold a password.
pub(super) fn database(text: &str) -> Result<Target, Why> {
    Target::from_str(text).map_err(|error| match error {
        crate::db::OpenError::BadUrl(_) => {
            "the Postgres URL cannot be read. Write it like postgres://user:password@host/name".to_owned()
        }
        other => format!("{other}, such as sqlite://data/latchkey.db or postgres://user:password@host/name"),
    })
}

/// Never quotes the text: it may hold a password.
pub(super) fn smtp(text: &str) -> Result<SmtpUrl, Why> {
    SmtpUrl::from_str(text).map_err(|why| why.to_string())
}

pub(super) fn sender(text: &str) -> Result<Sender, Why> {
    Sender::parse(text).map_err(|_| format!("{text:?} is not a sender. Write it like Latchkey <latchkey@example.com>"))
}

pub(super) fn service_name(text: &str) -> Result<String, Why> {
    let name = Label::parse(text).map_err(|why| format!("{text:?} cannot be shown as a name. {why}"))?;
    if name.as_str().contains(['<', '>', '"']) {
        return Err(format!("{text:?} cannot stand in the sender of a mail. Leave out < > and quotes"));
    }
    Ok(name.as_str().to_owned())
}

pub(super) fn token_brand(text: &str) -> Result<String, Why> {
    let letters = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let good = (2..=10).contains(&text.len()) && letters && text.starts_with(|c: char| c.is_ascii_lowercase());
    if good { Ok(text.to_owned()) } else { Err(format!("{text:?} is not 2 to 10 lower-case letters and digits, a letter first")) }
}

pub(super) fn log_filter(text: &str) -> Result<String, Why> {
    EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| format!("{text:?} is not a log filter. Write a level such as info, or info,latchkey=debug"))
}

pub(super) fn contact(text: &str) -> Result<String, Why> {
    let known = ["mailto:", "https://"].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    let plain = text.chars().all(|c| c.is_ascii_graphic());
    if known && plain {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is not a contact. Write it like mailto:security@example.com"))
    }
}

fn items<T>(text: &str, parse: impl Fn(&str) -> Result<T, Why>) -> Result<Vec<T>, Why> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(parse).collect()
}
