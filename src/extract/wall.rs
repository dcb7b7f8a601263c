//! What stands between a reader and a page.

use serde::{Deserialize, Serialize};

/// A page that is shown instead of the one that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Wall {
    /// The site wants to see a person, not a program: a captcha, "Just a moment…".
    BotCheck,
    /// The site wants its visitors to sign in.
    SignIn,
    /// The site wants consent to its cookies first.
    Consent,
    /// The page says nothing before its scripts have run.
    Scripts,
    /// The site says that it has no such page, with a status that says it has.
    Missing,
}

impl Wall {
    /// What the link's owner is shown.
    pub fn for_people(self) -> String {
        match self {
            Self::BotCheck => "The site checks for robots and did not let Brainly read the page",
            Self::SignIn => "The site shows this page only to people who have signed in",
            Self::Scripts => "The page shows its text only to browsers that run its scripts",
            Self::Missing => "The site says that there is no such page",
            Self::Consent => "The site asks for consent before it shows the page",
        }
        .into()
    }
}
