//! The second factor: setting it up, its recovery codes, and signing in with it.

use latchkey::base::time::Span;
use latchkey::domain::second_factor::Overview;
use latchkey::http::web::form::Problems;
use latchkey::http::web::profile::authenticator::{AuthenticatorPage, ScanPage, SwitchOffPage};
use latchkey::http::web::profile::qr::QrView;
use latchkey::http::web::profile::recovery_codes::{CodesMadePage, RecoveryCodesPage};
use latchkey::http::web::second_step::SecondStepPage;

use super::{LONG, Sample, ago, as_member, page, signed_out};

pub fn samples() -> Vec<Sample> {
    [second_step(), authenticator(), recovery_codes()].concat()
}

fn second_step() -> Vec<Sample> {
    let form = |problems| SecondStepPage { chrome: signed_out(), problems, next: "/profile/tokens?sort=name".into() };
    let wrong = "This code is wrong, or was used before. Wait for the next one, and check the clock of your phone.";
    vec![page("second-step", &form(Problems::none())), page("second-step-error", &form(Problems::one("code", wrong)))]
}

fn authenticator() -> Vec<Sample> {
    let uri = |service: &str| {
        format!("otpauth://totp/{service}:anna%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer={service}")
    };
    let scan = |problems, service: &str| ScanPage {
        chrome: as_member(),
        problems,
        qr: QrView::of(&uri(service)),
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".into(),
    };
    let wrong =
        Problems::one("code", "This code is wrong. Wait for the next one in your app, and check the clock of your phone.");
    let required =
        Problems::one("switch-off", "An administrator requires a second factor for one of your roles. Ask them first.");
    vec![
        page("authenticator", &AuthenticatorPage { chrome: as_member(), required: false }),
        page("authenticator-required", &AuthenticatorPage { chrome: signed_out(), required: true }),
        page("authenticator-scan", &scan(Problems::none(), "Latchkey")),
        page("authenticator-scan-long", &scan(Problems::none(), &LONG.replace(' ', "%20"))),
        page("authenticator-scan-error", &scan(wrong, "Latchkey")),
        page("authenticator-off", &SwitchOffPage { chrome: as_member(), problems: Problems::none() }),
        page("authenticator-off-error", &SwitchOffPage { chrome: as_member(), problems: required }),
    ]
}

fn recovery_codes() -> Vec<Sample> {
    let codes = |left, unconfirmed, problems, notice: Option<&str>| RecoveryCodesPage {
        chrome: as_member(),
        problems,
        codes: Overview { left, unconfirmed },
        notice: notice.map(Into::into),
    };
    let on = "Your authenticator app is on. From now on signing in asks for its code.";
    let none = Problems::one("code", "This is none of the new codes. Look at what you stored, or make new ones.");
    let made = CodesMadePage {
        chrome: as_member(),
        problems: Problems::none(),
        codes: (0..10).map(|n| format!("k7xm-2p9q-{n}bcd-0123")).collect(),
    };
    vec![
        page("recovery-codes-none", &codes(0, None, Problems::none(), Some(on))),
        page("recovery-codes", &codes(7, None, Problems::none(), None)),
        page("recovery-codes-not-stored", &codes(0, Some(ago(Span::minutes(2))), Problems::none(), None)),
        page("recovery-codes-error", &codes(0, Some(ago(Span::minutes(2))), none, None)),
        page("recovery-codes-made", &made),
    ]
}
