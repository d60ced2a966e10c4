//! The sheet, the script and the icons: embedded, named by their content, compressed once at start.
//!
//! A name holds the hash of what it names, so a browser may keep the file for ever and a new build is seen at once.

use std::io::Write as _;
use std::sync::OnceLock;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

use super::error::Trouble;
use super::page::Answer;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

struct Asset {
    /// As the source calls it: `style.css`.
    name: String,
    /// As the pages call it: `/static/style.5f0c1d2e3a4b5c6d.css`.
    path: String,
    kind: &'static str,
    plain: Bytes,
    gzip: Bytes,
}

/// Where the named file is served.
///
/// # Panics
/// When there is no such file: a template names one that nobody wrote.
pub fn url(name: &str) -> &'static str {
    let asset = all().iter().find(|asset| asset.name == name);
    &asset.expect("templates name files that stand in static/").path
}

/// `GET /static/{name}`
///
/// # Errors
/// When no file of this build has that name.
pub async fn show(request: HttpRequest) -> Answer {
    serve(&request).ok_or(Trouble::NotFound.into())
}

fn serve(request: &HttpRequest) -> Option<HttpResponse> {
    let asset = all().iter().find(|asset| asset.path == request.path())?;
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, asset.kind))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    if !takes_gzip(request) {
        return Some(answer.body(asset.plain.clone()));
    }
    Some(answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(asset.gzip.clone()))
}

/// Whether the client lists gzip without ruling it out (RFC 9110 §12.5.3).
fn takes_gzip(request: &HttpRequest) -> bool {
    let listed = request.headers().get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    listed.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let ruled_out = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        named && !ruled_out
    })
}

fn all() -> &'static [Asset] {
    static ALL: OnceLock<Vec<Asset>> = OnceLock::new();
    ALL.get_or_init(|| Files::iter().map(|name| load(&name)).collect())
}

fn load(name: &str) -> Asset {
    let file = Files::get(name).expect("it was listed a moment ago");
    let hash: String = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let (stem, ending) = name.rsplit_once('.').expect("every file in static/ has an ending");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&file.data).expect("memory takes what is written to it");
    Asset {
        name: name.to_owned(),
        path: format!("/static/{stem}.{hash}.{ending}"),
        kind: kind(ending),
        gzip: gzip.finish().expect("memory takes what is written to it").into(),
        plain: file.data.into_owned().into(),
    }
}

fn kind(ending: &str) -> &'static str {
    match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn get(path: &str, encodings: &str) -> Option<HttpResponse> {
        serve(&TestRequest::get().uri(path).insert_header((header::ACCEPT_ENCODING, encodings)).to_http_request())
    }

    #[test]
    fn a_file_is_served_under_the_name_of_its_content_alone() {
        let answer = get(url("style.css"), "br, gzip").expect("the sheet is there");
        assert_eq!(answer.headers().get(header::CONTENT_ENCODING).expect("it is packed"), "gzip");
        assert_eq!(answer.headers().get(header::CONTENT_TYPE).expect("it has a type"), "text/css; charset=utf-8");
        for path in ["/static/style.css", "/static/style.0000000000000000.css", "/static/", "/static/../Cargo.toml"] {
            assert!(get(path, "gzip").is_none(), "{path}");
        }
    }

    #[test]
    fn a_client_that_takes_no_gzip_gets_the_plain_file() {
        for encodings in ["", "br", "gzip;q=0", "identity, gzip; q=0.0"] {
            let answer = get(url("app.js"), encodings).expect("the script is there");
            assert!(answer.headers().get(header::CONTENT_ENCODING).is_none(), "{encodings}");
        }
    }

    #[test]
    fn what_a_first_visit_loads_stays_small() {
        let total: usize = all().iter().map(|asset| asset.gzip.len()).sum();
        assert!(total < 20_000, "sheet, script and icons weigh {total} bytes");
    }
}
