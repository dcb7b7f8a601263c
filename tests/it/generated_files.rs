//! Files that are made from the code are committed, and are what the code would make.
//!
//! `UPDATE=1 cargo test generated` writes them anew.

use std::fs;
use std::path::Path;

use brainly::api::openapi;
use brainly::cli::{self, Shell};
use brainly::config::generate;

fn files() -> Vec<(String, String)> {
    let mut files = vec![
        (".env.example".to_owned(), generate::env_example()),
        ("docs/configuration.md".to_owned(), generate::markdown()),
        ("docs/openapi.json".to_owned(), openapi::json()),
        ("completions/brainly.bash".to_owned(), cli::script(Shell::Bash)),
        ("completions/_brainly".to_owned(), cli::script(Shell::Zsh)),
        ("completions/brainly.fish".to_owned(), cli::script(Shell::Fish)),
    ];
    files.extend(cli::pages().into_iter().map(|(name, page)| (format!("man/{name}"), page)));
    files
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the test says whether it may write")]
fn generated_files_are_what_the_code_would_make() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    for (name, text) in files() {
        let path = root.join(&name);
        if fs::read_to_string(&path).ok().as_deref() == Some(text.as_str()) {
            continue;
        }
        if update {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        } else {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; refresh them with `UPDATE=1 cargo test generated`");
}

#[test]
fn no_generated_page_is_left_over_from_a_command_that_is_gone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known: Vec<String> = files().into_iter().map(|(name, _)| name).collect();

    for folder in ["man", "completions"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
            assert!(known.contains(&name), "{name} is made by nothing: remove it");
        }
    }
}
