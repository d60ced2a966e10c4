//! Lists, a page at a time: how many rows, and the place where the next page starts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::secret::Keys;

/// How many rows a page shows: 1 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(i64);

impl PageSize {
    /// What a page shows when nobody asks for more or less.
    pub const DEFAULT: Self = Self(50);

    /// What a program may take at once.
    pub const LARGEST: Self = Self(200);

    /// A size between 1 and 200, else nothing.
    pub fn new(rows: i64) -> Option<Self> {
        (1..=200).contains(&rows).then_some(Self(rows))
    }

    /// The number of rows.
    pub fn rows(self) -> i64 {
        self.0
    }
}

/// The place in a list after which the next page starts: the sort key and the id of the last row shown.
///
/// On the wire it is opaque and authenticated, and bound to the list it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The sort key of the last row.
    pub key: String,
    /// Its id in the database.
    pub id: String,
}

impl Cursor {
    /// The spelling on the wire, good for the named list alone.
    pub fn seal(&self, keys: &Keys, list: &str) -> String {
        let body = format!("{}\n{}", self.id, self.key);
        let tag = keys.cursor_tag(&format!("{list}\n{body}"));
        URL_SAFE_NO_PAD.encode([&tag[..16], body.as_bytes()].concat())
    }

    /// Reads a cursor that [`seal`](Self::seal) wrote for this list; anything else is none.
    pub fn open(text: &str, keys: &Keys, list: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (tag, body) = bytes.split_at_checked(16)?;
        let body = std::str::from_utf8(body).ok()?;
        let expected = keys.cursor_tag(&format!("{list}\n{body}"));
        if !bool::from(expected[..16].ct_eq(tag)) {
            return None;
        }
        let (id, key) = body.split_once('\n')?;
        Some(Self { key: key.to_owned(), id: id.to_owned() })
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page starts, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts a page from `rows`, of which one more than `size` was asked for.
    pub fn cut(mut rows: Vec<T>, size: PageSize, cursor: impl Fn(&T) -> Cursor) -> Self {
        let wanted = usize::try_from(size.0).expect("1 to 200");
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rng::Rng;
    use super::super::secret::MasterKey;
    use super::*;

    #[test]
    fn a_forged_or_foreign_cursor_opens_nothing() {
        let keys = Keys::derive(&MasterKey::generate(&Rng::seeded(1)));
        let cursor = Cursor { key: "b\nc".into(), id: "1".into() };
        let sealed = cursor.seal(&keys, "tokens");
        assert_eq!(Cursor::open(&sealed, &keys, "tokens"), Some(cursor));
        assert_eq!(Cursor::open(&sealed, &keys, "audit"), None);
        let mut forged = sealed.clone().into_bytes();
        let last = forged.len() - 1;
        forged[last] = if forged[last] == b'A' { b'Q' } else { b'A' };
        for wrong in ["", "AAAA", "é", std::str::from_utf8(&forged).expect("ascii")] {
            assert_eq!(Cursor::open(wrong, &keys, "tokens"), None, "{wrong}");
        }
    }

    #[test]
    fn the_last_page_has_no_next() {
        let size = PageSize::new(2).expect("in range");
        let cursor = |n: &i32| Cursor { key: n.to_string(), id: n.to_string() };
        assert!(Page::cut(vec![1, 2], size, cursor).next.is_none());
        let page = Page::cut(vec![1, 2, 3], size, cursor);
        assert_eq!(page.rows, [1, 2]);
        assert_eq!(page.next, Some(Cursor { key: "2".into(), id: "2".into() }));
    }
}
