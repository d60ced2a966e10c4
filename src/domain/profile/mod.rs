//! An account as a whole, in the hands of its owner: recovered when the password is lost.

mod recover;

pub use recover::{
    NewPassword, RecoverError, RecoveryError, SendLinkError, Tokens, open_recovery, recover, request_recovery,
    send_set_password_link,
};
