//! `latchkey audit`.

use latchkey::db::{Db, Target};

use super::{account, latchkey, outcome};
use crate::support::rows;

const PASSWORD: &str = "correct horse battery staple";

#[tokio::test]
async fn r122_the_command_line_says_whether_the_log_is_whole_and_where_it_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0));
    for name in ["ada", "bob", "eve"] {
        assert_eq!(account::create(folder.path(), &["--email", &format!("{name}@example.com")], PASSWORD).0, Some(0));
    }
    let audit = |arguments: &[&str]| outcome(latchkey(folder.path(), &[&["audit"], arguments].concat()));
    let (code, head, err) = audit(&["head"]);
    assert!(code == Some(0) && err.is_empty() && head.starts_with("3."), "{head}{err}");
    let head = head.trim();
    let (code, out, err) = audit(&["verify"]);
    let whole = format!("The audit log is whole: 3 events.\nIts head, to be kept elsewhere: {head}\n");
    assert_eq!((code, out, err.as_str()), (Some(0), whole, ""));
    assert_eq!(audit(&["verify", "--head", head]).0, Some(0));
    assert_eq!(audit(&["verify", "--head", "3.none"]).0, Some(1));
    let (code, _, err) = audit(&["verify", "--head", "3"]);
    assert!(code == Some(2) && err.contains("as `latchkey audit head` printed it"), "{err}");

    let db = Db::open(&Target::Sqlite(folder.path().join("data/latchkey.db"))).await.expect("opened");
    rows::execute_all(&db, &["DROP TRIGGER audit_events_unchanged", "DROP TRIGGER audit_events_undeleted"]).await;
    let cut = "UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit_events WHERE seq = 2)";
    rows::execute_all(&db, &["DELETE FROM audit_events WHERE seq = 3", cut]).await;
    assert_eq!(audit(&["verify"]).0, Some(0));
    let (code, out, err) = audit(&["verify", "--head", head]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("broken after 2 events: the end was cut off: event 3 and all after it are missing"), "{err}");
    rows::execute_all(&db, &["UPDATE audit_events SET agent = 'x' WHERE seq = 2"]).await;
    let (code, _, err) = audit(&["verify"]);
    assert!(code == Some(1) && err.contains("after 1 events: event 2 was changed after it was written"), "{err}");
    db.close().await;
}
