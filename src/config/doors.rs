//! Which doors a server has.

/// A door: one way of speaking to the server, with paths of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The pages.
    Web,
    /// `/v1`, but for what belongs to [`Authz`](Self::Authz).
    Native,
    /// `/oauth2`, and what is published for it.
    OAuth,
    /// Verdicts for proxies and product APIs: `/v1/verify`.
    Authz,
    /// `/api`, as Qelos speaks.
    Qelos,
    /// `/api/v1/auth/keys`, as QANATIX speaks.
    Qanatix,
    /// `/auth` and `/billing`, as QNSP speaks.
    Qnsp,
}

impl Door {
    /// All there are.
    pub const ALL: [Self; 7] = [Self::Web, Self::Native, Self::OAuth, Self::Authz, Self::Qelos, Self::Qanatix, Self::Qnsp];

    /// Its name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Native => "native",
            Self::OAuth => "oauth",
            Self::Authz => "authz",
            Self::Qelos => "qelos",
            Self::Qanatix => "qanatix",
            Self::Qnsp => "qnsp",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The doors that are open. What lies behind a closed one is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doors(u8);

impl Doors {
    /// These.
    pub fn of(doors: &[Door]) -> Self {
        Self(doors.iter().fold(0, |open, door| open | door.bit()))
    }

    /// Whether it is open.
    pub fn has(self, door: Door) -> bool {
        self.0 & door.bit() != 0
    }
}
