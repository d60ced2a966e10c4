//! How the words of [`base`](crate::base) are spelled in the outbox.

/// A person's name, as text.
pub mod person {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::base::text::PersonName;

    pub fn serialize<S: Serializer>(name: &PersonName, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(name.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PersonName, D::Error> {
        PersonName::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// A label, as text.
pub mod label {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::base::text::Label;

    pub fn serialize<S: Serializer>(label: &Label, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(label.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Label, D::Error> {
        Label::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// An instant, in microseconds since 1970.
pub mod instant {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::base::time::Timestamp;

    pub fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.micros())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp::from_micros)
    }
}

/// An instant that may not be there.
pub mod maybe_instant {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::base::time::Timestamp;

    pub fn serialize<S: Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        at.map(Timestamp::micros).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<i64>::deserialize(from)?.map(Timestamp::from_micros))
    }
}
