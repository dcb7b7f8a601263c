//! A collection on disk: what there is to find, what is asked for, and what should be found.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// What there is to find.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    #[serde(alias = "_id", deserialize_with = "id")]
    pub(super) id: String,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) text: Option<String>,
}

/// What is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(alias = "_id", deserialize_with = "id")]
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
    /// Reads the three files. Documents that say nothing are left out: nobody can save such a thing.
    ///
    /// # Errors
    /// Which file, and which line of it, is not as it should be; a collection of which no question can be answered.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        anyhow::ensure!(folder.is_dir(), "{} is no folder", folder.display());
        let mut documents: Vec<Document> = lines(&folder.join("docs.jsonl"))?;
        documents.retain(|document| !(is_blank(document.title.as_ref()) && is_blank(document.text.as_ref())));
        let questions: Vec<Asked> = lines(&folder.join("queries.jsonl"))?;
        let grades = grades(&folder.join("qrels.tsv"))?;
        let known: HashSet<&str> = documents.iter().map(|document| document.id.as_str()).collect();
        anyhow::ensure!(known.len() == documents.len(), "docs.jsonl: two documents have the same id");
        let answered = questions.iter().filter_map(|question| grades.get(&question.id));
        anyhow::ensure!(
            answered.flat_map(HashMap::keys).any(|document| known.contains(document.as_str())),
            "qrels.tsv names no document of docs.jsonl as the answer to a question of queries.jsonl"
        );
        Ok(Self { documents, questions, grades })
    }
}

fn is_blank(text: Option<&String>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// An id: text, or a number.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "an id must be text or a whole number")]
    enum Id {
        Text(String),
        Number(i64),
    }
    Ok(match Id::deserialize(deserializer)? {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    })
}

/// Question, document and grade, between tabs; of three words in the first line, the last of which is no number, they are a heading.
fn grades(path: &Path) -> anyhow::Result<HashMap<String, HashMap<String, u32>>> {
    let mut grades = HashMap::<String, HashMap<String, u32>>::new();
    for (number, line) in text(path)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = || format!("{}, line {}", path.display(), number + 1);
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [question, document, grade] = fields[..] else {
            anyhow::bail!("{}: not three fields (question, document, grade) between tabs", at());
        };
        match grade.parse::<f64>() {
            // Below 0 as well: what misleads is no answer.
            Ok(grade) if grade <= 0.0 => {}
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and above zero")]
            Ok(grade) if grade.fract() == 0.0 => {
                grades.entry(question.to_owned()).or_default().insert(document.to_owned(), grade as u32);
            }
            Err(_) if number == 0 => {}
            _ => anyhow::bail!("{}: {grade:?} is no grade: 0, 1, 2, …", at()),
        }
    }
    Ok(grades)
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
