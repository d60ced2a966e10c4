//! Templates: everything is escaped, and nothing in a page runs or styles itself, so that the content policy can
//! forbid it all.

use super::source::{File, files};

/// Where the letters of all mails carry their style with them, because mail readers fetch none.
const MAILS: &str = "templates/mails/layout.html";

/// What may not stand in a template, in small letters, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("|safe", "everything is escaped"),
    ("| safe", "everything is escaped"),
    ("escape(\"none\"", "everything is escaped"),
    ("escape none", "everything is escaped"),
    ("javascript:", "no script but /static"),
    ("<style", "no style but /static"),
    (" style=", "no style but /static"),
];

fn slips(file: &File) -> Vec<String> {
    let text = file.text.to_lowercase();
    let words = FORBIDDEN.iter().filter(|(word, _)| text.contains(word) && !(file.path == MAILS && *word == "<style"));
    let mut found: Vec<String> = words.map(|(word, why)| format!("{}: {word}: {why}", file.path)).collect();
    for (at, _) in text.match_indices("<script") {
        let (tag, rest) = text[at..].split_once('>').unwrap_or((&text[at..], ""));
        if !tag.contains(" src=") || !rest.trim_start().starts_with("</script>") {
            found.push(format!("{}: a script that is not a file", file.path));
        }
    }
    for attribute in text.split([' ', '\n', '\t']).filter(|word| word.starts_with("on")) {
        let (name, value) = attribute.split_once('=').unwrap_or_default();
        if value.starts_with(['"', '\'']) && name.bytes().all(|b| b.is_ascii_lowercase()) {
            found.push(format!("{}: {name}: no script but /static", file.path));
        }
    }
    found
}

#[test]
fn r43_templates_escape_everything_and_r39_hold_no_script_or_style_of_their_own() {
    let found: Vec<String> = files("templates").iter().flat_map(slips).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_a_template_may_not_hold_is_found() {
    let count = |path: &str, text: &str| slips(&File { path: path.to_owned(), text: text.to_owned() }).len();
    for wrong in [
        "{{ name|safe }}",
        "{{ name | safe }}",
        "{{ name|escape(\"none\") }}",
        "<script>a()</script>",
        "<script src=\"/a.js\">b()</script>",
        "<p style=\"color: red\">",
        "<style>p {}</style>",
        "<a href=\"javascript:a()\">",
        "<button\n  onclick=\"a()\">",
    ] {
        assert_eq!(count("templates/pages/a.html", wrong), 1, "{wrong}");
    }
    for good in ["<script src=\"/static/app.js\" defer></script>", "<p class=\"style\">on = off, once=1 is {{ name }}</p>"] {
        assert_eq!(count("templates/pages/a.html", good), 0, "{good}");
    }
    assert_eq!(count(MAILS, "<style>p { margin: 0 }</style>"), 0);
    for wrong in ["<p style=\"margin: 0\">", "{{ name|safe }}"] {
        assert_eq!(count(MAILS, wrong), 1, "{wrong}");
    }
    assert_eq!(count("templates/mails/a.html", "<style>p {}</style>"), 1);
}
