//! What is asked about a secret.

use std::net::IpAddr;

use serde_json::Value;

use super::KINDS;
use crate::domain::access::Requirement;
use crate::domain::credentials::{Demand, Environment, Kind};
use crate::http::api::fields::Fields;
use crate::http::api::schema;

/// How many kinds a question may name; there are fewer.
const KINDS_AT_MOST: usize = 10;

/// What the document says of a question.
pub(super) fn schema() -> Value {
    schema::object_of(
        &[("token", schema::text(0, 4_096, "The secret that was presented."))],
        &[
            (
                "scopes",
                schema::or_null(schema::text(
                    0,
                    4_096,
                    "What it must be good for: names joined by AND and OR, with parentheses.",
                )),
            ),
            ("environment", schema::or_null(schema::word(&["test", "live"], "The environment that it must belong to."))),
            (
                "kinds",
                schema::or_null(schema::list(schema::word(&KINDS, "A kind."), KINDS_AT_MOST, "The kinds that it may be of.")),
            ),
            ("origin", schema::or_null(schema::text(0, 4_096, "The origin of the web page that presented it, if one did."))),
            ("ip", schema::or_null(schema::text(2, 45, "The address that it was presented from."))),
            ("cost", schema::or_null(schema::whole(0, 1_000, "How much of its limit the request costs. Usually 1."))),
        ],
    )
}

/// One question.
pub(super) struct Question {
    pub(super) token: String,
    pub(super) demand: Demand,
    pub(super) address: Option<IpAddr>,
}

impl Question {
    /// Reads it, and notes what is wrong with it. Only without a problem it is the question that was meant.
    pub(super) fn read(fields: &mut Fields) -> Self {
        let token = fields.text("token");
        let scopes = Requirement::parse(&fields.optional_text("scopes").unwrap_or_default());
        let scopes = scopes.unwrap_or_else(|why| {
            fields.problem("scopes", &why.to_string());
            Requirement::Nothing
        });
        let environment = fields.optional_text("environment").and_then(|word| {
            let parsed = Environment::parse(&word);
            if parsed.is_none() {
                fields.problem("environment", "must be \"test\" or \"live\"");
            }
            parsed
        });
        let web_origin = fields.optional_text("origin");
        let words = fields.texts("kinds");
        let kinds: Vec<Kind> = words.iter().filter_map(|word| Kind::from_db(word)).collect();
        if kinds.len() != words.len() {
            fields.problem("kinds", "names a kind that does not exist");
        } else if kinds.len() > KINDS_AT_MOST {
            fields.problem("kinds", &format!("names more than {KINDS_AT_MOST} kinds"));
        }
        let address = fields.optional_text("ip").and_then(|text| {
            let parsed = text.parse().ok();
            if parsed.is_none() {
                fields.problem("ip", "must be an IPv4 or IPv6 address");
            }
            parsed
        });
        let cost = fields.number("cost", 0..=1_000).unwrap_or(1);
        Self { token, demand: Demand { scopes, kinds, environment, web_origin, cost, ..Demand::default() }, address }
    }
}
