//! Reads setting after setting, and remembers what was declared, what came from where, and what can't work.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::problems::Problems;
use super::setting::{DefaultValue, Effective, Section, Setting, Source};
use super::sources::Sources;
use super::value::Parsed;

/// Bytes; a longer file is not a secret but a mistake.
const SECRET_FILE_MAX: u64 = 64 * 1024;

/// One pass over all settings. After a problem it goes on with the default, so that the others come to light too.
pub(super) struct Reader<'a> {
    pub(super) sources: &'a Sources,
    sections: Vec<Section>,
    effective: Vec<Effective>,
    warnings: Vec<String>,
    problems: Problems,
}

/// What a pass without problems leaves behind.
pub(super) struct Read {
    pub(super) effective: Vec<Effective>,
    pub(super) warnings: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        let (problems, warnings) = (sources.problems.clone(), sources.warnings.clone());
        Self { sources, sections: Vec::new(), effective: Vec::new(), warnings, problems }
    }

    /// Starts a section of the documentation; what is read next belongs to it.
    pub(super) fn section(&mut self, title: &'static str) {
        self.sections.push(Section { title, settings: Vec::new() });
    }

    /// A setting with a fixed default.
    pub(super) fn value<T>(&mut self, setting: &'static Setting, parse: impl Fn(&str) -> Parsed<T>) -> T {
        let DefaultValue::Fixed(default) = setting.default else {
            unreachable!("{} has no fixed default", setting.name)
        };
        self.value_or(setting, default, parse)
    }

    /// A setting whose default follows from something else.
    pub(super) fn value_or<T>(
        &mut self,
        setting: &'static Setting,
        default: &str,
        parse: impl Fn(&str) -> Parsed<T>,
    ) -> T {
        self.read(setting, Some(default), &parse)
            .unwrap_or_else(|| parse(default).unwrap_or_else(|why| unreachable!("default of {}: {why}", setting.name)))
    }

    /// A setting that may be missing.
    pub(super) fn optional<T>(&mut self, setting: &'static Setting, parse: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        self.read(setting, None, &parse)
    }

    /// Notes that `name` can't work; the first problem of a name is enough.
    pub(super) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        if !self.problems.names(name) {
            self.problems.push(name, message);
        }
    }

    /// Notes what can work but looks like a mistake.
    pub(super) fn warn(&mut self, message: impl Into<String>) {
        self.warnings.push(message.into());
    }

    pub(super) fn into_sections(self) -> Vec<Section> {
        self.sections
    }

    pub(super) fn finish(mut self) -> Result<Read, Problems> {
        self.judge_names();
        if self.problems.is_empty() {
            Ok(Read { effective: self.effective, warnings: self.warnings })
        } else {
            Err(self.problems)
        }
    }

    fn read<T>(
        &mut self,
        setting: &'static Setting,
        default: Option<&str>,
        parse: &impl Fn(&str) -> Parsed<T>,
    ) -> Option<T> {
        self.sections.last_mut().expect("a section is opened before it is read").settings.push(setting);
        let found = self.find(setting);
        let (value, source) = match (&found, default) {
            (Some((_, source)), _) if setting.secret => ("set, hidden", source.clone()),
            (Some((text, source)), _) => (text.as_str(), source.clone()),
            (None, default) => (default.unwrap_or("not set"), Source::Default),
        };
        self.effective.push(Effective { name: setting.name, value: value.to_owned(), source });
        let (text, source) = found?;
        parse(&text).map_err(|why| self.refuse(setting.name, format!("{why}{}", quoted(setting, &text, &source)))).ok()
    }

    fn find(&mut self, setting: &Setting) -> Option<(String, Source)> {
        if self.sources.is_not_text(setting.name) {
            self.refuse(setting.name, "is not UTF-8 text");
            return None;
        }
        let given = self.sources.given(setting.name);
        if !setting.secret {
            return given.map(|(text, source)| (text.trim().to_owned(), source));
        }
        let file_name = format!("{}_FILE", setting.name);
        if self.sources.is_not_text(&file_name) {
            self.refuse(setting.name, format!("{file_name} is not UTF-8 text"));
            return None;
        }
        let file = match self.sources.given(&file_name) {
            // A flag is said for this one run: it wins over a file that the environment names.
            Some((_, source)) if source != Source::Flag && matches!(given, Some((_, Source::Flag))) => None,
            file => file,
        };
        match (given, file) {
            (Some(_), Some(_)) => {
                self.refuse(setting.name, format!("{file_name} is set too; keep only one of the two"));
                None
            }
            (Some((text, source)), None) => Some((text.to_owned(), source)),
            (None, Some((path, _))) => match read_secret(Path::new(path)) {
                Ok(text) => Some((text, Source::File(path.into()))),
                Err(why) => {
                    self.refuse(setting.name, format!("the file {path}, which {file_name} names, {why}"));
                    None
                }
            },
            (None, None) => None,
        }
    }

    /// A variable that starts with `BRAINLY_` was meant for us.
    fn judge_names(&mut self) {
        let settings: Vec<_> = self.sections.iter().flat_map(|section| &section.settings).collect();
        let known = |name: &str| {
            let plain = name.strip_suffix("_FILE");
            settings.iter().any(|setting| setting.name == name || setting.secret && plain == Some(setting.name))
        };
        let strangers = self.sources.names().into_iter().filter(|name| name.starts_with("BRAINLY_") && !known(name));
        let warnings =
            strangers.map(|name| format!("{name} is set, but there is no such setting; `brainly config` lists them"));
        self.warnings.extend(warnings);
    }
}

/// Without the newline that editors and `echo` put at the end.
fn read_secret(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(SECRET_FILE_MAX + 1).read_to_string(&mut text))
        .map_err(|error| format!("can't be read: {error}"))?;
    if text.len() as u64 > SECRET_FILE_MAX {
        return Err("is too long for a secret".to_owned());
    }
    let text = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if text.trim().is_empty() { Err("is empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// What was written, unless it is a secret or may contain one: `@` ends the password of a URL.
fn quoted(setting: &Setting, text: &str, source: &Source) -> String {
    let place = match source {
        Source::Flag => "by a flag".to_owned(),
        Source::Environment => "in the environment".to_owned(),
        Source::DotEnv => "in .env".to_owned(),
        Source::File(path) => format!("in the file {}", path.display()),
        Source::Default => "by default".to_owned(),
    };
    if setting.secret || text.contains('@') || text.chars().count() > 100 {
        format!(" (set {place})")
    } else {
        format!(" (set to {text:?} {place})")
    }
}
