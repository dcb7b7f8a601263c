//! `brainly user`: accounts, for whoever runs the server.
//!
//! A password is never an argument; see [`super::prompt`]. To add a verb: a variant of [`Verb`] and a function.

mod list;

use clap::{Args, Subcommand};

use super::account::{self, label};
use super::hint::mended;
use super::open::{self, Schema};
use super::output::{Output, talk};
use super::prompt::{Consent, new_password};
use super::settings::Global;
use crate::actions::{self, User as Account};
use crate::app::App;
use crate::config::Config;
use crate::domain::Username;

/// Make, list, change and remove accounts
///
/// A password is asked for twice at a terminal; elsewhere it is the first line of standard input. Where a command wants a
/// NAME, an e-mail address or an id will do as well.
#[derive(Debug, Args)]
pub(super) struct User {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make an account, also when sign-ups are closed; the first one of all is an administrator
    Create(Create),
    /// Show all accounts
    List(list::List),
    /// Set another password and end every session and API token of the user
    ResetPassword(Named),
    /// Make somebody an administrator, who may see the queue and the jobs of all
    MakeAdmin(Named),
    /// Shut somebody out: no sign-in, and every session and API token ends; the items stay
    Disable(Removal),
    /// Let somebody sign in again
    Enable(Named),
    /// Remove an account and everything in it, for good
    Delete(Removal),
}

#[derive(Debug, Args)]
struct Create {
    /// 3 to 30 letters, digits and underscores; no two may differ only in case
    #[arg(value_name = "NAME", value_parser = Username::parse)]
    name: Username,
    /// Make it an administrator's
    #[arg(long)]
    admin: bool,
}

#[derive(Debug, Args)]
struct Named {
    /// Whose account
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Debug, Args)]
struct Removal {
    /// Whose account
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    consent: Consent,
}

impl User {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        // Not interruptible: a password is waited for without a runtime's help, so that Ctrl-C simply ends the process;
        // what is written is one transaction, and that is whole or not there.
        open::block_on(&config.clone(), self.verb.run(config, out))
    }
}

impl Verb {
    async fn run(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let _presence = open::presence(&config).await?;
        let app = open::app(config, Schema::MigrateOwn).await?;
        match self {
            Self::Create(Create { name, admin }) => talk(create(&app, &name, admin).await?),
            Self::List(list) => list.print(&actions::list_users(&app).await?, out)?,
            Self::ResetPassword(Named { name }) => talk(reset_password(&app, &name).await?),
            Self::MakeAdmin(Named { name }) => {
                let user = account::named(&app, &name).await?;
                actions::set_admin(&app, user.id, true).await?;
                talk(format_args!("{} is an administrator", label(&user)));
            }
            Self::Disable(removal) => talk(disable(&app, &removal).await?),
            Self::Enable(Named { name }) => {
                let user = account::named(&app, &name).await?;
                actions::set_disabled(&app, user.id, false).await?;
                talk(format_args!("{} may sign in again", label(&user)));
            }
            Self::Delete(removal) => talk(delete(&app, &removal).await?),
        }
        app.db.close().await;
        out.flush()
    }
}

async fn create(app: &App, name: &Username, admin: bool) -> anyhow::Result<String> {
    let taken = || {
        let hint = format!("choose another, or set its password anew: brainly user reset-password {name}");
        mended(format!("the name {name} is taken"), hint)
    };
    // Before a password is typed twice for nothing.
    match actions::find_user(app, name.as_str()).await {
        Ok(_) => return Err(taken()),
        Err(actions::Error::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let made = actions::create_user(app, name, &new_password(name.as_str())?, admin).await;
    let user = made.map_err(|error| match error {
        actions::Error::UsernameTaken => taken(),
        other => other.into(),
    })?;
    Ok(if user.is_admin { format!("made {name}, an administrator") } else { format!("made {name}") })
}

async fn reset_password(app: &App, name: &str) -> anyhow::Result<String> {
    let user = account::named(app, name).await?;
    if user.username.is_none() {
        let message = format!("{} has no username, and signs in with Google only", label(&user));
        return Err(mended(message, "a password would be of no use to them"));
    }
    actions::reset_password(app, user.id, &new_password(&label(&user))?).await?;
    Ok(format!("{} has a new password; every older session has ended", label(&user)))
}

async fn disable(app: &App, Removal { name, consent }: &Removal) -> anyhow::Result<String> {
    let user = account::named(app, name).await?;
    if is_last_admin(app, &user).await? {
        consent.require(&format!("{} is the last administrator. Shut them out?", label(&user)))?;
    }
    actions::set_disabled(app, user.id, true).await?;
    Ok(format!("{} is shut out", label(&user)))
}

async fn delete(app: &App, Removal { name, consent }: &Removal) -> anyhow::Result<String> {
    let user = account::named(app, name).await?;
    let last = if is_last_admin(app, &user).await? { ", the last administrator," } else { "" };
    consent.require(&format!("Remove {}{last} and everything that is theirs, for good?", label(&user)))?;
    actions::delete_user(app, user.id).await?;
    Ok(format!("{} is gone", label(&user)))
}

/// Would nobody administer Brainly without `user`?
async fn is_last_admin(app: &App, user: &Account) -> anyhow::Result<bool> {
    let works = |account: &Account| account.is_admin && account.disabled_at.is_none();
    let others = actions::list_users(app).await?;
    Ok(works(user) && !others.iter().any(|other| other.id != user.id && works(other)))
}
