//! For whoever runs Latchkey: is it alive, is it ready, what does it count.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, ServiceConfig};

use super::shown;
use crate::app::App;
use crate::db::Db;
use crate::telemetry::Metrics;

/// Whether new requests are welcome.
#[derive(Default)]
pub struct Readiness(AtomicBool);

impl Readiness {
    /// Requests may come.
    pub fn open(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// The process is about to end.
    pub fn close(&self) {
        self.0.store(false, Ordering::Release);
    }

    fn is_open(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How many requests were answered, by the first digit of the status.
#[derive(Default)]
pub struct Answered([AtomicU64; 5]);

impl Answered {
    /// Counts one.
    pub fn count(&self, status: StatusCode) {
        if let Some(counter) = self.0.get(usize::from(status.as_u16() / 100).wrapping_sub(1)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The routes of the main server.
pub fn routes(config: &mut ServiceConfig) {
    config.service(shown("/healthz", healthy)).service(shown("/readyz", ready));
}

/// The routes of the metrics server, which listens elsewhere or not at all.
pub fn metrics_routes(config: &mut ServiceConfig) {
    config.service(shown("/metrics", metrics));
}

/// The process runs.
async fn healthy() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// The database answers and the process is not about to end.
async fn ready(app: Data<App>) -> HttpResponse {
    let answers = app.readiness.is_open() && database_answers(&app.ctx.db).await;
    let (status, word) = if answers { (StatusCode::OK, "ready\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready\n") };
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(word)
}

async fn database_answers(db: &Db) -> bool {
    db.ping().await.is_ok()
}

async fn metrics(app: Data<App>) -> HttpResponse {
    let mut text = Metrics::default();
    let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];
    let answered = classes.into_iter().zip(app.answered.0.iter().map(|counter| counter.load(Ordering::Relaxed)));
    text.counters("latchkey_http_answers_total", "Requests answered, by class of status.", "class", answered);
    text.counter("latchkey_password_hashes_total", "Passwords hashed.", app.ctx.hasher.hashes_total());
    text.counter("latchkey_verify_misses_total", "Verifications that had to read the database.", app.ctx.verifier.misses());
    HttpResponse::Ok().content_type(Metrics::CONTENT_TYPE).body(text.text())
}
