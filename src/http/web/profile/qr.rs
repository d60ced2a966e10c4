//! A QR code as a drawing of the page's own: no picture that would have to be fetched, nothing that a policy forbids.

use qrcode::{Color, EcLevel, QrCode};

/// How many modules of paper stand around the code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// A QR code, ready for the template.
#[derive(Debug, Clone)]
pub struct QrView {
    /// How many modules the square is wide, the paper around it included.
    pub size: usize,
    /// The dark modules, as the path of an SVG.
    pub path: String,
}

impl QrView {
    /// Draws a text; nothing if it is too long for any code.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let rows = code.to_colors();
        let path = rows.chunks(width).enumerate().map(|(y, row)| row_path(row, y + QUIET)).collect();
        Some(Self { size: width + 2 * QUIET, path })
    }
}

/// The dark runs of one row.
fn row_path(row: &[Color], y: usize) -> String {
    let mut path = String::new();
    let mut x = 0;
    for run in row.chunk_by(|a, b| a == b) {
        if run[0] == Color::Dark {
            path.push_str(&format!("M{} {y}h{}v1h-{}z", x + QUIET, run.len(), run.len()));
        }
        x += run.len();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_of_a_code_are_where_readers_look_for_them() {
        let code = QrView::of("otpauth://totp/Latchkey:anna@example.com?secret=GEZDGNBVGY3TQOJQ").expect("short enough");
        assert!(code.path.starts_with("M4 4h7v1h-7z"), "{}", code.path);
        assert_eq!((code.size - 2 * QUIET - 17) % 4, 0);
        assert!(code.path.bytes().all(|b| b.is_ascii_digit() || b"Mhvz- ".contains(&b)));
        assert!(QrView::of(&"x".repeat(5_000)).is_none());
    }
}
