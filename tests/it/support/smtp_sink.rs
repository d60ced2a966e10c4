//! An SMTP server that keeps what it gets.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

/// What one letter came with.
#[derive(Debug, Clone, Default)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

/// How the server treats whoever connects.
#[derive(Debug, Clone, Copy)]
pub enum Manner {
    Takes,
    /// Answers this to every recipient, such as `550 5.1.1 no such person`.
    Refuses(&'static str),
    /// Accepts the connection and says nothing.
    Hangs,
    /// Takes a letter and never says so.
    Stalls,
}

type Shared = Arc<(Mutex<Manner>, Mutex<Vec<Received>>)>;

/// A port that is ours from the start; nobody listens on it until [`SmtpSink::open`].
pub struct SmtpSink {
    pub address: SocketAddr,
    closed: Option<TcpSocket>,
    shared: Shared,
    task: Option<JoinHandle<()>>,
}

impl SmtpSink {
    /// A server that is down.
    pub fn closed() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
        let address = socket.local_addr().expect("an address");
        let shared = Arc::new((Mutex::new(Manner::Takes), Mutex::default()));
        Self { address, closed: Some(socket), shared, task: None }
    }

    /// A server that is up.
    pub fn start(manner: Manner) -> Self {
        let mut sink = Self::closed();
        sink.behave(manner);
        sink.open();
        sink
    }

    /// The server comes up.
    pub fn open(&mut self) {
        let listener = self.closed.take().expect("it was closed").listen(16).expect("the port listens");
        let shared = self.shared.clone();
        self.task = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, shared.clone()));
            }
        }));
    }

    pub fn behave(&self, manner: Manner) {
        *self.shared.0.lock().expect("no test panicked here") = manner;
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.1.lock().expect("no test panicked here").clone()
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// RFC 5321, as far as a client that behaves needs it.
async fn converse(stream: TcpStream, shared: Shared) -> std::io::Result<()> {
    let manner = || *shared.0.lock().expect("no test panicked here");
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    if let Manner::Hangs = manner() {
        return std::future::pending().await;
    }
    write.write_all(b"220 sink\r\n").await?;
    let mut letter = Received::default();
    while let Some(line) = lines.next_line().await? {
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "MAIL" => {
                letter.from = in_brackets(&line);
                "250 ok"
            }
            "RCPT" => match manner() {
                Manner::Refuses(answer) => answer,
                Manner::Takes | Manner::Hangs | Manner::Stalls => {
                    letter.to.push(in_brackets(&line));
                    "250 ok"
                }
            },
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    letter.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    letter.data.push_str("\r\n");
                }
                shared.1.lock().expect("no test panicked here").push(std::mem::take(&mut letter));
                if let Manner::Stalls = manner() {
                    return std::future::pending().await;
                }
                "250 kept"
            }
            "QUIT" => return write.write_all(b"221 goodbye\r\n").await,
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

fn in_brackets(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
