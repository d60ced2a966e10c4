//! Reading JSON strictly: no member twice, no deep nesting, no endless lists.
//!
//! Two readers that take different members of the same name are how one check passes what another one meant to refuse.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Objects within objects, at the most.
const DEPTH: usize = 32;
/// Items of one list, and members of one object, at the most.
const ITEMS: usize = 1_000;

/// Why a text is no JSON object. The words repeat nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadJson {
    /// Well-formed, and more than is read.
    #[error("The JSON has a {0}. Send each member once, at most {DEPTH} levels deep and {ITEMS} items long.")]
    Hostile(&'static str),
    /// Not JSON.
    #[error("The body is not valid JSON (line {line}, column {column}).")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// More than one value.
    #[error("There is something after the JSON object. Send one object.")]
    More,
    /// Another value than an object.
    #[error("The body must be a JSON object.")]
    NoObject,
}

/// Reads one JSON object.
///
/// # Errors
/// When it is none, or holds what a strict reader refuses.
pub fn object(text: &[u8]) -> Result<Map<String, Value>, BadJson> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Strict { depth: 0 }.deserialize(&mut reader).map_err(|error| explain(&error))?;
    reader.end().map_err(|_| BadJson::More)?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(BadJson::NoObject),
    }
}

fn explain(error: &serde_json::Error) -> BadJson {
    const OURS: [&str; 3] = ["duplicate member", "nested too deep", "too many items"];
    let text = error.to_string();
    match OURS.iter().find(|ours| text.starts_with(**ours)) {
        Some(ours) => BadJson::Hostile(ours),
        None => BadJson::Malformed { line: error.line(), column: error.column() },
    }
}

/// Builds a value while it holds the limits.
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(&self) -> Result<Self, E> {
        if self.depth == DEPTH { Err(E::custom("nested too deep")) } else { Ok(Self { depth: self.depth + 1 }) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper()?)? {
            if list.len() == ITEMS {
                return Err(A::Error::custom("too many items"));
            }
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.len() == ITEMS {
                return Err(A::Error::custom("too many items"));
            }
            let value = members.next_value_seed(self.deeper()?)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("duplicate member"));
            }
        }
        Ok(Value::Object(object))
    }
}
