//! Which rule keeps us from fetching: a verdict on the link, not a fault.

/// Which rule keeps us from fetching.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither `http` nor `https`.
    #[error("its scheme is not http or https")]
    Scheme,
    /// More than four kilobytes: no honest link is so long.
    #[error("the link is too long")]
    Length,
    /// A user name or password in the link.
    #[error("the link holds credentials")]
    Credentials,
    /// Not one of the ports that web sites use.
    #[error("its port is not open to links")]
    Port,
    /// A host that no honest link is written with.
    #[error("its host is written in a form that is not allowed")]
    HostForm,
    /// A name that means something only inside a network.
    #[error("its name is a local one")]
    LocalName,
    /// An address that is not public.
    #[error("its address is not public ({0})")]
    Address(&'static str),
}

impl Refusal {
    /// A sentence for the person who saved the link, without a full stop.
    pub(super) const fn for_people(self) -> &'static str {
        match self {
            Self::Scheme => "The link leads to something other than a web page, which is not allowed",
            Self::Length => "The link is longer than 4,096 characters, which is not allowed",
            Self::Credentials => "The link holds a user name or password, which is not allowed",
            Self::Port => "The link leads to an unusual port, which is not allowed",
            Self::HostForm => "The link's host is written in a form that is not allowed",
            Self::LocalName | Self::Address(_) => "The link leads into a private network, which is not allowed",
        }
    }
}
