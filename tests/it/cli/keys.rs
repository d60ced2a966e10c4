//! `latchkey keys rotate`.

use super::{latchkey, outcome};

#[test]
fn a_key_is_made_for_later_or_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, _, err) = outcome(latchkey(folder.path(), &["keys", "rotate"]));
    assert!(code == Some(1) && err.contains("Run `latchkey migrate` first"), "{err}");
    assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0));
    let (code, out, err) = outcome(latchkey(folder.path(), &["keys", "rotate"]));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("The key ") && out.contains(" is published now and signs from 20"), "{out}");
    let (code, out, err) = outcome(latchkey(folder.path(), &["keys", "rotate", "--now"]));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.ends_with(" signs now. Every token that was signed before is refused.\n"), "{out}");
}
