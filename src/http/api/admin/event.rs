//! An event of the audit log, as lists show it.

use serde_json::{Value, json};

use crate::domain::audit::Recorded;
use crate::http::api::schema;

/// What it looks like.
pub fn shape() -> Value {
    schema::object(&[
        ("seq", schema::count("Its number.")),
        ("at", schema::time("When.")),
        ("action", schema::told("What.")),
        ("refused", schema::flag("Whether it was refused.")),
        ("by", schema::told("Who, in words.")),
        ("account", schema::or_null(schema::told("The account that it concerns."))),
        ("workspace", schema::or_null(schema::told("The workspace that it concerns."))),
        ("target", schema::told("What it was done to.")),
        ("details", json!({ "description": "Facts." })),
        ("address", schema::told("From which address.")),
        ("agent", schema::told("With which agent.")),
        ("requestId", schema::told("In which request.")),
    ])
}

/// An example of one.
pub fn example() -> Value {
    json!({
        "seq": 7,
        "at": "2026-11-22T09:00:00.000Z",
        "action": "token.created",
        "refused": false,
        "by": "anna@example.com",
        "account": "usr_019ab3c1d2e37f4089ab12cd34ef5678",
        "workspace": null,
        "target": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "details": { "name": "CI deploy" },
        "address": "203.0.113.7",
        "agent": "curl/8.5.0",
        "requestId": "req_019ab3c1d2e37f4089ab12cd34ef5678",
    })
}

/// An event for a list.
pub fn view(event: &Recorded) -> Value {
    json!({
        "seq": event.seq,
        "at": event.at,
        "action": event.action,
        "refused": event.refused,
        "by": event.by,
        "account": event.account,
        "workspace": event.workspace,
        "target": event.target,
        "details": event.details,
        "address": event.address,
        "agent": event.agent,
        "requestId": event.request_id,
    })
}
