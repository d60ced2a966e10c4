//! The one table of everything that can go wrong: what it is called, its status, and what to do next.

use actix_web::http::StatusCode;

/// The codes of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table below says what each means")]
pub enum Code {
    NoCredential,
    BadCredential,
    NotAllowed,
    WrongEnvironment,
    Suspended,
    WrongPassword,
    FactorRequired,
    RateLimited,
    Invalid,
    Unprocessable,
    MediaType,
    TooLarge,
    TooSlow,
    LongAddress,
    LargeHead,
    WrongHost,
    WrongMethod,
    NotFound,
    Conflict,
    Unexpected,
    Overloaded,
}

impl Code {
    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().1).expect("the table holds statuses of HTTP")
    }

    /// The word on the wire.
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// What is wrong and what to do about it, for those who read no JSON.
    pub fn sentences(self) -> String {
        let (_, _, message, fix) = self.row();
        [message, " ", fix].concat()
    }

    /// The word on the wire, the status, the message and the next step.
    pub(super) fn row(self) -> (&'static str, u16, &'static str, &'static str) {
        match self {
            Self::NoCredential => (
                "AUTH_001",
                401,
                "No credential was presented, or it cannot be read.",
                "Send the token once, as `Authorization: Bearer …` or `X-API-Key: …`.",
            ),
            Self::BadCredential => ("AUTH_002", 401, "This credential is not good.", "Create a new token and use that."),
            Self::NotAllowed => (
                "AUTH_003",
                403,
                "This credential is not allowed to do that.",
                "Use a token with the scope or role that this needs.",
            ),
            Self::WrongEnvironment => (
                "AUTH_004",
                403,
                "This credential belongs to another environment.",
                "Use a key of the environment that this needs.",
            ),
            Self::Suspended => ("AUTH_005", 401, "The account behind this credential is suspended.", "Ask an administrator."),
            Self::WrongPassword => ("AUTH_006", 401, "Email address and password do not match.", "Check both and try again."),
            Self::FactorRequired => (
                "AUTH_007",
                401,
                "A second factor is required.",
                "Send a code of the authenticator app, or a recovery code, as `totp`.",
            ),
            Self::RateLimited => ("RATE_001", 429, "The limit is reached.", "Wait as long as Retry-After says, then try again."),
            Self::Invalid => ("VAL_001", 400, "The request cannot be read.", "Correct what details names."),
            Self::Unprocessable => ("VAL_001", 422, "Some fields are not right.", "Correct the fields that details names."),
            Self::MediaType => ("VAL_001", 415, "The body must be JSON.", "Send `Content-Type: application/json`."),
            Self::TooLarge => ("VAL_001", 413, "The body is too large.", "Send at most 64 KiB."),
            Self::TooSlow => ("VAL_001", 408, "The body took too long to arrive.", "Send it within ten seconds."),
            Self::LongAddress => ("VAL_001", 414, "The address is too long.", "Keep path and query within 4 KiB."),
            Self::LargeHead => ("VAL_001", 431, "The headers are too large.", "Send at most 16 KiB of headers."),
            Self::WrongHost => (
                "VAL_001",
                421,
                "This server does not answer under the host name you used.",
                "Ask its operator for the right address, or to add the name to allowed_hosts.",
            ),
            Self::WrongMethod => {
                ("VAL_001", 405, "This path does not answer that method.", "Use a method that the Allow header names.")
            }
            Self::NotFound => ("RES_001", 404, "There is nothing here.", "Check the path and the ids."),
            Self::Conflict => {
                ("RES_002", 409, "This is in the way of something else.", "Read details, and change what it names.")
            }
            Self::Unexpected => ("SRV_001", 500, "Something went wrong.", "Try again; if it stays, tell us the request id."),
            Self::Overloaded => {
                ("SRV_002", 503, "The service cannot answer now.", "Wait as long as Retry-After says, then try again.")
            }
        }
    }
}
