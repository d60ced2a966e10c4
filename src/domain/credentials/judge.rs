//! What a verification asks of something that is known: each question in its order, and each refusal its own.

use std::net::IpAddr;

use super::cache::{Entry, Form, Latest};
use super::credential::{Environment, Kind};
use super::verify::{Demand, Refusal, Sender};
use crate::base::time::Timestamp;
use crate::domain::limits::Allowance;

impl Entry {
    /// Takes from its own limit and from its owner's, or from none of them. Answers with the one that has less left.
    pub(super) fn take(&self, cost: u32, now: Timestamp) -> Result<Allowance, Refusal> {
        let own = self.own.as_ref().map(|(rate, bucket)| bucket.take(*rate, cost, now)).transpose();
        let own = own.map_err(Refusal::RateLimited)?;
        let (rate, bucket) = &self.shared;
        match (bucket.take(*rate, cost, now), own) {
            (Ok(shared), Some(own)) if own.remaining < shared.remaining => Ok(own),
            (Ok(shared), _) => Ok(shared),
            (Err(exhausted), _) => {
                if let Some((rate, bucket)) = &self.own {
                    bucket.give_back(*rate, cost);
                }
                Err(Refusal::RateLimited(exhausted))
            }
        }
    }

    /// A list that cannot be read allows no address, and one with something in it no unknown address.
    fn may_come_from(&self, address: Option<IpAddr>) -> bool {
        self.addresses.as_ref().is_some_and(|list| address.map_or(list.is_anywhere(), |address| list.allows(address)))
    }

    /// Whether its uses are counted: those of a grant are its person's, whom no row tells of them.
    pub(super) fn is_counted(&self) -> bool {
        !matches!(self.form, Form::Grant(_) | Form::Derived(_))
    }

    pub(super) fn allows(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_some_and(|scopes| scopes.allows(scope))
    }

    /// A live publishable key without a list is for apps, which have no origin: web pages wait until somebody names them.
    fn may_be_used_by(&self, page: Option<&str>) -> bool {
        let Some(origins) = &self.origins else { return false };
        let closed = self.kind == Kind::Publishable && self.environment == Some(Environment::Live) && origins.is_empty();
        if closed { page.is_none() } else { origins.allows(page) }
    }

    pub(super) fn check(&self, demand: &Demand, address: Option<IpAddr>, latest: &Latest, now: Timestamp) -> Result<(), Refusal> {
        let at = latest.or(now);
        let over = |end: Option<Timestamp>| {
            let over = end.is_some_and(|end| end <= at);
            if over {
                latest.saw(at);
            }
            over
        };
        if self.revoked {
            return Err(Refusal::Revoked);
        }
        if over(self.expires_at) {
            return Err(Refusal::Expired);
        }
        if over(self.valid_until) {
            return Err(Refusal::Replaced);
        }
        if self.paused {
            return Err(Refusal::Paused);
        }
        if self.homeless {
            return Err(Refusal::Homeless);
        }
        if self.suspended {
            return Err(Refusal::Suspended);
        }
        if let Some(forbidden) = self.forbidden {
            return Err(Refusal::Forbidden(forbidden));
        }
        if !self.may_come_from(address) {
            return Err(Refusal::WrongAddress);
        }
        if !self.may_be_used_by(demand.web_origin.as_deref()) {
            return Err(Refusal::WrongOrigin);
        }
        if self.kept_from_browsers && demand.sender == Sender::Browser {
            return Err(Refusal::InBrowser);
        }
        if self.scopes.is_none() {
            return Err(Refusal::Unreadable);
        }
        // A grant is of none of the kinds that somebody can ask for.
        if !demand.kinds.is_empty() && (!demand.kinds.contains(&self.kind) || !self.is_counted()) {
            return Err(Refusal::WrongKind);
        }
        // What belongs to no environment meets no demand for one.
        if demand.environment.is_some() && demand.environment != self.environment {
            return Err(Refusal::WrongEnvironment);
        }
        match demand.scopes.missing(&|scope: &str| self.allows(scope)) {
            Some(missing) => Err(Refusal::InsufficientScope(missing.to_owned())),
            None => Ok(()),
        }
    }
}
