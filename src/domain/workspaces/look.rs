//! What a workspace shows beside its name: a picture, and words to sort it by.

use crate::base::text::Label;
use crate::base::url::PublicUrl;

/// The address of a picture: `https://`, at most 2 000 characters, no user in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo(String);

impl Logo {
    /// How many characters it may have.
    pub const MAX: usize = 2_000;

    /// Parses; nothing if it is no such address.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'\\' | b'"' | b'<' | b'>'));
        let host = text.strip_prefix("https://")?.split(['/', '?', '#']).next().unwrap_or_default();
        let known = PublicUrl::parse(&format!("https://{host}")).is_ok();
        (plain && known && text.len() <= Self::MAX).then(|| Self(text.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Words to sort a workspace by, in their order and each of them once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels(Vec<Label>);

impl Labels {
    /// How many there may be.
    pub const MOST: usize = 20;

    /// Parses; nothing if there are too many, or one of them is no line of text or holds a comma, which parts them in
    /// addresses, or a mark that is spelled otherwise in JSON.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut labels: Vec<Label> = Vec::new();
        for word in words {
            let label = Label::parse(word).ok().filter(|label| !label.as_str().contains([',', '"', '\\']))?;
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        (labels.len() <= Self::MOST).then_some(Self(labels))
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Label::as_str)
    }

    /// The spelling in the database: a JSON list.
    pub fn to_db(&self) -> String {
        serde_json::Value::from(self.words().collect::<Vec<_>>()).to_string()
    }

    /// Reads that spelling.
    pub fn from_db(text: &str) -> Option<Self> {
        let words: Vec<String> = serde_json::from_str(text).ok()?;
        Self::parse(words.iter().map(String::as_str))
    }
}

/// What a workspace shows beside its name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// Its picture, if it has one.
    pub logo: Option<Logo>,
    /// Its words.
    pub labels: Labels,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_an_address_on_a_host_that_can_be() {
        for good in ["https://cdn.example.com/logo.png?v=2#top", " https://cdn.example.com:8443 "] {
            assert_eq!(Logo::parse(good).map(|logo| logo.0), Some(good.trim().to_owned()));
        }
        let long = format!("https://example.com/{}", "x".repeat(2_000));
        for wrong in [
            "",
            "logo.png",
            "http://example.com/logo.png",
            "javascript:alert(1)",
            "https://",
            "https:///logo.png",
            "https://user@example.com/logo.png",
            "https://exa mple.com/",
            "https://example.com/\"><script>",
            "https://example.com\\@evil.example/",
            &long,
        ] {
            assert_eq!(Logo::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn labels_are_lines_of_text_without_repetition() {
        let words = |of: &[&str]| Labels::parse(of.iter().copied()).map(|labels| labels.words().collect::<Vec<_>>().join("|"));
        assert_eq!(words(&[]), Some(String::new()));
        assert_eq!(words(&[" pro ", "Zoë's team", "pro"]), Some("pro|Zoë's team".to_owned()));
        assert!(words(&["a,b"]).is_none() && words(&["a\"b"]).is_none() && words(&[""]).is_none() && words(&["a\nb"]).is_none());
        let many: Vec<String> = (0..21).map(|n| format!("label {n}")).collect();
        assert!(Labels::parse(many.iter().map(String::as_str)).is_none());
        let kept = Labels::parse(["a'b", "ü"]).expect("labels");
        assert_eq!(Labels::from_db(&kept.to_db()), Some(kept));
    }
}
