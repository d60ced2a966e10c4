//! Mail, from the outbox to the person who reads it.

mod delivery;
mod letters;
mod samples;
mod transports;
mod workspace_samples;

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use latchkey::base::id::MailId;
use latchkey::base::rng::Rng;
use latchkey::base::secret::{Keys, MasterKey};
use latchkey::base::text::{EmailAddress, Sender};
use latchkey::base::time::{Clock, Span, Timestamp};
use latchkey::base::url::PublicUrl;
use latchkey::db::Db;
use latchkey::domain::mail::transport::SmtpUrl;
use latchkey::domain::mail::{Mailer, Message, NewMail, Service, Transport, enqueue};
use latchkey::jobs::deliver_mail::{Delivered, Delivery, run_once};
use latchkey::{on, sql};

use crate::support::smtp_sink::SmtpSink;

/// 28 Nov 2026, 09:30 UTC.
fn start() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-28T09:30:00Z").expect("an instant")
}

fn keys() -> Keys {
    Keys::derive(&MasterKey::generate(&Rng::seeded(1)))
}

fn service() -> Service {
    Service {
        name: "Acme Cloud".into(),
        public_url: PublicUrl::parse("https://id.acme.example").expect("a URL"),
        sender: Sender::parse("Acme Cloud <no-reply@acme.example>").expect("a sender"),
    }
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

fn smtp(url: &str, limit: Duration) -> Transport {
    Transport::smtp(SmtpUrl::from_str(url).expect("a URL"), limit).expect("a transport")
}

/// An outbox, its clock, and the way out.
struct Post {
    delivery: Delivery,
    rng: Rng,
}

impl Post {
    fn new(db: &Db, transport: Transport) -> Self {
        let mailer = Mailer::new(service(), transport);
        let delivery = Delivery { db: db.clone(), clock: Clock::manual(start()), keys: keys(), mailer };
        Self { delivery, rng: Rng::seeded(2) }
    }

    fn to_sink(db: &Db, sink: &SmtpSink) -> Self {
        Self::new(db, smtp(&sink.url(), Duration::from_secs(20)))
    }

    fn to_folder(db: &Db, folder: PathBuf) -> Self {
        Self::new(db, Transport::folder(folder))
    }

    /// Puts a message into the outbox, to be sent within a day.
    async fn queue(&self, to: &str, message: &Message) -> MailId {
        let now = self.delivery.clock.now();
        let id = MailId::new(now, &self.rng);
        let recipient = address(to);
        let mut tx = self.delivery.db.write().await.expect("a transaction");
        let mail = NewMail { id, account: None, recipient: &recipient, message, now, expires_at: now + Span::days(1) };
        enqueue(&mut tx, mail).await.expect("a row");
        tx.commit().await.expect("a commit");
        id
    }

    async fn run(&self) -> Delivered {
        run_once(&self.delivery).await.expect("the database answers")
    }

    /// How many messages wait for somebody who takes them.
    async fn unclaimed(&self) -> i64 {
        let mut cx = self.delivery.db.read().await.expect("a connection");
        let count = sql!("SELECT COUNT(*) FROM mails WHERE state = 'waiting' AND claimed_until IS NULL");
        on!(cx, |c| sqlx::query_scalar(count).fetch_one(c).await).expect("counted")
    }

    /// State, attempts, last error, and the message as it is stored.
    async fn row(&self, id: MailId) -> (String, i64, Option<String>, String) {
        let mut cx = self.delivery.db.read().await.expect("a connection");
        on!(cx, |c| sqlx::query_as(sql!("SELECT state, attempts, last_error, message FROM mails WHERE id = $1"))
            .bind(id.to_db())
            .fetch_one(c)
            .await)
        .expect("the row")
    }

    async fn state(&self, id: MailId) -> String {
        self.row(id).await.0
    }
}
