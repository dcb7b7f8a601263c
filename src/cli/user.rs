//! `brainly user`: accounts, from the terminal.

use std::io::{self, BufRead as _, IsTerminal as _};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use super::open::{self, Schema};
use super::output::{Output, clean, talk};
use super::settings::Global;
use super::shutdown::interruptible;
use crate::actions::{self, User as Account};
use crate::api::time::Time;
use crate::app::App;
use crate::auth::Password;
use crate::config::Config;
use crate::domain::Username;

/// Make, list and change accounts
///
/// A password is asked for on a terminal; elsewhere the first line of standard input is taken. It is never an argument,
/// which other users of the machine could read.
#[derive(Debug, Args)]
pub(super) struct User {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make an account; the first one of all is an administrator
    Create {
        /// The name to sign in with: 3 to 30 letters, digits or underscores
        name: String,
        /// Make it an administrator
        #[arg(long)]
        admin: bool,
    },
    /// List all accounts
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Give an account another password, which ends its sessions and API tokens
    ResetPassword {
        /// The account: its name, e-mail address or id
        name: String,
    },
    /// Make an account an administrator
    MakeAdmin {
        /// The account: its name, e-mail address or id
        name: String,
    },
    /// Keep an account from signing in, and end its sessions and API tokens
    Disable {
        /// The account: its name, e-mail address or id
        name: String,
    },
    /// Let a disabled account sign in again
    Enable {
        /// The account: its name, e-mail address or id
        name: String,
    },
    /// Remove an account and all that is in it, for good
    Delete {
        /// The account: its name, e-mail address or id
        name: String,
        /// Don't ask
        #[arg(long)]
        yes: bool,
    },
}

impl User {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        // Whoever types takes their time: nothing is open meanwhile.
        let password = match &self.task {
            Task::Create { .. } | Task::ResetPassword { .. } => Some(ask_password()?),
            Task::Delete { name, yes: false } => {
                confirm(name)?;
                None
            }
            _ => None,
        };
        open::block_on(&config.clone(), interruptible(self.work(config, password, out)))
    }

    async fn work(self, config: Config, password: Option<Password>, out: &mut Output) -> anyhow::Result<()> {
        let app = open::app(config, Schema::MigrateOwn).await?;
        match (self.task, password) {
            (Task::Create { name, admin }, Some(password)) => {
                let name = Username::parse(&name)?;
                let made = actions::create_user(&app, &name, &password, admin).await?;
                let role = if made.is_admin { ", an administrator" } else { "" };
                talk(format_args!("made {}{role}", name.as_str()));
            }
            (Task::ResetPassword { name }, Some(password)) => {
                actions::reset_password(&app, find(&app, &name).await?.id, &password).await?;
                talk(format_args!("{name} has another password; all sessions and API tokens are ended"));
            }
            (Task::List { json }, _) => list(&actions::list_users(&app).await?, json, out)?,
            (Task::MakeAdmin { name }, _) => {
                actions::set_admin(&app, find(&app, &name).await?.id, true).await?;
                talk(format_args!("{name} is an administrator"));
            }
            (Task::Disable { name }, _) => {
                actions::set_disabled(&app, find(&app, &name).await?.id, true).await?;
                talk(format_args!("{name} can't sign in any more"));
            }
            (Task::Enable { name }, _) => {
                actions::set_disabled(&app, find(&app, &name).await?.id, false).await?;
                talk(format_args!("{name} can sign in again"));
            }
            (Task::Delete { name, .. }, _) => {
                actions::delete_user(&app, find(&app, &name).await?.id).await?;
                talk(format_args!("{name} is removed with all that was theirs"));
            }
            (Task::Create { .. } | Task::ResetPassword { .. }, None) => bail!("no password was given"),
        }
        app.db.close().await;
        Ok(())
    }
}

async fn find(app: &App, name: &str) -> anyhow::Result<Account> {
    match actions::find_user(app, name).await {
        Err(actions::Error::NotFound(_)) => bail!("there is no user {name:?}; `brainly user list` shows all"),
        found => Ok(found?),
    }
}

fn list(users: &[Account], as_json: bool, out: &mut Output) -> anyhow::Result<()> {
    if as_json {
        let users: Vec<_> = users.iter().map(describe).collect();
        return out.json(&json!({ "users": users }));
    }
    let names: Vec<String> = users.iter().map(|user| clean(user.username.as_deref().unwrap_or("-"))).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for (user, name) in users.iter().zip(names) {
        let role = if user.is_admin { "admin" } else { "user" };
        let state = if user.disabled_at.is_some() { "disabled" } else { "active" };
        let since = user.created_at.format("%Y-%m-%d");
        let email = clean(user.email.as_deref().unwrap_or_default());
        out.line(format!("{name:<width$}  {role:<5}  {state:<8}  {since}  {email}").trim_end())?;
    }
    out.flush()
}

fn describe(user: &Account) -> serde_json::Value {
    json!({
        "id": user.id, "username": user.username, "email": user.email, "authProvider": user.auth_provider,
        "isAdmin": user.is_admin, "disabledAt": user.disabled_at.map(Time), "createdAt": Time(user.created_at),
    })
}

fn ask_password() -> anyhow::Result<Password> {
    if !io::stdin().is_terminal() {
        return Ok(Password::parse(first_line()?)?);
    }
    let password = Password::parse(rpassword::prompt_password("Password: ")?)?;
    if rpassword::prompt_password("Again: ")? != password.expose() {
        bail!("the two passwords differ");
    }
    Ok(password)
}

fn confirm(name: &str) -> anyhow::Result<()> {
    if !io::stdin().is_terminal() {
        bail!("{name} and all items would be removed for good; where nobody can be asked, say --yes");
    }
    talk(format_args!("{name} and all items are removed for good. Type the name to go on:"));
    if first_line()? != name {
        bail!("nothing was removed");
    }
    Ok(())
}

fn first_line() -> anyhow::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("standard input can't be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
