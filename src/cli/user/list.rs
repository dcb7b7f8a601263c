//! `brainly user list`: a table for people, JSON for scripts.

use clap::Args;
use serde_json::{Value, json};

use crate::actions::User;
use crate::api::time::Time;
use crate::cli::output::{Output, clean};
use crate::cli::table;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Print JSON, which has the ids too
    #[arg(long)]
    json: bool,
}

const HEADER: [&str; 5] = ["NAME", "E-MAIL", "ADMIN", "DISABLED", "CREATED"];

impl List {
    pub(super) fn print(&self, users: &[User], out: &mut Output) -> anyhow::Result<()> {
        if self.json {
            return out.json(&json!({ "users": users.iter().map(as_json).collect::<Vec<_>>() }));
        }
        let rows: Vec<[String; 5]> = std::iter::once(HEADER.map(str::to_owned)).chain(users.iter().map(row)).collect();
        table::lines(&rows).into_iter().try_for_each(|line| out.line(line))
    }
}

fn row(user: &User) -> [String; 5] {
    let or_dash = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), clean);
    let day = |at: crate::domain::Timestamp| at.format("%Y-%m-%d").to_string();
    [
        or_dash(&user.username),
        or_dash(&user.email),
        if user.is_admin { "yes" } else { "-" }.to_owned(),
        user.disabled_at.map_or_else(|| "-".to_owned(), day),
        day(user.created_at),
    ]
}

fn as_json(user: &User) -> Value {
    json!({
        "id": user.id, "username": user.username, "email": user.email, "authProvider": user.auth_provider,
        "isAdmin": user.is_admin, "disabledAt": user.disabled_at.map(Time), "createdAt": Time(user.created_at),
    })
}
