//! `/docs`: the native API for people, made from the operations that its routes are made from.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;
use serde_json::Value;

use super::chrome::Chrome;
use super::door_docs::{Told, told};
use super::visitor::Visitor;
use crate::app::App;
use crate::http::api::operation::{Operation, Parameter, Place};
use crate::http::api::{Code, offered};

/// "API".
#[derive(Template, WebTemplate)]
#[template(path = "pages/docs/page.html")]
pub struct DocsPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Where this service is reached, without a slash at the end.
    pub base_url: String,
    /// The other doors.
    pub doors: Vec<&'static Told>,
    /// The operations, by what they are about.
    pub chapters: Vec<Chapter>,
    /// What can go wrong.
    pub errors: Vec<ErrorRow>,
}

/// Operations on one thing.
pub struct Chapter {
    /// Its name in links.
    pub anchor: String,
    /// Its title.
    pub title: &'static str,
    /// The operations.
    pub entries: Vec<Entry>,
}

/// One operation.
pub struct Entry {
    /// Its name in the OpenAPI document, and in links.
    pub id: &'static str,
    /// The method.
    pub method: String,
    /// The path, with `/v1`.
    pub path: String,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What else there is to know.
    pub about: &'static str,
    /// Who may call it.
    pub callers: String,
    /// The scope that a credential needs.
    pub scope: Option<&'static str>,
    /// What stands in the path, the query and the headers.
    pub parameters: Vec<Member>,
    /// The members of the body.
    pub body: Vec<Member>,
    /// A call.
    pub call: String,
    /// What is answered when all goes well.
    pub outcomes: Vec<OutcomeView>,
}

/// A parameter, or a member of a body.
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where it stands, for a parameter.
    pub place: &'static str,
    /// What it may be.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it means.
    pub about: String,
}

/// One good answer.
pub struct OutcomeView {
    /// The status.
    pub status: u16,
    /// What it means.
    pub about: &'static str,
    /// An example of the body; empty if there is none.
    pub example: String,
}

/// One way in which a request can fail.
pub struct ErrorRow {
    /// The word.
    pub word: &'static str,
    /// The status.
    pub status: u16,
    /// What is wrong, and what to do next.
    pub sentences: String,
}

/// `GET /docs`
pub async fn show(app: Data<App>, visitor: Visitor) -> DocsPage {
    DocsPage::of(visitor.chrome(), app.ctx.settings.public_url.clone(), &offered(app.doors), told(app.doors).collect())
}

impl DocsPage {
    /// The page of these operations, beside these doors.
    pub fn of(chrome: Chrome, base_url: String, operations: &[Operation], doors: Vec<&'static Told>) -> Self {
        let mut chapters: Vec<Chapter> = Vec::new();
        for operation in operations {
            let entry = Entry::of(operation, &base_url);
            match chapters.iter_mut().find(|chapter| chapter.title == operation.tag) {
                Some(chapter) => chapter.entries.push(entry),
                None => {
                    let anchor = operation.tag.to_lowercase().replace(' ', "-");
                    chapters.push(Chapter { anchor, title: operation.tag, entries: vec![entry] });
                }
            }
        }
        Self { chrome, base_url, doors, chapters, errors: errors(operations) }
    }
}

fn errors(operations: &[Operation]) -> Vec<ErrorRow> {
    let mut codes: Vec<Code> = operations.iter().flat_map(Operation::problems).collect();
    codes.sort_unstable_by_key(|code| (code.word(), code.status().as_u16()));
    codes.dedup();
    let row = |code: Code| ErrorRow { word: code.word(), status: code.status().as_u16(), sentences: code.sentences() };
    codes.into_iter().map(row).collect()
}

impl Entry {
    fn of(operation: &Operation, base_url: &str) -> Self {
        let callers: Vec<&str> = operation.callers.iter().map(|who| who.sentence()).collect();
        Self {
            id: operation.id,
            method: operation.method.to_string(),
            path: format!("/v1{}", operation.path),
            summary: operation.summary,
            about: operation.about,
            callers: if callers.is_empty() { "anybody".to_owned() } else { callers.join(", ") },
            scope: operation.scope,
            parameters: operation.parameters.iter().map(Member::of_parameter).collect(),
            body: operation.body.as_ref().map(|(schema, _)| members(schema)).unwrap_or_default(),
            call: call(operation, base_url),
            outcomes: operation.outcomes.iter().map(OutcomeView::of).collect(),
        }
    }
}

impl OutcomeView {
    fn of(outcome: &crate::http::api::operation::Outcome) -> Self {
        let example = outcome.body.as_ref().map(|(_, example)| pretty(example)).unwrap_or_default();
        Self { status: outcome.status, about: outcome.about, example }
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON is written into memory")
}

/// The operation as it is called from a shell.
fn call(operation: &Operation, base_url: &str) -> String {
    let method = match operation.method.as_str() {
        "GET" => String::new(),
        method => format!("-X {method} "),
    };
    let mut lines = vec![format!("curl {method}{base_url}/v1{}", operation.path)];
    if !operation.callers.is_empty() {
        lines.push("-H \"Authorization: Bearer $LATCHKEY_TOKEN\"".to_owned());
    }
    if let Some((_, example)) = &operation.body {
        lines.push("-H \"Content-Type: application/json\"".to_owned());
        lines.push(format!("-d '{example}'"));
    }
    lines.join(" \\\n  ")
}

impl Member {
    fn of_parameter(parameter: &Parameter) -> Self {
        let place = match parameter.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
        };
        let required = parameter.place == Place::Path;
        Self { name: parameter.name.to_owned(), place, required, kind: kind(&parameter.schema), about: about(&parameter.schema) }
    }
}

fn members(schema: &Value) -> Vec<Member> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let all = schema["properties"].as_object().into_iter().flatten();
    let member = |(name, schema): (&String, &Value)| Member {
        name: name.clone(),
        place: "",
        required: required.contains(&name.as_str()),
        kind: kind(schema),
        about: about(schema),
    };
    let mut members: Vec<Member> = all.map(member).collect();
    members.sort_by_key(|member| !member.required);
    members
}

fn about(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().to_owned()
}

/// What a schema says, in a few words.
fn kind(schema: &Value) -> String {
    let words: Vec<&str> = match &schema["type"] {
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        word => word.as_str().into_iter().collect(),
    };
    let plain = match words.first().copied().unwrap_or_default() {
        "string" if schema["format"] == "date-time" => "instant".to_owned(),
        "string" => match schema["enum"].as_array() {
            Some(choices) => choices.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
            None => "text".to_owned(),
        },
        "integer" => match (&schema["minimum"], &schema["maximum"]) {
            (Value::Number(least), Value::Number(most)) => format!("number, {least} to {most}"),
            _ => "number".to_owned(),
        },
        "boolean" => "true | false".to_owned(),
        "array" => format!("list of {}", kind(&schema["items"])),
        _ => "object".to_owned(),
    };
    if words.contains(&"null") { format!("{plain}, or null") } else { plain }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_is_told_in_a_few_words() {
        for (schema, words) in [
            (json!({ "type": "string" }), "text"),
            (json!({ "type": ["string", "null"], "format": "date-time" }), "instant, or null"),
            (json!({ "type": "string", "enum": ["test", "live"] }), "test | live"),
            (json!({ "type": "integer", "minimum": 1, "maximum": 200 }), "number, 1 to 200"),
            (json!({ "type": "array", "items": { "type": "string" } }), "list of text"),
            (json!({ "type": "object" }), "object"),
        ] {
            assert_eq!(kind(&schema), words);
        }
    }
}
