//! An account as a whole, in the hands of its owner: recovered when the password is lost, renamed, moved to another
//! address, exported, deleted.

mod change_address;
mod delete;
mod edit;
mod edit_other;
mod export;
mod recover;
mod rename;
mod store;

pub use change_address::{
    AskChangeError, ChangeAddressError, OpenChange, Way, ask_change, confirm_change, open_change, undo_change,
};
pub use delete::{Belongings, DeleteError, belongings, delete, delete_other, is_last_administrator, leaving};
pub use edit::{EditError, ProfileEdit, edit};
pub use edit_other::{EditOtherError, OtherEdit, edit_other};
pub use export::{MailState, SentMail, export, mails};
pub use recover::{
    NewPassword, RecoverError, RecoveryError, SendLinkError, Tokens, open_recovery, recover, request_recovery,
    send_set_password_link,
};
pub use rename::rename;
