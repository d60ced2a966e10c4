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

/// An icon of our sprite, or a shape that is all numbers: a QR code, the bars of a chart, with its name.
fn is_own_drawing(part: ElementRef<'_>) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    let lines = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b"MmLlHhVvZz.,- ".contains(&b));
    let class = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b' ');
    part.value().attrs().all(|(attribute, value)| match (part.value().name(), attribute) {
        ("use", "href") => value.starts_with("/static/"),
        ("path", "d") => lines(value),
        ("rect", "x" | "y" | "width" | "height" | "rx") => number(value),
        ("path" | "rect", "class") => class(value),
        ("title" | "desc", "id") => true,
        _ => false,
    }) && matches!(part.value().name(), "use" | "path" | "rect" | "title" | "desc")
}

#[test]
fn r43_a_drawing_that_is_not_ours_is_found() {
    let ours = |svg: &str| select(&Html::parse_fragment(&format!("<svg>{svg}</svg>")), "svg *").into_iter().all(is_own_drawing);
    for svg in
        ["<use href=\"/static/icons.svg#x\"></use>", "<path d=\"M4 4h7v1h-7z\"></path>", "<rect x=\"1\" width=\"2.5\"></rect>"]
    {
        assert!(ours(svg), "{svg}");
    }
    for svg in [
        "<use href=\"https://evil.test/a.svg#x\"></use>",
        "<script>alert(1)</script>",
        "<path d=\"M4 4\" onload=\"x\"></path>",
        "<rect width=\"url(#x)\"></rect>",
        "<image href=\"/x\"></image>",
        "<a><path d=\"\"></path></a>",
        "<foreignObject></foreignObject>",
    ] {
        assert!(!ours(svg), "{svg}");
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
        for part in select(page, "svg *") {
            assert!(is_own_drawing(part), "{name}: a drawing from outside: {}", part.html());
        }
    });
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
