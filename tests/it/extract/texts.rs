//! The text that a reader came for, without what stands around it.

use brainly::extract::FullTextType;

use super::read;

const ARTICLE: &str = include_str!("pages/article.html");

#[test]
fn an_article_comes_without_menus_comments_and_scripts() {
    let found = read(ARTICLE);

    let text = found.full_text.unwrap();
    assert!(text.starts_with("The first firing is the one that people remember."), "{text}");
    assert!(text.contains("Cone 6 bends at about 1222 °C"));
    for around in ["Subscribe to our newsletter", "trackVisitor", "Great post!", "All rights reserved"] {
        assert!(!text.contains(around), "{around}");
    }
    assert_eq!(found.full_text_type, Some(FullTextType::Article));
}
