//! Folders of pages whose text is known, in the two forms that others use.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::text::markup;

/// Where Readability's tests say that their pages come from.
const READABILITY_URL: &str = "http://fakehost/test/page.html";
/// Where they lie in a copy of its repository.
const READABILITY_PAGES: &str = "test/test-pages";
/// No page of a collection is larger once it is unpacked, in bytes.
const MAX_PAGE: u64 = 64 * 1024 * 1024;

/// A page, and what is known of it.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) url: Url,
    html: PathBuf,
    text: Text,
    pub(super) facts: Facts,
}

#[derive(Debug)]
enum Text {
    Known(String),
    /// The text of this page.
    Of(PathBuf),
}

/// What Readability's tests expect a page to say of itself; what is missing is not compared.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Facts {
    pub(super) title: Option<String>,
    pub(super) byline: Option<String>,
    pub(super) excerpt: Option<String>,
    pub(super) site_name: Option<String>,
    pub(super) published_time: Option<String>,
    pub(super) lang: Option<String>,
}

#[derive(Deserialize)]
struct Truth {
    #[serde(rename = "articleBody", default)]
    body: String,
    url: Option<String>,
}

impl Sample {
    /// The page itself.
    pub(super) fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        let read = || {
            let file = File::open(&self.html)?;
            let mut bytes = Vec::new();
            if self.html.extension().is_some_and(|extension| extension == "gz") {
                GzDecoder::new(file).take(MAX_PAGE).read_to_end(&mut bytes)?;
            } else {
                file.take(MAX_PAGE).read_to_end(&mut bytes)?;
            }
            std::io::Result::Ok(bytes)
        };
        read().with_context(|| format!("{} can't be read", self.html.display()))
    }

    /// Its text, as it should be.
    pub(super) fn text(&self) -> anyhow::Result<String> {
        match &self.text {
            Text::Known(text) => Ok(text.clone()),
            Text::Of(page) => {
                let html = fs::read_to_string(page).with_context(|| format!("{} can't be read", page.display()))?;
                let document = markup::parse(&html).with_context(|| format!("{}", page.display()))?;
                Ok(document.formatted_text().to_string())
            }
        }
    }
}

/// The pages of `folder`, by name.
pub(super) fn open(folder: &Path) -> anyhow::Result<Vec<Sample>> {
    let truth = folder.join("ground-truth.json");
    let pages = Some(folder.join(READABILITY_PAGES)).filter(|pages| pages.is_dir());
    let samples = if truth.is_file() {
        with_ground_truth(folder, &truth)?
    } else {
        of_readability(pages.as_deref().unwrap_or(folder))?
    };
    if samples.is_empty() {
        bail!("there is neither a ground-truth.json in {} nor a folder with a source.html", folder.display());
    }
    Ok(samples)
}

fn with_ground_truth(folder: &Path, truth: &Path) -> anyhow::Result<Vec<Sample>> {
    let pages: BTreeMap<String, Truth> = json(truth)?;
    let sample = |(name, truth): (String, Truth)| {
        let packed = folder.join("html").join(format!("{name}.html.gz"));
        let html = if packed.is_file() { packed } else { packed.with_extension("") };
        // A page without a link of its own may be anybody's.
        let url = truth.url.and_then(|url| Url::parse(&url).or_else(|_| Url::parse(&format!("http://{url}"))).ok());
        let url = url.map_or_else(|| Url::parse(READABILITY_URL), Ok)?;
        Ok(Sample { name, url, html, text: Text::Known(truth.body), facts: Facts::default() })
    };
    pages.into_iter().map(sample).collect()
}

fn of_readability(folder: &Path) -> anyhow::Result<Vec<Sample>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
    let mut pages: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    pages.retain(|page| page.join("source.html").is_file() && page.join("expected.html").is_file());
    pages.sort();
    let sample = |page: PathBuf| {
        let facts = page.join("expected-metadata.json");
        Ok(Sample {
            name: page.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            url: Url::parse(READABILITY_URL)?,
            html: page.join("source.html"),
            text: Text::Of(page.join("expected.html")),
            facts: if facts.is_file() { json(&facts)? } else { Facts::default() },
        })
    };
    pages.into_iter().map(sample).collect()
}

fn json<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not as expected", path.display()))
}
