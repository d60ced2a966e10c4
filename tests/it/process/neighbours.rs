//! Two processes over one Postgres database.

use super::{give_up, served, status, tokens};
use crate::only;

only! { Postgres:
    async fn r74_a_token_revoked_in_one_process_is_refused_by_the_other_on_its_next_request(db: &TestDb) {
        let tokens = tokens(db, 1, 10).await;
        let (one, other) = (served(db), served(db));
        let client = reqwest::Client::new();
        for token in &tokens {
            assert_eq!(status(&client, &one, token).await, 200);
            assert_eq!(status(&client, &other, token).await, 200);
        }
        for token in &tokens {
            assert_eq!(give_up(&client, &one, token).await, Some(204));
            assert_eq!(status(&client, &other, token).await, 401);
        }
        for process in [one, other] {
            process.signal("TERM");
            assert_eq!(process.ended().code(), Some(0));
        }
    }
}
