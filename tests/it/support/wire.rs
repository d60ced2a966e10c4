//! A connection on which a test decides every byte.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::TestApp;
use super::app::Answer;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    pub async fn to(app: &TestApp) -> Self {
        let stream = TcpStream::connect(app.address()).await.expect("connected");
        stream.set_nodelay(true).expect("a socket option");
        Self { stream, read: Vec::new() }
    }

    /// Sends these bytes. What the other side has closed takes nothing, which is no error here.
    pub async fn say(&mut self, bytes: impl AsRef<[u8]>) {
        drop(self.stream.write_all(bytes.as_ref()).await);
    }

    /// The next answer; nothing when the connection ends without one. An answer to HEAD has no body.
    pub async fn answer(&mut self) -> Option<Answer> {
        timeout(PATIENCE, self.next("GET")).await.expect("an answer comes in time")
    }

    /// The next answer, to a request with this method.
    pub async fn answer_to(&mut self, method: &str) -> Option<Answer> {
        timeout(PATIENCE, self.next(method)).await.expect("an answer comes in time")
    }

    /// Whether the other side closes, having said no more.
    pub async fn closes(&mut self) -> bool {
        self.read.is_empty() && timeout(PATIENCE, self.more()).await.expect("something happens in time") == 0
    }

    /// Breaks the connection off, as a machine does that loses its power and comes back: RST instead of FIN.
    pub fn reset(self) {
        self.stream.set_zero_linger().expect("a socket option");
    }

    async fn next(&mut self, method: &str) -> Option<Answer> {
        let end = loop {
            match self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None if self.more().await == 0 => return None,
                None => {}
            }
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).expect("the head is text");
        let (status, headers) = parse(&head);
        let length = headers.get("content-length").and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0);
        let length = if method == "HEAD" { 0 } else { length };
        while self.read.len() < length && self.more().await > 0 {}
        let length = length.min(self.read.len());
        let body = String::from_utf8_lossy(&self.read.drain(..length).collect::<Vec<_>>()).into_owned();
        Some(Answer { status, headers, body })
    }

    /// How many bytes came; none at the end, also at a bad one.
    async fn more(&mut self) -> usize {
        self.stream.read_buf(&mut self.read).await.unwrap_or(0)
    }
}

fn parse(head: &str) -> (u16, HeaderMap) {
    let (first, rest) = head.split_once("\r\n").expect("a status line");
    let status = first.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
    let mut headers = HeaderMap::new();
    for line in rest.lines().filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').expect("a header");
        let name: HeaderName = name.parse().expect("a name");
        headers.append(name, HeaderValue::from_str(value.trim()).expect("a value"));
    }
    (status, headers)
}
