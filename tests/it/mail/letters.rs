//! What a person reads.

use insta::assert_snapshot;
use latchkey::base::secret::base62_of_32;
use latchkey::domain::mail::{Message, render};
use scraper::{Html, Selector};

use super::{keys, samples, service, start};

#[test]
fn every_message_reads_well_as_text_and_as_html() {
    for (name, message) in samples::all() {
        let letter = render(&message, &service(), &keys(), start());
        assert_snapshot!(format!("{name}.txt"), format!("Subject: {}\n\n{}", letter.subject, letter.text));
        assert_snapshot!(format!("{name}.html"), letter.html);
    }
}

#[test]
fn the_text_fits_a_narrow_screen_and_shouts_at_nobody() {
    for (name, message) in samples::all() {
        let letter = render(&message, &service(), &keys(), start());
        let wide = letter.text.lines().find(|line| line.len() > 100 && !line.contains("Mozilla"));
        assert_eq!(wide, None, "{name}");
        assert!(!letter.text.contains('!') && !letter.subject.contains('!'), "{name}");
        assert!(!letter.text.contains("\n\n\n") && !letter.text.contains('\r'), "{name}");
    }
}

#[test]
fn r24_no_notice_carries_a_secret_and_each_says_when_and_from_where() {
    for (name, message) in samples::all() {
        let letter = render(&message, &service(), &keys(), start());
        for part in [&letter.text, &letter.html] {
            assert!(part.contains("28 Nov 2026, 09:27 UTC (3 minutes ago)"), "{name}");
            let by_admin = samples::BY_ADMIN.iter().any(|by| name.contains(by));
            assert_eq!(part.contains("203.0.113.7"), !by_admin, "{name}: an administrator's address is theirs");
            assert!(has_long_secret(part) == samples::WITH_A_LINK.contains(&name), "{name}");
        }
    }
}

/// 43 base62 characters in a row, as our secrets have them.
fn has_long_secret(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.len() >= 43)
}

#[test]
fn r43_markup_in_names_and_agents_stays_text() {
    let attack = r#""><svg/onload=alert(1)>"#;
    let mut message = samples::created(attack, attack);
    if let Message::TokenCreated { cause, .. } = &mut message {
        cause.agent = attack.into();
    }
    let letter = render(&message, &service(), &keys(), start());
    let page = Html::parse_document(&letter.html);
    let found = |css: &str| page.select(&Selector::parse(css).expect("a selector")).count();
    assert_eq!((found("svg"), found("script"), found("img"), found("[onload]")), (0, 0, 0, 0));
    assert!(page.root_element().text().any(|text| text == attack), "shown as it was typed");
    assert!(letter.text.contains(attack), "the plain text needs no escapes");
}

#[test]
fn r50_every_link_begins_with_the_public_url() {
    let anchor = Selector::parse("a").expect("a selector");
    for (name, message) in samples::all() {
        let letter = render(&message, &service(), &keys(), start());
        for link in Html::parse_document(&letter.html).select(&anchor) {
            let target = link.attr("href").expect("a target");
            assert!(target == "https://id.acme.example" || target.starts_with("https://id.acme.example/"), "{name}: {target}");
        }
        let elsewhere = letter.text.split("https://").skip(1).find(|rest| !rest.starts_with("id.acme.example"));
        assert_eq!(elsewhere, None, "{name}");
    }
}

#[test]
fn r55_each_letter_has_text_and_html_without_images() {
    for (name, message) in samples::all() {
        let letter = render(&message, &service(), &keys(), start());
        assert!(!letter.text.trim().is_empty(), "{name}");
        for remote in ["<img", "<link", "<script", "url(", "src="] {
            assert!(!letter.html.contains(remote), "{name}: {remote}");
        }
    }
}

#[test]
fn the_link_and_the_code_are_those_of_the_seed() {
    let message = samples::verify("Ada");
    let Message::VerifyAddress { seed, .. } = &message else { panic!("a verification") };
    let letter = render(&message, &service(), &keys(), start());
    let link = format!("https://id.acme.example/verify/{}", base62_of_32(&keys().link_secret(seed)));
    for part in [&letter.text, &letter.html] {
        assert!(part.contains(&link) && part.contains(&keys().link_code(seed)));
    }
}

#[test]
fn an_advertisement_for_a_name_is_not_passed_on_to_a_stranger() {
    let letter = render(&samples::verify("Win at https://evil.example"), &service(), &keys(), start());
    assert!(letter.text.starts_with("Hello,\n") && !letter.text.contains("evil") && !letter.html.contains("evil"));
    let agent = "Firefox";
    assert!(!letter.text.contains(agent) && !letter.html.contains(agent), "a stranger chose the agent, too");
}
