//! Sends requests: raw TCP, bytes that are ready, and as little work per answer as can be, because it is done on the
//! processors that the server needs.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Threads that send.
const THREADS: usize = 2;

/// Requests that one connection sends, one after the other and then from the first again.
#[derive(Clone)]
pub struct Load {
    to: SocketAddr,
    requests: Vec<Vec<u8>>,
    /// A refresh token, where each request is for the next one; it goes on from measurement to measurement.
    refresh: Option<Arc<Mutex<String>>>,
}

/// What came of it.
pub struct Measured {
    /// Of every answer, in microseconds, in ascending order.
    latencies: Vec<u32>,
    elapsed: Duration,
}

impl Load {
    /// A page.
    pub fn get(to: SocketAddr, path: &str, headers: &str) -> Self {
        Self::of(to, vec![format!("GET {path} HTTP/1.1\r\nhost: {to}\r\n{headers}\r\n").into_bytes()])
    }

    /// Who am I.
    pub fn me(to: SocketAddr, token: &str) -> Self {
        Self::get(to, "/v1/me", &format!("authorization: Bearer {token}\r\nuser-agent: bench\r\n"))
    }

    /// Is this token good: asked with the token itself.
    pub fn verify(to: SocketAddr, token: &str) -> Self {
        Self::of(to, vec![question(to, token, token, "profile")])
    }

    /// Are these keys good: asked one after the other, with one of them.
    pub fn verify_each(to: SocketAddr, asker: &str, keys: &[String]) -> Self {
        Self::of(to, keys.iter().map(|key| question(to, asker, key, "verify")).collect())
    }

    /// A form, as OAuth clients send it.
    pub fn form(to: SocketAddr, path: &str, body: &str) -> Self {
        Self::of(to, vec![posted(to, path, "", "application/x-www-form-urlencoded", body)])
    }

    /// One refresh token for the next.
    pub fn refresh(to: SocketAddr, token: &Arc<Mutex<String>>) -> Self {
        Self { refresh: Some(token.clone()), ..Self::of(to, Vec::new()) }
    }

    fn of(to: SocketAddr, requests: Vec<Vec<u8>>) -> Self {
        Self { to, requests, refresh: None }
    }
}

fn posted(to: SocketAddr, path: &str, headers: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {to}\r\n{headers}user-agent: bench\r\n");
    (head + &format!("content-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}")).into_bytes()
}

/// What asks for the refresh token that follows this one.
fn next_request(to: SocketAddr, token: &Mutex<String>) -> Vec<u8> {
    let token = token.lock().expect("one connection holds it");
    posted(to, "/v1/auth/refresh", "", "application/json", &format!("{{\"refreshToken\":\"{token}\"}}"))
}

/// The refresh token in an answer.
fn refresh_token(answer: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(answer);
    let (_, rest) = text.split_once("\"refreshToken\":\"")?;
    rest.split_once('"').map(|(token, _)| token.to_owned())
}

fn question(to: SocketAddr, asker: &str, secret: &str, scope: &str) -> Vec<u8> {
    let body = format!("{{\"token\":\"{secret}\",\"scopes\":\"{scope}\"}}");
    posted(to, "/v1/verify", &format!("authorization: Bearer {asker}\r\n"), "application/json", &body)
}

impl Measured {
    /// How many answers came.
    pub fn answers(&self) -> f64 {
        self.latencies.len() as f64
    }

    /// Per second.
    pub fn rate(&self) -> f64 {
        self.answers() / self.elapsed.as_secs_f64()
    }

    /// The latency that this share of the answers did not exceed, in milliseconds.
    pub fn quantile(&self, share: f64) -> f64 {
        let at = ((self.latencies.len() - 1) as f64 * share) as usize;
        f64::from(self.latencies[at]) / 1_000.0
    }
}

/// Asks over this many connections until the time is over. The requests are dealt out among the connections.
pub fn run(requests: &[Load], connections: usize, length: Duration) -> Measured {
    let begun = Instant::now();
    let until = begun + length;
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let own: Vec<Load> = (thread..connections).step_by(THREADS).map(|n| requests[n % requests.len()].clone()).collect();
            std::thread::spawn(move || send(own, until))
        })
        .collect();
    let mut latencies: Vec<u32> = threads.into_iter().flat_map(|thread| thread.join().expect("a sender")).collect();
    let elapsed = begun.elapsed();
    latencies.sort_unstable();
    Measured { latencies, elapsed }
}

fn send(requests: Vec<Load>, until: Instant) -> Vec<u32> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut senders: JoinSet<_> = requests.into_iter().map(|request| ask(request, until)).collect();
        let mut latencies = Vec::new();
        while let Some(answered) = senders.join_next().await {
            latencies.append(&mut answered.expect("a sender").expect("the server answers"));
        }
        latencies
    })
}

/// Asks again and again over one connection.
async fn ask(request: Load, until: Instant) -> io::Result<Vec<u32>> {
    let mut connection = TcpStream::connect(request.to).await?;
    connection.set_nodelay(true)?;
    let mut latencies = Vec::with_capacity(1 << 14);
    let mut buffer = Vec::with_capacity(1 << 16);
    let mut begun = Instant::now();
    let mut bytes = request.requests.iter().cycle();
    while begun < until {
        match &request.refresh {
            Some(token) => connection.write_all(&next_request(request.to, token)).await?,
            None => connection.write_all(bytes.next().expect("a load is never empty")).await?,
        }
        read_answer(&mut connection, &mut buffer).await?;
        if let Some(token) = &request.refresh {
            *token.lock().expect("one connection holds it") = refresh_token(&buffer).expect("a successor");
        }
        let now = Instant::now();
        latencies.push(u32::try_from((now - begun).as_micros()).unwrap_or(u32::MAX));
        begun = now;
    }
    Ok(latencies)
}

/// Reads one answer whole, and makes sure that it is a good one.
async fn read_answer(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    loop {
        if connection.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(length) = length(buffer) else { continue };
        if !buffer.starts_with(b"HTTP/1.1 200 ") {
            return Err(io::Error::other(String::from_utf8_lossy(buffer)));
        }
        if buffer.len() >= length {
            return Ok(());
        }
    }
}

/// How long the answer is that begins so, once its head is there.
fn length(answer: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length: ";
    let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let at = answer[..head].windows(NAME.len()).position(|bytes| bytes == NAME)? + NAME.len();
    let digits = answer[at..head].iter().take_while(|byte| byte.is_ascii_digit());
    Some(head + digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}
