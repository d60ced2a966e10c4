//! What a server answered, and what stands on the page.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A header; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The code of an error of `/v1`.
    #[track_caller]
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The value of a form's field, unescaped.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        self.find_field(name).unwrap_or_else(|| panic!("no field {name} in {}", self.body))
    }

    /// The same, if it is there.
    pub fn find_field(&self, name: &str) -> Option<String> {
        let page = scraper::Html::parse_document(&self.body);
        let selector = scraper::Selector::parse(&format!("[name='{name}']")).expect("a selector");
        page.select(&selector).next().and_then(|field| field.value().attr("value")).map(str::to_owned)
    }

    /// The attributes of the first element that the selector finds.
    #[track_caller]
    pub fn attributes_of(&self, selector: &str) -> BTreeMap<String, String> {
        let page = scraper::Html::parse_document(&self.body);
        let wanted = scraper::Selector::parse(selector).expect("a selector");
        let found = page.select(&wanted).next().unwrap_or_else(|| panic!("no {selector} in {}", self.body));
        found.value().attrs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The texts of all elements that the selector finds, with white space folded.
    pub fn texts_of(&self, selector: &str) -> Vec<String> {
        let page = scraper::Html::parse_document(&self.body);
        let wanted = scraper::Selector::parse(selector).expect("a selector");
        page.select(&wanted).map(folded).collect()
    }

    /// The value of an attribute of the first element that the selector finds.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.attributes(selector, name).into_iter().next()
    }

    /// The values of an attribute of all elements that the selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let page = scraper::Html::parse_document(&self.body);
        let wanted = scraper::Selector::parse(selector).expect("a selector");
        page.select(&wanted).filter_map(|element| element.value().attr(name)).map(str::to_owned).collect()
    }

    /// The text of the first element that the selector finds, with white space folded.
    #[track_caller]
    pub fn text_of(&self, selector: &str) -> String {
        let page = scraper::Html::parse_document(&self.body);
        let wanted = scraper::Selector::parse(selector).expect("a selector");
        let found = page.select(&wanted).next().unwrap_or_else(|| panic!("no {selector} in {}", self.body));
        folded(found)
    }
}

fn folded(element: scraper::ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
