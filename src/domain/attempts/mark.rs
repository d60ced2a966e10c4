//! What a browser carries of the accounts it has signed in to: a random id for each, bound to the account under the
//! master key. It lets nobody in; it tells this browser from a stranger's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::base::id::AccountId;
use crate::base::net::Origin;
use crate::base::secret::hex;
use crate::domain::Ctx;

/// How many accounts a browser remembers: those used last.
const REMEMBERED: usize = 4;
/// What separates marks.
const BETWEEN: char = '.';
/// The length of each part of a mark, in bytes: the account's digest, a random id, the tag.
const PART: usize = 16;

/// Whether the browser has signed in to this account before.
pub fn is_marked(ctx: &Ctx, origin: &Origin, account: AccountId) -> bool {
    of(ctx, origin, account).is_some()
}

/// The marks of a browser that has just signed in to this account, for its cookie: 64 characters each.
pub fn remembered(ctx: &Ctx, origin: &Origin, account: AccountId) -> String {
    let known = origin.marks.split(BETWEEN).find(|mark| id_in(ctx, mark, account).is_some());
    let mark = known.map_or_else(|| new(ctx, account), str::to_owned);
    let others = origin.marks.split(BETWEEN).filter(|other| !other.is_empty() && *other != mark);
    let marks: Vec<&str> = std::iter::once(mark.as_str()).chain(others).take(REMEMBERED).collect();
    marks.join(&BETWEEN.to_string())
}

/// The random id in the browser's mark of this account.
pub(super) fn of(ctx: &Ctx, origin: &Origin, account: AccountId) -> Option<String> {
    origin.marks.split(BETWEEN).find_map(|mark| id_in(ctx, mark, account))
}

fn id_in(ctx: &Ctx, mark: &str, account: AccountId) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(mark).ok().filter(|bytes| bytes.len() == 3 * PART)?;
    let id = &bytes[PART..2 * PART];
    let same: bool = subtle::ConstantTimeEq::ct_eq(&bytes[..], &whole(ctx, account, id)[..]).into();
    same.then(|| hex(id))
}

fn new(ctx: &Ctx, account: AccountId) -> String {
    URL_SAFE_NO_PAD.encode(whole(ctx, account, &ctx.rng.bytes32()[..PART]))
}

fn whole(ctx: &Ctx, account: AccountId, id: &[u8]) -> Vec<u8> {
    let whose = ctx.keys.digest(&format!("mark/{account}"));
    let whose = &whose.bytes()[..PART];
    [whose, id, &ctx.keys.mark_tag(&[whose, id])[..PART]].concat()
}
