//! The way in.

use latchkey::base::time::Span;
use latchkey::domain::profile::Way;
use latchkey::http::web::address::{AddressDonePage, AddressLinkPage, AddressTakenPage};
use latchkey::http::web::confirmed::ConfirmPage;
use latchkey::http::web::form::{Problems, password_hint};
use latchkey::http::web::home::HomePage;
use latchkey::http::web::invite::InvitePage;
use latchkey::http::web::recover::{NewPasswordPage, RecoverPage, RecoverySentPage};
use latchkey::http::web::setup::SetupPage;
use latchkey::http::web::sign_in::SignInPage;
use latchkey::http::web::sign_up::{CheckMailPage, SignUpClosedPage, SignUpPage};
use latchkey::http::web::verify::{DeadLink, LinkGonePage, VerifiedPage, VerifyCodePage, VerifyLinkPage};

use super::{BASE_URL, HOSTILE, LONG, Sample, anna, as_member, now, page, signed_out};

pub fn samples() -> Vec<Sample> {
    [home(), sign_up(), check_mail(), verify(), invite(), recover(), address(), sign_in(), confirm(), setup()].concat()
}

fn home() -> Vec<Sample> {
    let home = |sign_up_open| HomePage { chrome: signed_out(), base_url: BASE_URL.into(), sign_up_open };
    vec![page("home", &home(true)), page("home-invite-only", &home(false))]
}

fn sign_up() -> Vec<Sample> {
    let form = |problems, name: &str, email: &str| SignUpPage {
        chrome: signed_out(),
        problems,
        name: name.into(),
        email: email.into(),
        password_hint: password_hint(12),
    };
    let empty = form(Problems::none(), "", "");
    let mut problems = Problems::one("name", "This name is too long: 100 characters at most.");
    problems.add("email", "Enter an email address in the form name@example.com.");
    problems.add("password", "This password is too short: 12 characters at least.");
    let wrong = form(problems, LONG, HOSTILE);
    let closed = SignUpClosedPage { chrome: signed_out() };
    vec![page("sign-up", &empty), page("sign-up-error", &wrong), page("sign-up-closed", &closed)]
}

fn check_mail() -> Vec<Sample> {
    let sent = |email: &str, mail_folder: Option<&str>| CheckMailPage {
        chrome: signed_out(),
        email: email.into(),
        mail_folder: mail_folder.map(Into::into),
    };
    vec![
        page("check-mail", &sent("anna@example.com", None)),
        page("check-mail-folder", &sent("anna@example.com", Some("/home/anna/latchkey/data/mail"))),
        page("check-mail-long", &sent(&format!("{}@example.com", "long".repeat(16)), None)),
    ]
}

fn verify() -> Vec<Sample> {
    let link = VerifyLinkPage { chrome: signed_out(), link: "3kTq9vBn".into(), email: "anna@example.com".into() };
    let code = |problems, email: &str| VerifyCodePage { chrome: as_member(), problems, email: email.into() };
    let wrong = Problems::one("code", "Enter the six digits from the mail.");
    let done = |chrome| VerifiedPage { chrome, email: "anna@example.com".into() };
    let gone = |link| LinkGonePage { chrome: signed_out(), link };
    vec![
        page("verify-link", &link),
        page("verify-code", &code(Problems::none(), "")),
        page("verify-code-error", &code(wrong, "anna@example.com")),
        page("verified", &done(as_member())),
        page("verified-signed-out", &done(signed_out())),
        page("link-gone", &gone(DeadLink::Verify)),
        page("setup-link-gone", &gone(DeadLink::Setup)),
        page("invite-link-gone", &gone(DeadLink::Invite)),
        page("recover-link-gone", &gone(DeadLink::Recover)),
        page("confirm-address-link-gone", &gone(DeadLink::ChangeAddress)),
        page("undo-address-link-gone", &gone(DeadLink::UndoAddress)),
    ]
}

fn address() -> Vec<Sample> {
    let link = |way, from: &str, to: &str| AddressLinkPage {
        chrome: signed_out(),
        way,
        link: "3kTq9vBn".into(),
        from: from.into(),
        to: to.into(),
    };
    let done = |chrome, way, folder: Option<&str>| AddressDonePage {
        chrome,
        way,
        email: "anna@berg.example".into(),
        mail_folder: folder.map(Into::into),
    };
    let taken = |way| AddressTakenPage { chrome: signed_out(), way };
    let long = format!("{}@example.com", "long".repeat(16));
    vec![
        page("confirm-address", &link(Way::Change, "anna@example.com", "anna@berg.example")),
        page("confirm-address-long", &link(Way::Change, &long, &long)),
        page("undo-address", &link(Way::Undo, "anna@berg.example", "anna@example.com")),
        page("address-changed", &done(as_member(), Way::Change, None)),
        page("address-restored", &done(signed_out(), Way::Undo, Some("/home/anna/latchkey/data/mail"))),
        page("address-taken", &taken(Way::Change)),
        page("address-taken-undo", &taken(Way::Undo)),
    ]
}

