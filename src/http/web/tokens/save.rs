//! `POST /profile/tokens/save`: a token that has just been shown, as a file.
//!
//! The page that shows a token sends it back, so that a download needs no script; nothing is kept of it here either.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Data;

use crate::app::App;
use crate::domain::credentials::SecretFormat;
use crate::http::web::error::Trouble;
use crate::http::web::page::Answer;
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

/// `POST /profile/tokens/save`
///
/// # Errors
/// 400 for anything that is no token: we write no other text into anybody's files.
pub async fn save(app: Data<App>, _me: SignedIn, form: Posted) -> Answer {
    let secret = form.text("secret");
    if SecretFormat::new(&app.ctx.settings.token_brand).recognise(secret).is_none() {
        return Err(Trouble::Unreadable.into());
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file_name(form.text("name")))))
        .body(format!("{secret}\n")))
}

/// `token-ci-deploy.txt`: letters, digits and hyphens, so that it is a name on every system and cannot leave its
/// folder or its header.
fn file_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    let words = std::iter::once("token").chain(plain.split_whitespace());
    let name: String = words.collect::<Vec<_>>().join("-").chars().take(60).collect();
    format!("{}.txt", name.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_like_its_token_as_far_as_that_is_safe() {
        for (name, file) in [
            ("CI deploy", "token-ci-deploy.txt"),
            ("", "token.txt"),
            ("../../etc/passwd", "token-etc-passwd.txt"),
            ("a\"; filename=\"b.exe", "token-a-filename-b-exe.txt"),
            ("Nächtlich", "token-n-chtlich.txt"),
            ("con", "token-con.txt"),
        ] {
            assert_eq!(file_name(name), file);
        }
        assert!(file_name(&"a ".repeat(100)).len() <= 64);
    }
}
