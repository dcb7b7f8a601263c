//! What the documents say is shown by tests is.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_security_document_names_is_there() {
    let document = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let mut tests = String::new();
    sources(&root().join("tests"), &mut tests);
    let rows = document.lines().filter(|line| line.starts_with('|') && line.matches('|').count() == 4);
    let shown = rows.filter_map(|row| row.rsplit('|').nth(1)).flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let mut names = 0;
    for name in shown {
        let there =
            if name.contains('/') { root().join(name).exists() } else { tests.contains(&format!("fn {name}(")) };
        assert!(there, "docs/SECURITY.md names {name}, which is not there");
        names += 1;
    }
    assert!(names > 30, "only {names} names were found");
}
