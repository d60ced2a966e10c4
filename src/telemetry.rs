//! What the process says about itself: log lines, and metrics in Prometheus' text format.
//!
//! Secrets have no `Debug`, `Display` or `Serialize`, so none can be logged by accident. What strangers send (an
//! agent, a path) may hold line breaks and terminal codes: they are escaped for the whole line, whoever logs it.

use std::fmt::{Display, Write as _};
use std::io::{self, Write};
use std::panic::PanicHookInfo;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{Log, LogFormat};

/// Sends log lines to standard error from now on, those about panics too. Later calls change nothing.
pub fn start(log: &Log) {
    let started = tracing::subscriber::set_global_default(subscriber(log, io::stderr));
    std::panic::set_hook(Box::new(report));
    if started.is_err() {
        tracing::debug!("logging had been started before");
    }
}

/// Says where the process panicked. A message that was put together may hold what a stranger sent, and stays out.
fn report(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let why = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("not shown: it may hold what was sent");
    tracing::error!(place, why, "panicked");
}

/// lettre would log every line of the SMTP exchange at `debug`: the password, and mails with their links and codes.
const UNLOGGED: &str = "lettre::transport::smtp::client::async_connection=info";

/// The server library tells at `info` how many threads it starts; nobody asked.
const QUIET: &str = "actix_server=warn";

/// What turns events into lines for `writer`.
fn subscriber<W>(log: &Log, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = [UNLOGGED, QUIET]
        .iter()
        .fold(EnvFilter::new(&log.filter), |filter, directive| filter.add_directive(directive.parse().expect("a directive")));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(OneLine(writer));
    match log.format {
        LogFormat::Text => Box::new(lines.finish()),
        LogFormat::Json => Box::new(lines.json().flatten_event(true).finish()),
    }
}

/// Makes writers that keep every event on one line.
struct OneLine<W>(W);

/// Writes an event with its control characters escaped.
struct Escaping<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for OneLine<W> {
    type Writer = Escaping<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Escaping(self.0.make_writer())
    }
}

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let mut line = escaped(text.strip_suffix('\n').unwrap_or(&text));
        line.push('\n');
        self.0.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Control characters, and the marks that break lines or turn a text's direction, as JSON spells them; the rest
/// unchanged.
fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            write!(line, "\\u{:04x}", u32::from(c)).expect("a String takes all text");
        } else {
            line.push(c);
        }
    }
    line
}

/// A page of metrics (Prometheus text format 0.0.4), written series by series.
#[derive(Debug, Default)]
pub struct Metrics(String);

impl Metrics {
    /// The `Content-Type` of the page.
    pub const CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";

    /// A number that only grows; its name ends in `_total`.
    pub fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, help, "counter");
        self.sample(name, "", value);
    }

    /// A number that only grows, apart by the values of one label.
    pub fn counters<'a>(&mut self, name: &str, help: &str, label: &str, values: impl IntoIterator<Item = (&'a str, u64)>) {
        self.family(name, help, "counter");
        for (value, count) in values {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            self.sample(name, &format!("{{{label}=\"{value}\"}}"), count);
        }
    }

    /// A number that goes up and down. Times are in seconds, sizes in bytes.
    pub fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.family(name, help, "gauge");
        self.sample(name, "", value);
    }

    /// The page.
    pub fn text(self) -> String {
        self.0
    }

    fn family(&mut self, name: &str, help: &str, kind: &str) {
        writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}").expect("a String takes all text");
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl Display) {
        writeln!(self.0, "{name}{labels} {value}").expect("a String takes all text");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What is logged in `format` while `work` runs.
    fn logged(format: LogFormat, work: impl FnOnce()) -> String {
        logged_by("info", format, work)
    }

    fn logged_by(filter: &str, format: LogFormat, work: impl FnOnce()) -> String {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = lines.clone();
        let log = Log { filter: filter.to_owned(), format };
        tracing::subscriber::with_default(subscriber(&log, move || Shared(writer.clone())), work);
        String::from_utf8(std::mem::take(&mut lines.lock().expect("not poisoned"))).expect("UTF-8")
    }

    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    const FORGED: &str = "curl\r\nERROR forged \u{1b}[31m\u{9b}2J\u{2028}x\u{7f}";

    #[test]
    fn r120_what_a_stranger_sends_stays_within_one_line() {
        let text = logged(LogFormat::Text, || tracing::info!(agent = FORGED, shown = %FORGED, "seen {FORGED}"));
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        assert!(text.ends_with('\n') && !text.trim_end().contains(|c: char| c.is_control() || c == '\u{2028}'), "{text:?}");
    }

    #[test]
    fn r120_a_json_line_is_one_object_that_reads_back_what_was_sent() {
        let text = logged(LogFormat::Json, || tracing::warn!(agent = FORGED, "seen"));
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        let line: serde_json::Value = serde_json::from_str(&text).expect("one JSON object");
        assert_eq!((line["agent"].as_str(), line["level"].as_str()), (Some(FORGED), Some("WARN")));
        assert!(!text.trim_end().contains(char::is_control), "{text:?}");
    }

    #[test]
    fn r119_no_filter_makes_the_log_show_what_is_said_to_the_mail_server() {
        let exchange = || tracing::debug!(target: "lettre::transport::smtp::client::async_connection", "Wrote: CANARY");
        for filter in ["debug", "trace", "lettre=trace", "info,lettre::transport::smtp::client::async_connection=trace"] {
            assert_eq!(logged_by(filter, LogFormat::Text, exchange), "", "{filter}");
        }
    }

    #[test]
    fn what_the_filter_leaves_out_is_not_logged() {
        assert_eq!(logged(LogFormat::Text, || tracing::debug!("quiet")), "");
    }

    #[test]
    fn a_page_of_metrics_reads_as_prometheus_writes_it() {
        let mut page = Metrics::default();
        page.counter("latchkey_hashes_total", "Passwords hashed.", 3);
        page.counters("latchkey_verdicts_total", "Verdicts.", "code", [("VALID", 2), ("a\"b", 1)]);
        page.gauge("latchkey_stamp_age_seconds", "Age of the last read.", 0.25);
        insta::assert_snapshot!(page.text(), @r#"
        # HELP latchkey_hashes_total Passwords hashed.
        # TYPE latchkey_hashes_total counter
        latchkey_hashes_total 3
        # HELP latchkey_verdicts_total Verdicts.
        # TYPE latchkey_verdicts_total counter
        latchkey_verdicts_total{code="VALID"} 2
        latchkey_verdicts_total{code="a\"b"} 1
        # HELP latchkey_stamp_age_seconds Age of the last read.
        # TYPE latchkey_stamp_age_seconds gauge
        latchkey_stamp_age_seconds 0.25
        "#);
    }
}
