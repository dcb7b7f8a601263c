//! What kind of instance this is, and where it keeps its files.

use std::path::{Path, PathBuf};

use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::sources::Sources;
use super::value::{self, Parsed};

/// How this instance is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On a desk: the front end's development server may call the API.
    Development,
    /// Like production, for trying things.
    Staging,
    /// People's data.
    Production,
}

const ENVIRONMENT: Setting = Setting {
    name: "BRAINLY_ENV",
    default: DefaultValue::Fixed("development"),
    values: Values::OneOf(&["development", "staging", "production"]),
    about: "How this instance is used. `development` lets the front end's development server call the API (see `CORS_ORIGIN`); \
            the other two let nobody do so who isn't named.",
    secret: false,
};

const DATA_DIR: Setting = Setting {
    name: "BRAINLY_DATA_DIR",
    default: DefaultValue::Derived(
        "`$XDG_DATA_HOME/brainly` or `~/.local/share/brainly`; root in a container: `/data` if that is there",
    ),
    values: Values::Like("a directory"),
    about: "Where the SQLite database and the generated secret are kept. Made when missing.",
    secret: false,
};

pub(super) fn read(from: &mut Reader<'_>) -> (Environment, PathBuf) {
    use Environment::{Development, Production, Staging};

    from.section("This instance");
    let environment = from.value(&ENVIRONMENT, value::choice(&ENVIRONMENT, &[Development, Staging, Production]));
    let data_dir = match default_data_dir(from.sources) {
        Some(default) => from.value_or(&DATA_DIR, &default, directory),
        None => from.optional(&DATA_DIR, directory).unwrap_or_else(|| {
            from.refuse(DATA_DIR.name, "must be set: there is no home directory (HOME) to derive it from");
            PathBuf::from("brainly-data")
        }),
    };
    (environment, data_dir)
}

fn default_data_dir(sources: &Sources) -> Option<String> {
    let path = |name| sources.given(name).map(|(path, _)| Path::new(path));
    let volume = sources.data_volume.clone();
    // A relative XDG_DATA_HOME is to be ignored, says the XDG base directory specification.
    let xdg = || path("XDG_DATA_HOME").filter(|path| path.is_absolute()).map(|data| data.join("brainly"));
    let home = || path("HOME").filter(|path| path.is_absolute()).map(|home| home.join(".local/share/brainly"));
    volume.or_else(xdg).or_else(home).and_then(|path| path.into_os_string().into_string().ok())
}

fn directory(text: &str) -> Parsed<PathBuf> {
    if text.starts_with('~') {
        // Only a shell knows what it means, and none reads a `.env` or a unit file.
        return Err("must be written out: `~` means nothing here".to_owned());
    }
    Ok(PathBuf::from(text))
}
