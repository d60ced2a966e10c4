//! The outbox and its job: what happens to a message while the world fails.

use std::time::Duration;

use latchkey::base::id::MailId;
use latchkey::base::secret::base62_of_32;
use latchkey::base::time::Span;
use latchkey::domain::mail::{Message, NOTICE_LIFE, NewMail, Transport, claim_next, enqueue, record_sent};
use latchkey::jobs::Jobs;
use latchkey::jobs::deliver_mail::{self, Delivered};
use latchkey::{execute, sql};

use super::{Post, keys, samples, smtp};
use crate::both;
use crate::support::smtp_sink::{Manner, SmtpSink};

const NOTHING: Delivered = Delivered { sent: 0, retried: 0, given_up: 0 };
const SENT: Delivered = Delivered { sent: 1, ..NOTHING };
const RETRIED: Delivered = Delivered { retried: 1, ..NOTHING };
const GIVEN_UP: Delivered = Delivered { given_up: 1, ..NOTHING };

both! {
    async fn r49_a_mail_holds_the_link_and_the_code_and_its_row_holds_neither(db: &TestDb) {
        let sink = SmtpSink::start(Manner::Takes);
        let post = Post::to_sink(db, &sink);
        let message = samples::verify("Ada");
        let Message::VerifyAddress { seed, .. } = &message else { panic!("a verification") };
        let (secret, code) = (base62_of_32(&keys().link_secret(seed)), keys().link_code(seed));
        let id = post.queue("ada@example.com", &message).await;
        assert_eq!(post.run().await, SENT);
        let received = sink.received();
        let letter = received.first().expect("one letter");
        assert_eq!((letter.from.as_str(), &letter.to), ("no-reply@acme.example", &vec!["ada@example.com".to_owned()]));
        assert!(letter.data.contains(&secret) && letter.data.contains(&code), "{}", letter.data);
        let (state, attempts, error, row) = post.row(id).await;
        assert_eq!((state.as_str(), attempts, error), ("sent", 1, None));
        assert!(!row.contains(&secret) && !row.contains(&code), "{row}");
    }

    async fn a_message_is_delivered_once(db: &TestDb) {
        let sink = SmtpSink::start(Manner::Takes);
        let post = Post::to_sink(db, &sink);
        for n in 0..5 {
            post.queue(&format!("p{n}@example.com"), &samples::created("Ada", "CI")).await;
        }
        let (one, two, three) = tokio::join!(post.run(), post.run(), post.run());
        assert_eq!(one.sent + two.sent + three.sent, 5);
        post.delivery.clock.advance(Span::days(2));
        assert_eq!(post.run().await, NOTHING);
        let mut recipients: Vec<String> = sink.received().into_iter().flat_map(|letter| letter.to).collect();
        recipients.sort();
        assert_eq!(recipients, (0..5).map(|n| format!("p{n}@example.com")).collect::<Vec<_>>());
    }

    async fn whoever_finds_nothing_more_to_send_leaves_nothing_that_nobody_sends(db: &TestDb) {
        let (transport, letters) = Transport::memory();
        let post = Post::new(db, transport);
        for n in 0..30 {
            post.queue(&format!("p{n}@example.com"), &samples::created("Ada", "CI")).await;
        }
        let drained = async || {
            post.run().await;
            post.unclaimed().await
        };
        assert_eq!(tokio::join!(drained(), drained(), drained()), (0, 0, 0));
        assert_eq!(letters.lock().expect("a list").len(), 30);
    }

    async fn r56_a_server_that_is_down_delays_the_mail_and_it_is_delivered_once_when_it_is_up(db: &TestDb) {
        let mut sink = SmtpSink::closed();
        let post = Post::to_sink(db, &sink);
        let id = post.queue("ada@example.com", &samples::verify("Ada")).await;
        for seconds in [30, 120, 600] {
            assert_eq!(post.run().await, RETRIED);
            post.delivery.clock.advance(Span::seconds(seconds - 1));
            assert_eq!(post.run().await, NOTHING, "not before its time");
            post.delivery.clock.advance(Span::seconds(1));
        }
        let (state, attempts, error, _) = post.row(id).await;
        assert_eq!((state.as_str(), attempts), ("waiting", 3));
        assert!(error.is_some_and(|text| text.starts_with("unreachable: ")));
        sink.open();
        assert_eq!((post.run().await, post.run().await), (SENT, NOTHING));
        assert_eq!((sink.received().len(), post.state(id).await.as_str()), (1, "sent"));
    }

    async fn while_the_server_is_down_one_message_tries_it_for_all(db: &TestDb) {
        let mut sink = SmtpSink::closed();
        let post = Post::to_sink(db, &sink);
        for n in 0..3 {
            post.queue(&format!("p{n}@example.com"), &samples::created("Ada", "CI")).await;
        }
        assert_eq!(post.run().await, RETRIED, "the first one alone");
        sink.open();
        assert_eq!(post.run().await, Delivered { sent: 2, ..NOTHING });
    }

    async fn r56_a_refusal_for_good_gives_the_mail_up_and_says_why(db: &TestDb) {
        let sink = SmtpSink::start(Manner::Refuses("550 5.1.1 no such person"));
        let post = Post::to_sink(db, &sink);
        let id = post.queue("nobody@example.com", &samples::verify("Ada")).await;
        assert_eq!((post.run().await, post.run().await), (GIVEN_UP, NOTHING));
        let (state, attempts, error, _) = post.row(id).await;
        assert_eq!((state.as_str(), attempts), ("given_up", 1));
        assert_eq!(error.as_deref(), Some("refused: 550 5.1.1 no such person"));
        sink.behave(Manner::Takes);
        post.delivery.clock.advance(Span::hours(2));
        assert_eq!((post.run().await, sink.received().len()), (NOTHING, 0));
    }

    async fn a_refusal_for_now_holds_up_nobody_else(db: &TestDb) {
        let sink = SmtpSink::start(Manner::Refuses("450 4.2.0 greylisted"));
        let post = Post::to_sink(db, &sink);
        let id = post.queue("ada@example.com", &samples::verify("Ada")).await;
        post.queue("bob@example.com", &samples::verify("Bob")).await;
        assert_eq!(post.run().await, Delivered { retried: 2, ..NOTHING });
        assert_eq!(post.row(id).await.2.as_deref(), Some("deferred: 450 4.2.0 greylisted"));
        sink.behave(Manner::Takes);
        post.delivery.clock.advance(Span::seconds(30));
        assert_eq!(post.run().await, Delivered { sent: 2, ..NOTHING });
    }

    async fn r56_a_mail_that_cannot_be_sent_before_its_link_ends_is_given_up(db: &TestDb) {
        let sink = SmtpSink::closed();
        let post = Post::to_sink(db, &sink);
        let tried = post.queue("ada@example.com", &samples::verify("Ada")).await;
        post.delivery.clock.advance(Span::seconds(1));
        let untried = post.queue("bob@example.com", &samples::verify("Bob")).await;
        assert_eq!(post.run().await, RETRIED);
        post.delivery.clock.advance(Span::days(1));
        assert_eq!(post.run().await, Delivered { given_up: 2, ..NOTHING }, "without asking the server");
        let (state, _, error, _) = post.row(tried).await;
        assert!(state == "given_up" && error.is_some_and(|text| text.starts_with("unreachable: ")));
        let (state, _, error, _) = post.row(untried).await;
        assert_eq!((state.as_str(), error.as_deref()), ("given_up", Some("expired before its first attempt")));
    }

    async fn a_server_that_never_speaks_meets_the_time_limit(db: &TestDb) {
        let sink = SmtpSink::start(Manner::Hangs);
        let post = Post::new(db, smtp(&sink.url(), Duration::from_millis(100)));
        let id = post.queue("ada@example.com", &samples::verify("Ada")).await;
        assert_eq!(post.run().await, RETRIED);
        assert_eq!(post.row(id).await.2.as_deref(), Some("timeout: the server did not answer in time"));
        assert_eq!((post.state(id).await.as_str(), sink.received().len()), ("waiting", 0));
    }

    async fn a_letter_without_an_answer_is_sent_again_on_another_connection_as_the_same_letter(db: &TestDb) {
        let sink = SmtpSink::start(Manner::Stalls);
        let post = Post::new(db, smtp(&sink.url(), Duration::from_secs(1)));
        let id = post.queue("ada@example.com", &samples::verify("Ada")).await;
        assert_eq!((post.run().await, post.state(id).await.as_str()), (RETRIED, "waiting"));
        sink.behave(Manner::Takes);
        post.delivery.clock.advance(Span::seconds(30));
        assert_eq!((post.run().await, post.state(id).await.as_str()), (SENT, "sent"));
        let name = format!("Message-ID: <{id}@acme.example>");
        assert_eq!(sink.received().iter().filter(|letter| letter.data.contains(&name)).count(), 2);
    }

    async fn what_a_dead_process_had_claimed_is_sent_by_another_and_its_late_word_changes_nothing(db: &TestDb) {
        let (transport, letters) = Transport::memory();
        let post = Post::new(db, transport);
        let id = post.queue("ada@example.com", &samples::verify("Ada")).await;
        let clock = &post.delivery.clock;
        let lost = claim_next(db, clock.now()).await.expect("an answer").expect("a claim");
        assert_eq!(post.run().await, NOTHING, "it is claimed");
        clock.advance(Span::minutes(5));
        let taken_over = claim_next(db, clock.now()).await.expect("an answer").expect("a second claim");
        record_sent(db, &lost, clock.now()).await.expect("an answer");
        assert_eq!(post.state(id).await, "waiting", "the first claim counts no longer");
        record_sent(db, &taken_over, clock.now()).await.expect("an answer");
        assert_eq!((post.state(id).await.as_str(), letters.lock().expect("a list").len()), ("sent", 0));
    }

    async fn a_row_that_this_version_cannot_read_waits_for_one_that_can(db: &TestDb) {
        let (transport, letters) = Transport::memory();
        let post = Post::new(db, transport);
        let id = post.queue("ada@example.com", &samples::verify("Ada")).await;
        post.queue("bob@example.com", &samples::verify("Bob")).await;
        let mut tx = db.write().await.expect("a transaction");
        let newer = r#"{"kind":"tomorrow"}"#;
        let changed = execute!(tx, sqlx::query(sql!("UPDATE mails SET message = $1 WHERE id = $2")).bind(newer).bind(id.to_db()));
        assert_eq!(changed.expect("an answer"), 1);
        tx.commit().await.expect("a commit");
        assert_eq!(post.run().await, Delivered { sent: 1, retried: 1, given_up: 0 });
        assert_eq!((post.state(id).await.as_str(), letters.lock().expect("a list").len()), ("waiting", 1));
    }

    async fn nothing_is_sent_for_a_transaction_that_was_rolled_back(db: &TestDb) {
        let (transport, letters) = Transport::memory();
        let post = Post::new(db, transport);
        let (now, recipient, message) = (post.delivery.clock.now(), super::address("ada@example.com"), samples::verify("Ada"));
        let id = MailId::new(now, &post.rng);
        let mail = NewMail { id, account: None, recipient: &recipient, message: &message, now, expires_at: now + NOTICE_LIFE };
        let mut tx = db.write().await.expect("a transaction");
        enqueue(&mut tx, mail).await.expect("a row");
        drop(tx);
        assert_eq!((post.run().await, letters.lock().expect("a list").len()), (NOTHING, 0));
    }

    async fn the_job_sends_as_soon_as_it_is_woken(db: &TestDb) {
        let folder = tempfile::TempDir::new().expect("a folder");
        let post = Post::to_folder(db, folder.path().join("mail"));
        let mut jobs = Jobs::default();
        let delivery = post.delivery.clone();
        jobs.start(deliver_mail::plan(&delivery), move || deliver_mail::round(delivery.clone()));
        let id = post.queue("ada@example.com", &samples::verify("Ada")).await;
        post.delivery.mailer.wake();
        let arrived = async {
            while post.state(id).await != "sent" {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(4), arrived).await.expect("sent before the interval has passed");
        jobs.stop().await;
    }
}
