//! What a body says of a person, beside what they sign in with.

use super::answer::DoorError;
use super::body::Fields;
use crate::base::text::{Line, PersonName, PictureAddress};
use crate::domain::profile::{EditError, ProfileEdit};
use crate::http::api::ApiError;

impl From<EditError> for DoorError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Name(why) => Self::unfit("fullName", why),
            EditError::Metadata(why) => Self::unfit("metadata", why),
            EditError::Unexpected(error) => ApiError::from(error).into(),
        }
    }
}

/// Reads what is there. Null leaves a thing as it is, an empty text takes it away.
///
/// # Errors
/// When a field is of a wrong kind, or does not fit.
pub fn read(fields: &Fields) -> Result<ProfileEdit, DoorError> {
    let whole = if fields.names("fullName") { "fullName" } else { "name" };
    Ok(ProfileEdit {
        name: parsed(fields, whole, PersonName::parse)?,
        first_name: parsed(fields, "firstName", PersonName::parse)?,
        last_name: parsed(fields, "lastName", PersonName::parse)?,
        phone: parsed(fields, "phone", Line::parse)?,
        birth_date: parsed(fields, "birthDate", Line::parse)?,
        picture: parsed(fields, "profileImage", PictureAddress::parse)?,
        metadata: fields.optional_object("metadata")?.cloned().unwrap_or_default(),
    })
}

fn parsed<T, E: std::fmt::Display>(fields: &Fields, name: &str, parse: fn(&str) -> Result<T, E>) -> Result<Option<T>, DoorError> {
    fields.optional_text(name)?.map(parse).transpose().map_err(|why| DoorError::unfit(name, why))
}
