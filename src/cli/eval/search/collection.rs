//! A collection on disk: what there is to find, what is asked for, and what should be found.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What there is to find.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    pub(super) id: String,
    #[serde(default)]
    pub(super) title: String,
    pub(super) text: String,
}

/// What is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    pub(super) id: String,
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Collection {
    pub(super) documents: Vec<Document>,
    pub(super) questions: Vec<Asked>,
    /// For each question the documents that answer it, with how well.
    pub(super) grades: HashMap<String, HashMap<String, u32>>,
}

impl Collection {
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut grades = HashMap::<String, HashMap<String, u32>>::new();
        for (number, line) in text(&folder.join("qrels.tsv"))?.lines().enumerate() {
            let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
            let [question, document, grade] = fields[..] else {
                anyhow::ensure!(line.trim().is_empty(), "qrels.tsv, line {}: not three fields", number + 1);
                continue;
            };
            match grade.parse() {
                Ok(0) => {}
                Ok(grade) => drop(grades.entry(question.to_owned()).or_default().insert(document.to_owned(), grade)),
                Err(_) if number == 0 => {} // A heading.
                Err(_) => anyhow::bail!("qrels.tsv, line {}: {grade:?} is no grade", number + 1),
            }
        }
        let documents = lines(&folder.join("docs.jsonl"))?;
        let questions = lines(&folder.join("queries.jsonl"))?;
        Ok(Self { documents, questions, grades })
    }
}

fn lines<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let text = text(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).with_context(|| format!("{}, line {}", path.display(), number + 1))
        })
        .collect()
}

fn text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))
}
