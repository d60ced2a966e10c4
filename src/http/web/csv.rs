//! Lists as files for spreadsheets (RFC 4180), written row by row while they are read.

use std::future::Future;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Bytes;
use futures_util::stream;

use crate::base::page::Cursor;
use crate::base::time::Timestamp;
use crate::db;

/// How many rows a file has at the most.
pub const MOST_ROWS: usize = 50_000;

/// Some rows of a file, and where the next ones start.
pub struct Batch {
    /// The cells of each row.
    pub rows: Vec<Vec<String>>,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
}

/// What is still to be written.
enum Step {
    Head,
    Rows { after: Option<Cursor>, written: usize },
    Done,
}

/// The answer that is such a file. `read` gives the rows after a cursor; when the database fails in the middle, the
/// download breaks off, so that nobody takes a part for the whole.
pub fn download<F, R>(list: &str, day: Timestamp, heads: &'static [&'static str], read: F) -> HttpResponse
where
    F: Fn(Option<Cursor>) -> R + 'static,
    R: Future<Output = db::Result<Batch>> + 'static,
{
    let body = stream::unfold((Step::Head, read), move |(step, read)| async move {
        let (after, written) = match step {
            Step::Head => return Some((Ok(line(heads)), (Step::Rows { after: None, written: 0 }, read))),
            Step::Rows { after, written } => (after, written),
            Step::Done => return None,
        };
        match read(after).await {
            Ok(batch) => {
                let (bytes, step) = write(batch, written);
                Some((Ok(bytes), (step, read)))
            }
            Err(error) => Some((Err(error), (Step::Done, read))),
        }
    });
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"latchkey-{list}-{}.csv\"", day.iso_day())))
        .streaming(body)
}

fn write(batch: Batch, written: usize) -> (Bytes, Step) {
    let room = MOST_ROWS - written;
    let mut text: Vec<u8> = batch.rows.iter().take(room).flat_map(|row| line(row)).collect();
    let all = written + batch.rows.len();
    if all > MOST_ROWS || all == MOST_ROWS && batch.next.is_some() {
        text.extend(line(&[format!("This file ends after {MOST_ROWS} rows. Filter the list to get the others.")]));
        return (text.into(), Step::Done);
    }
    let step = batch.next.map_or(Step::Done, |after| Step::Rows { after: Some(after), written: all });
    (text.into(), step)
}

fn line(cells: &[impl AsRef<str>]) -> Bytes {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.iter().map(|cell| tame(cell.as_ref()))).expect("writing to memory does not fail");
    writer.into_inner().expect("writing to memory does not fail").into()
}

/// A cell that no spreadsheet takes for a formula, on one line.
fn tame(cell: &str) -> String {
    let mut text: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || cell.starts_with(['\t', '\r', '\n']) {
        text.insert(0, '\'');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        String::from_utf8(line(cells).to_vec()).expect("UTF-8")
    }

    #[test]
    fn a_row_is_one_line_however_its_cells_are_written() {
        assert_eq!(written(&["a", "b c", ""]), "a,b c,\r\n");
        assert_eq!(written(&["say \"hi\", twice"]), "\"say \"\"hi\"\", twice\"\r\n");
        assert_eq!(written(&["a\r\nforged,row", "x\u{1b}[31m"]), "\"a  forged,row\",x [31m\r\n");
    }

    #[test]
    fn no_cell_begins_like_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"] {
            assert!(written(&[cell]).trim_start_matches('"').starts_with('\''), "{cell:?}");
        }
        assert_eq!(written(&["a=b", "203.0.113.7", "2026-11-22"]), "a=b,203.0.113.7,2026-11-22\r\n");
    }

    #[test]
    fn a_file_that_is_full_says_so() {
        let rows = |n: usize| (0..n).map(|n| vec![n.to_string()]).collect::<Vec<_>>();
        let next = || Some(Cursor { key: String::new(), id: "1".into() });
        let text = |bytes: Bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let (bytes, step) = write(Batch { rows: rows(2), next: next() }, MOST_ROWS - 2);
        assert!(text(bytes).ends_with("1\r\nThis file ends after 50000 rows. Filter the list to get the others.\r\n"));
        assert!(matches!(step, Step::Done));
        let (bytes, step) = write(Batch { rows: rows(2), next: None }, MOST_ROWS - 2);
        assert!(text(bytes) == "0\r\n1\r\n" && matches!(step, Step::Done));
        let (_, step) = write(Batch { rows: rows(2), next: next() }, 7);
        assert!(matches!(step, Step::Rows { written: 9, .. }));
    }
}
