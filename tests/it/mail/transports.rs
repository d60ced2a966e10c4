//! The ways out, each with what reaches the other end.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use latchkey::base::id::MailId;
use latchkey::base::rng::Rng;
use latchkey::base::text::{Label, PersonName};
use latchkey::base::time::Span;
use latchkey::domain::mail::{Class, Letter, Message, SendError, Transport, render};
use tempfile::TempDir;

use super::{Post, address, keys, samples, service, smtp, start};
use crate::both;
use crate::support::smtp_sink::{Manner, SmtpSink};

fn letter(to: &str, message: &Message) -> Letter {
    let rendered = render(message, &service(), &keys(), start());
    Letter {
        id: MailId::new(start(), &Rng::seeded(3)),
        at: start(),
        from: service().sender,
        to: address(to),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
    }
}

fn headers(data: &str) -> Vec<&str> {
    data.split("\r\n\r\n").next().unwrap_or_default().lines().collect()
}

both! {
    async fn a_letter_in_the_folder_is_whole_and_its_owners_alone(db: &TestDb) {
        let home = TempDir::new().expect("a folder");
        let folder = home.path().join("data").join("mail");
        let post = Post::to_folder(db, folder.clone());
        assert_eq!(post.delivery.mailer.folder_path(), Some(folder.as_path()));
        post.queue("ada+test@example.com", &samples::verify("Ada")).await;
        post.queue("bob@example.com", &samples::verify("Bob")).await;
        assert_eq!(post.run().await.sent, 2);
        let mode = |path: &std::path::Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("plain letters"))
            .collect();
        names.sort();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(names[0].starts_with("20261128T093000.000Z_ada_test@example.com_") && names[0].ends_with(".eml"), "{names:?}");
        assert_eq!(mode(&folder.join(&names[0])), 0o600);
        let text = std::fs::read_to_string(folder.join(&names[0])).expect("a letter");
        for line in ["To: ada+test@example.com", "Subject: Verify your address", "Auto-Submitted: auto-generated"] {
            assert!(headers(&text).contains(&line), "{line}\n{text}");
        }
        assert!(text.contains("https://id.acme.example/verify/"), "{text}");
    }

    async fn letters_in_the_folder_lie_in_the_order_in_which_they_came_about(db: &TestDb) {
        let home = TempDir::new().expect("a folder");
        let post = Post::to_folder(db, home.path().to_owned());
        for n in (0..9).rev() {
            post.delivery.clock.advance(Span::seconds(1));
            post.queue(&format!("p{n}@example.com"), &samples::verify("Ada")).await;
        }
        assert_eq!(post.run().await.sent, 9);
        let entries = std::fs::read_dir(home.path()).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("plain letters")).collect();
        names.sort();
        for (name, n) in names.iter().zip((0..9).rev()) {
            assert!(name.contains(&format!("_p{n}@")), "{names:?}");
        }
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_a_reason_to_wait() {
    let home = TempDir::new().expect("a folder");
    let file = home.path().join("mail");
    std::fs::write(&file, "in the way").expect("a file");
    let error = Transport::folder(file).send(&letter("ada@example.com", &samples::verify("Ada"))).await.expect_err("no folder");
    assert_eq!(error.class(), Class::Folder);
    assert!(!error.class().is_permanent());
}

#[tokio::test]
async fn r55_nothing_a_person_types_adds_a_header_or_a_recipient() {
    let attack = "x\r\nBcc: v@example.com";
    assert!(PersonName::parse(attack).is_err() && Label::parse(attack).is_err());
    let sink = SmtpSink::start(Manner::Takes);
    let transport = smtp(&sink.url(), Duration::from_secs(20));
    let mut letter = letter("ada@example.com", &samples::created("Ada", "a, b <v@example.com>; \"más\""));
    transport.send(&letter).await.expect("taken");
    letter.subject = attack.into();
    transport.send(&letter).await.expect("taken, even if a check before it failed");
    transport.rest().await;
    for received in sink.received() {
        assert_eq!(received.to, ["ada@example.com"]);
        let foreign = headers(&received.data).into_iter().find(|line| line.to_lowercase().starts_with("bcc"));
        assert_eq!(foreign, None, "{}", received.data);
    }
    assert_eq!(sink.received().len(), 2);
}

#[tokio::test]
async fn a_letter_sent_again_has_the_same_message_id_and_a_text_part_first() {
    let sink = SmtpSink::start(Manner::Takes);
    let transport = smtp(&sink.url(), Duration::from_secs(20));
    let letter = letter("zoë@example.com", &samples::verify("Zoë"));
    transport.send(&letter).await.expect("taken");
    transport.send(&letter).await.expect("taken on the same connection");
    let received = sink.received();
    assert_eq!(received[0].data, received[1].data);
    let id = format!("Message-ID: <{}@acme.example>", letter.id);
    assert!(headers(&received[0].data).contains(&id.as_str()), "{}", received[0].data);
    let (text, html) = (received[0].data.find("text/plain"), received[0].data.find("text/html"));
    assert!(text.is_some() && text < html);
}

/// `openssl s_server` with a certificate that it signed itself.
struct SelfSigned {
    server: Child,
    _output: BufReader<ChildStdout>,
    port: u16,
    _folder: TempDir,
}

impl SelfSigned {
    /// Nothing if this machine has no `openssl`.
    fn start() -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let quiet = || {
            let mut command = Command::new("openssl");
            command.current_dir(folder.path()).stdin(Stdio::piped()).stderr(Stdio::null());
            command
        };
        let make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
        let names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key", "-out", "cert"];
        let made = quiet().args(make).args(names).stdout(Stdio::null()).status().ok()?;
        assert!(made.success(), "openssl makes a certificate");
        let serve = ["s_server", "-accept", "127.0.0.1:0", "-cert", "cert", "-key", "key"];
        let mut server = quiet().args(serve).stdout(Stdio::piped()).spawn().expect("openssl serves");
        let mut output = BufReader::new(server.stdout.take().expect("its output"));
        let port = (&mut output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("ACCEPT ")?.rsplit_once(':')?.1.parse().ok())
            .expect("openssl says where it listens");
        Some(Self { server, _output: output, port, _folder: folder })
    }
}

impl Drop for SelfSigned {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

#[tokio::test]
async fn r56_a_server_with_a_self_signed_certificate_gets_no_mail() {
    let Some(server) = SelfSigned::start() else {
        eprintln!("NOT RUN: the certificate of the mail server is not tested, because this machine has no `openssl` program");
        return;
    };
    let url = format!("smtps://user:password@localhost:{}", server.port);
    let error = send_to(&url).await.expect_err("refused by us");
    assert_eq!(error.class(), Class::Certificate, "{error}");
}

#[tokio::test]
async fn r56_a_server_that_offers_no_encryption_gets_no_password_and_no_mail() {
    let sink = SmtpSink::start(Manner::Takes);
    let address = sink.address;
    for url in [format!("smtp+starttls://user:password@{address}"), format!("smtp://{address}?tls=required")] {
        let error = send_to(&url).await.expect_err("refused by us");
        assert_eq!(error.class(), Class::Certificate, "{error}");
    }
    assert_eq!(sink.received().len(), 0);
}

async fn send_to(url: &str) -> Result<(), SendError> {
    smtp(url, Duration::from_secs(20)).send(&letter("ada@example.com", &samples::verify("Ada"))).await
}
