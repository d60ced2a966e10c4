//! What an answer tells of a limit: `X-RateLimit-*` as CONTRACTS has them, and beside them `RateLimit-Policy` and
//! `RateLimit` (draft-ietf-httpapi-ratelimit-headers). The policy is named after whoever shares the bucket that binds.
//!
//! Every answer to a caller carries them, so they are written into one buffer on the stack and share one allocation.

use std::io::Write;

use actix_web::HttpMessage;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::{Bytes, Data};

use crate::app::App;
use crate::base::time::{Span, Timestamp};
use crate::domain::limits::{Allowance, Exhausted, Pool};

const NAMES: [HeaderName; 5] = [
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("ratelimit"),
];
/// Longer than the five values together: numbers of at most 20 digits, and words of ours.
const ROOM: usize = 256;

/// Tells a caller what is left of their limit, unless the answer tells of a limit already.
pub fn tell_caller(response: &mut ServiceResponse<BoxBody>) {
    let left = response.request().extensions().get::<Allowance>().copied();
    if let Some(left) = left.filter(|_| !response.headers().contains_key(&NAMES[0])) {
        let now = response.request().app_data::<Data<App>>().expect("every server has its App").ctx.now();
        tell_left(response.response_mut().headers_mut(), &left, now);
    }
}

/// What is left of a limit.
fn tell_left(headers: &mut HeaderMap, left: &Allowance, now: Timestamp) {
    let Allowance { pool, limit, window, remaining, reset_at } = *left;
    Told { pool, limit, window, remaining, reset_at, wait: left.wait(now) }.write(headers);
}

/// That nothing is left of a limit, and how long that lasts. `Retry-After` is never shorter than what is told here.
pub fn tell_exhausted(headers: &mut HeaderMap, exhausted: &Exhausted) {
    let Exhausted { pool, limit, window, retry_after, reset_at } = *exhausted;
    Told { pool, limit, window, remaining: 0, reset_at, wait: retry_after }.write(headers);
}

struct Told {
    pool: Pool,
    limit: u32,
    window: Span,
    remaining: u32,
    reset_at: Timestamp,
    wait: Span,
}

impl Told {
    fn write(&self, headers: &mut HeaderMap) {
        let (limit, remaining, word) = (self.limit, self.remaining, self.pool.as_str());
        let (reset, window, wait) = (self.reset_at.unix_seconds() + 1, self.window.seconds_up(), self.wait.seconds_up().max(1));
        let mut room = [0; ROOM];
        let mut rest = &mut room[..];
        let mut ends = [0; 5];
        let values = [
            format_args!("{limit}"),
            format_args!("{remaining}"),
            format_args!("{reset}"),
            format_args!("\"{word}\";q={limit};w={window}"),
            format_args!("\"{word}\";r={remaining};t={wait}"),
        ];
        for (end, value) in ends.iter_mut().zip(values) {
            rest.write_fmt(value).expect("five numbers and a word fit");
            *end = ROOM - rest.len();
        }
        let whole = Bytes::copy_from_slice(&room[..ends[4]]);
        let mut start = 0;
        for (name, end) in NAMES.into_iter().zip(ends) {
            let value = HeaderValue::from_maybe_shared(whole.slice(start..end)).expect("visible letters alone");
            headers.insert(name, value);
            start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::limits::{Bucket, Rate};

    fn lines(headers: &HeaderMap) -> Vec<&str> {
        NAMES.iter().map(|name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")).collect()
    }

    #[test]
    fn r107_the_headers_of_both_contracts_say_the_same() {
        let (bucket, rate) = (Bucket::of(Pool::Workspace), Rate::per_minute(60));
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let mut headers = HeaderMap::new();
        tell_left(&mut headers, &bucket.take(rate, 12, now).expect("there are 60"), now);
        assert_eq!(lines(&headers), ["60", "48", "1800000013", "\"workspace\";q=60;w=60", "\"workspace\";r=48;t=12"]);
        tell_left(&mut headers, &bucket.take(rate, 48, now).expect("there are 48"), now);
        assert_eq!(lines(&headers)[4], "\"workspace\";r=0;t=1", "one is back in a second");
        tell_exhausted(&mut headers, &bucket.take(rate, 1, now).expect_err("there is none"));
        assert_eq!(lines(&headers), ["60", "0", "1800000061", "\"workspace\";q=60;w=60", "\"workspace\";r=0;t=1"]);
    }

    #[test]
    fn the_largest_numbers_fit() {
        let last = Timestamp::from_micros(i64::MAX);
        let left =
            Allowance { pool: Pool::Credential, limit: u32::MAX, window: Span::days(365), remaining: u32::MAX, reset_at: last };
        let mut headers = HeaderMap::new();
        tell_left(&mut headers, &left, Timestamp::from_micros(0));
        assert!(lines(&headers).iter().all(|line| !line.is_empty()));
    }
}