fn recover() -> Vec<Sample> {
    let ask = |problems, email: &str| RecoverPage { chrome: signed_out(), problems, email: email.into() };
    let sent = |email: &str, folder: Option<&str>| RecoverySentPage {
        chrome: signed_out(),
        email: email.into(),
        mail_folder: folder.map(Into::into),
    };
    let link = |problems, email: &str, revoke_tokens| NewPasswordPage {
        chrome: signed_out(),
        problems,
        link: "3kTq9vBn".into(),
        email: email.into(),
        password_hint: password_hint(12),
        revoke_tokens,
    };
    let no_address = Problems::one("email", "Enter an email address in the form name@example.com.");
    let short = Problems::one("password", "This password is too short: use 12 characters or more.");
    let long = format!("{}@example.com", "long".repeat(16));
    vec![
        page("recover", &ask(Problems::none(), "")),
        page("recover-error", &ask(no_address, HOSTILE)),
        page("recover-sent", &sent("anna@example.com", None)),
        page("recover-sent-folder", &sent(&long, Some("/home/anna/latchkey/data/mail"))),
        page("recover-link", &link(Problems::none(), "anna@example.com", true)),
        page("recover-link-error", &link(short, &long, false)),
    ]
}

fn invite() -> Vec<Sample> {
    let form = |chrome, problems, inviter: Option<&str>, roles: &[&str], name: &str| InvitePage {
        chrome,
        problems,
        link: "3kTq9vBn".into(),
        inviter: inviter.map(Into::into),
        email: "anna@example.com".into(),
        roles: roles.iter().map(|role| (*role).into()).collect(),
        expires: now() + Span::hours(71),
        name: name.into(),
        password_hint: password_hint(12),
    };
    let ada = Some("Ada Quist (ada@example.com)");
    let wrong = Problems::one("password", "This password is too short: use 12 characters or more.");
    vec![
        page("invite", &form(signed_out(), Problems::none(), ada, &[], "Anna Berg")),
        page("invite-admin", &form(as_member(), Problems::none(), None, &["admin", "auditor"], "")),
        page("invite-error", &form(signed_out(), wrong, Some(HOSTILE), &[LONG], LONG)),
    ]
}

fn confirm() -> Vec<Sample> {
    let kept = [("name".to_owned(), HOSTILE.to_owned()), ("scopes".to_owned(), "verify".to_owned())];
    let asked = |problems| ConfirmPage { chrome: as_member(), who: anna(), problems, action: "/profile/tokens", kept: &kept };
    let wrong = Problems::one("confirm_password", "This is not your password. Nothing was changed yet; try again.");
    vec![page("confirm", &asked(Problems::none())), page("confirm-error", &asked(wrong))]
}

fn sign_in() -> Vec<Sample> {
    let form = |problems, email: &str, notice: Option<&str>| SignInPage {
        chrome: signed_out(),
        problems,
        email: email.into(),
        next: "/profile/tokens".into(),
        notice: notice.map(Into::into),
        warning: None,
        sign_up_open: true,
    };
    let again = "The code was not entered in time, or too many were wrong. Sign in again.";
    let again = SignInPage { warning: Some(again.into()), ..form(Problems::none(), "", None) };
    let wrong = Problems::one("email", "Email and password do not match. Check both and try again.");
    vec![
        page("sign-in", &form(Problems::none(), "", None)),
        page("sign-in-signed-out", &form(Problems::none(), "", Some("You have signed out."))),
        page("sign-in-again", &again),
        page("sign-in-error", &form(wrong, "anna@example.com", None)),
    ]
}

fn setup() -> Vec<Sample> {
    let form = |problems, name: &str| SetupPage {
        chrome: signed_out(),
        problems,
        code: "Yb7pQ".into(),
        expires: now() + Span::minutes(48),
        name: name.into(),
        email: String::new(),
        password_hint: password_hint(12),
        allow_tokens: true,
    };
    let wrong = Problems::one("email", "Enter an email address.");
    vec![page("setup", &form(Problems::none(), "")), page("setup-error", &form(wrong, "Ada Quist"))]
}
