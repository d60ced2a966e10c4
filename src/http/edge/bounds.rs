//! How much a request may say before its body begins. actix itself stops at 128 KiB.

use actix_web::dev::RequestHead;

use crate::http::api::Code;

/// The longest path with its query, in bytes.
const ADDRESS: usize = 4 * 1024;
/// The largest head, in bytes: the address and all headers.
const HEAD: usize = 16 * 1024;

/// Whether the head of a request is of a size that we answer.
pub(super) fn check(head: &RequestHead) -> Result<(), Code> {
    let address = head.uri.path_and_query().map_or(0, |address| address.as_str().len());
    if address > ADDRESS {
        return Err(Code::LongAddress);
    }
    let headers: usize = head.headers().iter().map(|(name, value)| name.as_str().len() + ": \r\n".len() + value.len()).sum();
    if address + headers > HEAD { Err(Code::LargeHead) } else { Ok(()) }
}
