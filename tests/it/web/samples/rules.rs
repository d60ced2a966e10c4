//! What holds on every page.

use std::collections::{HashMap, HashSet};

use scraper::{ElementRef, Html, Selector};

use super::{HOSTILE, LONG, all};

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a valid selector")).collect()
}

fn each(check: impl Fn(&str, &Html)) {
    for (name, html) in all() {
        check(&name, &Html::parse_document(&html));
    }
}

#[test]
fn r43_what_people_typed_never_becomes_markup() {
    each(|name, page| {
        for element in select(page, "*") {
            for (attribute, value) in element.value().attrs() {
                assert!(!attribute.starts_with("on") && attribute != "style", "{name}: <{} {attribute}>", element.value().name());
                let is_link = matches!(attribute, "href" | "src" | "action");
                let stays_here = value.starts_with('/') && !value.starts_with("//") || value.starts_with('#');
                assert!(!is_link || stays_here, "{name}: {attribute}={value}");
            }
        }
        let scripts = select(page, "script, style");
        assert!(scripts.iter().all(|element| element.text().all(str::is_empty)), "{name}: inline script or style");
        for shape in select(page, "svg *") {
            assert!(is_drawn_by_us(shape), "{name}: <{}> in a drawing", shape.value().name());
        }
    });
}

/// What our own drawings are made of: icons of our file, and shapes that only have a place and a class. Texts in them
/// are names.
fn is_drawn_by_us(shape: ElementRef<'_>) -> bool {
    let attributes = |known: &[&str]| shape.value().attrs().all(|(name, _)| known.contains(&name));
    match shape.value().name() {
        "use" => attributes(&["href"]),
        "rect" => attributes(&["class", "x", "y", "width", "height"]),
        "path" => attributes(&["class", "d"]),
        "title" | "desc" => attributes(&["id"]),
        _ => false,
    }
}

#[test]
fn r34_every_form_that_is_posted_carries_the_form_token() {
    each(|name, page| {
        for form in select(page, "form[method=post]") {
            let token = Selector::parse("input[name=form_token][value=k3Zb2nX0]").expect("a valid selector");
            assert_eq!(form.select(&token).count(), 1, "{name}: {:?}", form.value().attr("action"));
        }
        assert!(select(page, "form:not([method])").is_empty(), "{name}: a form without a method");
    });
}

#[test]
fn r48_every_control_has_its_label_and_every_reference_its_target() {
    each(|name, page| {
        let mut ids = HashSet::new();
        for element in select(page, "[id]") {
            let id = element.value().attr("id").expect("selected by it");
            assert!(ids.insert(id), "{name}: two elements are called {id}");
        }
        for attribute in ["aria-describedby", "aria-labelledby", "for"] {
            for element in select(page, &format!("[{attribute}]")) {
                let targets = element.value().attr(attribute).expect("selected by it").split_whitespace();
                targets.for_each(|id| assert!(ids.contains(id), "{name}: {attribute} points to {id}"));
            }
        }
        for link in select(page, "a[href^='#']") {
            let id = &link.value().attr("href").expect("selected by it")[1..];
            assert!(ids.contains(id), "{name}: a link points to #{id}");
        }
        for control in select(page, "input:not([type=hidden]):not([hidden]), select, textarea") {
            let id = control.value().attr("id").unwrap_or_default();
            assert_eq!(select(page, &format!("label[for='{id}']")).len(), 1, "{name}: {id} has no label");
        }
    });
}

#[test]
fn r48_a_page_has_one_heading_and_its_title_tells_a_mistake() {
    each(|name, page| {
        assert_eq!(select(page, "h1").len(), 1, "{name}");
        let title: String = select(page, "head title").iter().flat_map(scraper::ElementRef::text).collect();
        let is_wrong =
            !select(page, ".summary, .problem").is_empty() || name.starts_with("error-") || name.ends_with("link-gone");
        assert_eq!(title.starts_with("Error: "), is_wrong, "{name}: {title}");
    });
}

#[test]
fn what_was_typed_is_kept_after_a_mistake() {
    let kept = [
        ("sign-up-error", "name", LONG),
        ("sign-up-error", "email", HOSTILE),
        ("token-new-error", "name", LONG),
        ("token-new-error", "until", "2031-01-01"),
    ];
    let pages: HashMap<String, String> = all().into_iter().collect();
    for (name, field, text) in kept {
        let page = Html::parse_document(&pages[name]);
        let values: Vec<_> =
            select(&page, &format!("input[name={field}]")).iter().map(|input| input.value().attr("value")).collect();
        assert_eq!(values, [Some(text)], "{name}: {field}");
    }
}

#[test]
fn a_password_is_never_shown_again() {
    each(|name, page| {
        for field in select(page, "input[type=password]") {
            assert_eq!(field.value().attr("value"), None, "{name}");
            assert!(field.value().attr("autocomplete").is_some_and(|what| what.ends_with("-password")), "{name}");
        }
    });
}
