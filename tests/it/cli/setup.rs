//! `latchkey setup`.

use super::{latchkey, outcome};

#[test]
fn r11_a_new_setup_link_is_printed_only_while_there_is_no_administrator() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, _, err) = outcome(latchkey(folder.path(), &["setup"]));
    assert!(code == Some(1) && err.contains("Run `latchkey migrate` first"), "{err}");
    assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0));
    let (code, first, _) = outcome(latchkey(folder.path(), &["setup"]));
    assert!(code == Some(0) && first.contains("http://127.0.0.1:8080/setup/"), "{first}");
    let (_, second, _) = outcome(latchkey(folder.path(), &["setup"]));
    assert_ne!(first, second, "each link ends the one before");
    assert_eq!(
        super::account::create(folder.path(), &["--email", "ada@example.com", "--admin"], super::account::PASSWORD).0,
        Some(0)
    );
    let (code, out, err) = outcome(latchkey(folder.path(), &["setup"]));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("there is an administrator already"), "{err}");
}
