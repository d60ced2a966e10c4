//! The words that describe what goes over the wire, as JSON Schema (2020-12), the way OpenAPI 3.1 wants it.

use serde_json::{Map, Value, json};

/// A text of so many characters.
pub fn text(min: usize, max: usize, about: &str) -> Value {
    json!({ "type": "string", "minLength": min, "maxLength": max, "description": about })
}

/// A text that we write, of any length.
pub fn told(about: &str) -> Value {
    json!({ "type": "string", "description": about })
}

/// One of these words.
pub fn word(words: &[&str], about: &str) -> Value {
    json!({ "type": "string", "enum": words, "description": about })
}

/// An instant, RFC 3339 in UTC.
pub fn time(about: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "description": about })
}

/// An id with this prefix.
pub fn id(prefix: &str, about: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{prefix}_[0-9a-f]{{32}}$"), "description": about })
}

/// A whole number within these bounds.
pub fn whole(min: i64, max: i64, about: &str) -> Value {
    json!({ "type": "integer", "minimum": min, "maximum": max, "description": about })
}

/// How many.
pub fn count(about: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": about })
}

/// Yes or no.
pub fn flag(about: &str) -> Value {
    json!({ "type": "boolean", "description": about })
}

/// A list of at most so many.
pub fn list(of: Value, most: usize, about: &str) -> Value {
    json!({ "type": "array", "items": of, "maxItems": most, "description": about })
}

/// The same, or null.
pub fn or_null(mut schema: Value) -> Value {
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    let kind = schema["type"].clone();
    schema["type"] = json!([kind, "null"]);
    schema
}

/// An object with any members.
pub fn members(about: &str) -> Value {
    json!({ "type": "object", "description": about })
}

/// An object with these members, all of them, and no other.
pub fn object(members: &[(&str, Value)]) -> Value {
    object_of(members, &[])
}

/// An object with these members, and perhaps those, and no other.
pub fn object_of(required: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> =
        required.iter().chain(optional).map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    let names: Vec<&str> = required.iter().map(|(name, _)| *name).collect();
    json!({ "type": "object", "properties": properties, "required": names, "additionalProperties": false })
}
