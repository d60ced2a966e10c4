//! An event of the audit log, as people read it.

use serde_json::Value;

use crate::domain::audit::{Action, Recorded};

/// What happened, as a sentence without its full stop: `API token created: CI deploy`.
pub fn what(event: &Recorded) -> String {
    let sentence = Action::parse(&event.action).map_or(event.action.as_str(), |action| action.sentence());
    match (event.details["name"].as_str(), ended(&event.details), &event.details["after"]) {
        (Some(name), _, _) => format!("{sentence}: {name}"),
        (None, Some(ended), _) => format!("{sentence}, {ended}"),
        (None, None, Value::Object(after)) => {
            let before = &event.details["before"];
            let changed = after.iter().filter(|(key, value)| before[key.as_str()] != **value);
            let facts: Vec<String> =
                changed.map(|(key, value)| format!("{key} {} → {}", plain(&before[key]), plain(value))).collect();
            format!("{sentence}: {}", facts.join(", "))
        }
        (None, None, _) => sentence.to_owned(),
    }
}

/// How many sessions it ended, if any.
fn ended(details: &Value) -> Option<String> {
    let counted = |key: &str, what| details[key].as_u64().filter(|count| *count > 0).map(|count| (count, what));
    let (count, what) = counted("others", "other session").or_else(|| counted("sessions", "session"))?;
    Some(if count == 1 { format!("1 {what} ended") } else { format!("{count} {what}s ended") })
}

/// A fact without the marks of JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        Value::Array(items) if items.is_empty() => "nobody".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(" "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::time::Timestamp;

    fn said(action: &str, details: Value) -> String {
        what(&Recorded {
            seq: 1,
            at: Timestamp::from_micros(0),
            action: action.into(),
            refused: false,
            by: String::new(),
            actor: None,
            account: None,
            account_email: None,
            workspace: None,
            target: String::new(),
            details,
            address: String::new(),
            agent: String::new(),
            request_id: String::new(),
        })
    }

    #[test]
    fn events_are_told_with_their_facts() {
        assert_eq!(said("session.signed_in", Value::Null), "Signed in");
        assert_eq!(said("token.created", json!({ "name": "CI" })), "API token created: CI");
        assert_eq!(said("account.password_changed", json!({ "others": 2 })), "Password changed, 2 other sessions ended");
        assert_eq!(said("account.password_changed", json!({ "others": 0 })), "Password changed");
        assert_eq!(said("account.suspended", json!({ "sessions": 1 })), "Account suspended, 1 session ended");
        assert_eq!(said("account.restored", json!({ "sessions": 0 })), "Account restored");
        let roles = json!({ "before": { "roles": ["user"] }, "after": { "roles": ["admin", "user"] } });
        assert_eq!(said("account.roles_changed", roles), "Roles changed: roles user → admin user");
        assert_eq!(said("from.a.later.version", Value::Null), "from.a.later.version");
        let policy = json!({ "before": { "tokens": "off", "roles": ["*"], "longestLifeDays": 90 },
                             "after": { "tokens": "on", "roles": ["*"], "longestLifeDays": null } });
        assert_eq!(said("policy.changed", policy), "Token policy changed: longestLifeDays 90 → none, tokens off → on");
    }
}
