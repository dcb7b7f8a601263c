//! The files that the rows of the settings become: `.env.example` and `docs/configuration.md`.
//!
//! Both are committed; a test that compares them with these texts keeps them from going stale.

use std::fmt::Write as _;

use super::Config;
use super::setting::{DefaultValue, Setting};

/// The widest line of `.env.example`, in characters.
const WIDTH: usize = 100;

/// The text of `.env.example`: every setting with its default, commented out.
pub fn env_example() -> String {
    let mut out = String::new();
    comment(
        &mut out,
        "Brainly's settings. Copy this file to .env where Brainly is started, and take the # from what you change.",
    );
    comment(&mut out, "Flags win over the environment, that over this file. An empty value counts as unset.");
    comment(&mut out, "Put a value with spaces, quotes, $ or # in 'single quotes'.");
    for section in Config::sections() {
        _ = write!(out, "\n# == {} ==\n", section.title);
        for setting in section.settings {
            out.push('\n');
            comment(&mut out, setting.about);
            comment(&mut out, &format!("Values: {}", setting.values.to_string().replace('`', "")));
            if let DefaultValue::Derived(words) = setting.default {
                comment(&mut out, &format!("Default: {}", words.replace('`', "")));
            }
            if setting.secret {
                comment(&mut out, &format!("Or name a file that holds it: {}_FILE", setting.name));
            }
            let value = if let DefaultValue::Fixed(text) = setting.default { text } else { "" };
            _ = writeln!(out, "#{}={value}", setting.name);
        }
    }
    out
}

/// The text of `docs/configuration.md`.
pub fn markdown() -> String {
    let mut out = String::from(PREAMBLE);
    for section in Config::sections() {
        _ = write!(out, "\n## {}\n\n| variable | default | values | meaning |\n|---|---|---|---|\n", section.title);
        for setting in section.settings {
            let Setting { name, values, about, .. } = setting;
            let default = match setting.default {
                DefaultValue::Unset => String::new(),
                DefaultValue::Fixed(text) => format!("`{text}`"),
                DefaultValue::Derived(words) => words.to_owned(),
            };
            let secret = if setting.secret { " Secret." } else { "" };
            _ = writeln!(out, "| `{name}` | {default} | {values} | {about}{secret} |");
        }
    }
    out
}

const PREAMBLE: &str = "\
# Configuration

<!-- Generated from the settings in src/config; edit them there. -->

Brainly needs none of these settings to start: without any it listens on this machine only and keeps an SQLite database.

- A flag wins over the environment, that over a file `.env` in the working directory, that over the default. An empty value
  counts as unset.
- A secret `X` may instead come from a file: `X_FILE` is its path, and one newline at its end doesn't count. Setting both is an error.
- What can't work stops Brainly before it starts. All problems are printed at once, by name and without any secret.
- A variable that starts with `BRAINLY_` and isn't listed here draws a warning.
- `brainly config` prints what holds and where it came from, secrets hidden.

A duration is a number and a unit: `500ms`, `15s`, `30m`, `12h`, `7d`. A size is a number of bytes, or one with a unit: `500kB`,
`10MiB`, `1GB`. In `.env`, a value with spaces, quotes, `$` or `#` goes in `'single quotes'`.
";

/// Adds `text` as comment lines of at most [`WIDTH`] characters.
fn comment(out: &mut String, text: &str) {
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line.truncate(1);
        }
        line.push(' ');
        line.push_str(word);
    }
    out.push_str(&line);
    out.push('\n');
}
