//! `brainly man`: manual pages, made from the same words as `--help`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::output::Output;

/// Print the manual page, or write the pages of all commands to a folder
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Write brainly.1, brainly-serve.1, … here instead
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self, out: &mut Output) -> anyhow::Result<()> {
        let pages = pages();
        let Some(dir) = &self.dir else { return out.text(&pages[0].1) };
        fs::create_dir_all(dir).with_context(|| format!("the folder {} can't be made", dir.display()))?;
        for (name, page) in pages {
            let path = dir.join(name);
            fs::write(&path, page).with_context(|| format!("{} can't be written", path.display()))?;
        }
        Ok(())
    }
}

/// File name and text of each page; `brainly.1` comes first.
pub fn pages() -> Vec<(String, String)> {
    let mut command = super::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add_pages(&command, &mut pages);
    pages
}

fn add_pages(command: &clap::Command, pages: &mut Vec<(String, String)>) {
    let man = clap_mangen::Man::new(command.clone());
    let mut page = Vec::new();
    // Writing to memory does not fail.
    drop(man.render(&mut page));
    pages.push((man.get_filename(), String::from_utf8_lossy(&page).into_owned()));
    command.get_subcommands().filter(|sub| !sub.is_hide_set()).for_each(|sub| add_pages(sub, pages));
}
