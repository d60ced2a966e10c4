//! Lists, a page at a time: `?limit=` and `?cursor=`, and `meta.nextCursor` in the answer.

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::Map;

use super::code::Code;
use super::envelope::{ApiError, listed};
use crate::app::App;
use crate::base::page::{Cursor, Page, PageSize};
use crate::http::extract::query;

/// Which page of a list is asked for.
pub struct Paging {
    /// How many rows.
    pub size: PageSize,
    /// After which place.
    pub after: Option<Cursor>,
    list: String,
}

impl Paging {
    /// As the request's query asks. A cursor is good for the list that it was made for, and for no other.
    ///
    /// # Errors
    /// 400 naming the parameter that is wrong.
    pub fn of(request: &HttpRequest, app: &App, list: &str) -> Result<Self, ApiError> {
        let mut problems = Map::new();
        let list = format!("v1/{list}");
        let size = query(request, "limit").map_or(Some(PageSize::DEFAULT), |text| whole(&text).and_then(PageSize::new));
        if size.is_none() {
            problems.insert("limit".to_owned(), "must be a whole number from 1 to 200".into());
        }
        let after = query(request, "cursor").map(|text| Cursor::open(&text, &app.ctx.keys, &list));
        if let Some(None) = after {
            problems.insert("cursor".to_owned(), "is no cursor of this list. Begin without one".into());
        }
        match size {
            Some(size) if problems.is_empty() => Ok(Self { size, after: after.flatten(), list }),
            _ => Err(ApiError::fields(Code::Invalid, problems)),
        }
    }

    /// Cuts the page from rows that are all there, newest first by their ids.
    pub fn cut<T>(&self, mut rows: Vec<T>, id: impl Fn(&T) -> String) -> Page<T> {
        rows.sort_by_key(|row| std::cmp::Reverse(id(row)));
        if let Some(after) = &self.after {
            rows.retain(|row| id(row) < after.id);
        }
        Page::cut(rows, self.size, |row| Cursor { key: String::new(), id: id(row) })
    }

    /// The answer that shows the page.
    pub fn answer<T, V: Serialize>(
        &self,
        request: &HttpRequest,
        app: &App,
        page: &Page<T>,
        view: impl Fn(&T) -> V,
    ) -> HttpResponse {
        let rows: Vec<V> = page.rows.iter().map(view).collect();
        listed(request, &rows, page.next.as_ref().map(|next| next.seal(&app.ctx.keys, &self.list)))
    }
}

/// Digits and nothing else: no sign, no spaces.
fn whole(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.len() < 10 && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_digits_alone() {
        assert_eq!(["1", "200", "007"].map(whole), [Some(1), Some(200), Some(7)]);
        for wrong in ["", "-1", "+1", " 1", "1.0", "1e2", "ten", "9999999999"] {
            assert_eq!(whole(wrong), None, "{wrong}");
        }
    }
}
