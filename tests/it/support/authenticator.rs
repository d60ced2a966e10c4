//! An authenticator app.

use latchkey::base::time::Timestamp;
use totp_rs::{Builder, Totp};

use super::answer::Answer;
use super::app::Browser;

/// The app on somebody's phone.
pub struct Authenticator(Totp);

impl Authenticator {
    /// Types the secret in that stands on the page.
    #[track_caller]
    pub fn from_page(page: &Answer) -> Self {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let digits = page.text_of(".secret-text").replace(' ', "");
        let bits: Vec<u8> = digits
            .chars()
            .map(|c| ALPHABET.find(c).expect("base32"))
            .flat_map(|value| (0..5).rev().map(move |place| u8::from(value >> place & 1 == 1)))
            .collect();
        let bytes: Vec<u8> = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit)).collect();
        let secret: [u8; 20] = bytes.try_into().expect("160 bits");
        Self(Builder::new().with_secret(secret).build().expect("a good secret"))
    }

    /// What it shows at that instant.
    pub fn code(&self, now: Timestamp) -> String {
        self.0.generate(u64::try_from(now.unix_seconds()).expect("after 1970")).to_string()
    }

    /// Six digits that it does not show within two minutes of that instant.
    pub fn wrong_code(&self, now: Timestamp) -> String {
        let seconds = u64::try_from(now.unix_seconds()).expect("after 1970");
        let shown: Vec<String> = (0..9).map(|n| self.0.generate(seconds + 30 * n - 120).to_string()).collect();
        let mut candidates = (0..1_000_000).map(|n| format!("{n:06}"));
        candidates.find(|code| !shown.contains(code)).expect("few codes are shown")
    }

    /// Sets it up on the security page of somebody who is signed in. The code that is shown now is used up.
    pub async fn set_up(browser: &Browser<'_>) -> Self {
        let page = browser.submit("/profile/security", "/profile/security/authenticator", &[]).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Scan this code"), "{}", page.body);
        let app = Self::from_page(&page);
        let code = app.code(browser.app.clock.now());
        let on = browser.submit_from(&page, "/profile/security/authenticator/on", &[("code", &code)]).await;
        assert_eq!((on.status, on.header("location")), (303, "/profile/security/recovery-codes?done=app-on"), "{}", on.body);
        app
    }
}

/// Makes recovery codes and types one back.
pub async fn recovery_codes(browser: &Browser<'_>) -> Vec<String> {
    let made = browser.submit("/profile/security/recovery-codes", "/profile/security/recovery-codes", &[]).await;
    assert_eq!((made.status, made.text_of("h1").as_str()), (200, "Your recovery codes"), "{}", made.body);
    let codes = made.texts_of(".recovery-codes code");
    let stored = browser.submit_from(&made, "/profile/security/recovery-codes/confirm", &[("code", &codes[3])]).await;
    assert_eq!((stored.status, stored.header("location")), (303, "/profile/security?done=codes"), "{}", stored.body);
    codes
}
