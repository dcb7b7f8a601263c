//! The same link saved twice: a table of pairs, and what must hold of every text and every link.

use brainly::domain::{InvalidLink, SourceUrl};
use brainly::provider::recognize;
use proptest::prelude::*;

use pairs::{DIFFERENT, SAME};

mod pairs;

fn link(text: &str) -> SourceUrl {
    SourceUrl::parse(text).unwrap_or_else(|error| panic!("{text:?} is refused: {error}"))
}

#[test]
fn links_to_the_same_page_share_one_canonical_form() {
    for (left, right) in SAME {
        let (left, right) = (link(left), link(right));
        assert_eq!(left.canonical(), right.canonical());
        assert_eq!(left.canonical_hash(), right.canonical_hash());
    }
}

#[test]
fn links_to_different_pages_never_collapse() {
    for (left, right) in DIFFERENT {
        let (left, right) = (link(left), link(right));
        assert_ne!(left.canonical(), right.canonical());
        assert_ne!(left.canonical_hash(), right.canonical_hash());
    }
}

#[test]
fn the_table_is_large_enough_and_a_third_of_it_are_different_pages() {
    assert!(SAME.len() + DIFFERENT.len() >= 80);
    assert!(DIFFERENT.len() * 3 >= SAME.len() + DIFFERENT.len());
}

#[test]
fn the_canonical_form_reads_like_a_link_and_the_original_is_kept() {
    let given = link(" HTTP://user:pw@www.Example.com:80/a/../B/index.html?z=1&utm_source=x&a=%7e#frag ");
    assert_eq!(given.canonical(), "https://example.com/B?a=~&z=1");
    assert_eq!(given.as_str(), "HTTP://user:pw@www.Example.com:80/a/../B/index.html?z=1&utm_source=x&a=%7e#frag");
    assert_eq!(given.host(), "www.example.com");
}

#[test]
fn the_canonical_hash_is_the_sha_256_of_the_canonical_form() {
    // printf %s https://example.com/a | sha256sum
    let expected = "2dce0a4c50441bfccfa9caf4b58c3cba6e06c420505dd829f0436de1aa44baac";
    assert_eq!(hex::encode(link("http://www.example.com/a/").canonical_hash()), expected);
}

#[test]
fn what_is_no_web_link_is_refused_with_its_reason() {
    for (text, reason) in [
        (" \t\n", InvalidLink::Empty),
        ("https://example.com/\0", InvalidLink::ControlCharacter),
        ("https://example.com/\u{7f}a", InvalidLink::ControlCharacter),
        ("https://", InvalidLink::NoHost),
        ("mailto:a@b.c", InvalidLink::UnsupportedScheme),
        ("javascript:alert(1)", InvalidLink::UnsupportedScheme),
        ("localhost:3000", InvalidLink::UnsupportedScheme),
    ] {
        assert_eq!(SourceUrl::parse(text), Err(reason), "{text:?}");
    }
    for text in ["example.com", "//example.com/x", "not a url", "https://exa mple.com/", "https://example.com:99999/"] {
        assert!(matches!(SourceUrl::parse(text), Err(InvalidLink::NotALink(_))), "{text:?}");
    }
}

#[test]
fn a_link_of_4096_bytes_is_accepted_and_one_more_is_not() {
    let longest = format!("https://example.com/{}", "a".repeat(SourceUrl::MAX_BYTES - 20));
    assert_eq!(link(&format!(" {longest} ")).as_str(), longest);
    assert_eq!(SourceUrl::parse(&format!("{longest}a")), Err(InvalidLink::TooLong));
}

#[test]
fn a_link_is_a_string_in_json_and_read_with_the_same_care() {
    let json = serde_json::to_string(&link(" https://Example.com/a ")).unwrap();
    assert_eq!(json, r#""https://Example.com/a""#);
    assert_eq!(serde_json::from_str::<SourceUrl>(&json).unwrap(), link("https://Example.com/a"));
    let refusal = serde_json::from_str::<SourceUrl>(r#""ftp://example.com""#).unwrap_err();
    assert!(refusal.to_string().contains("http"), "{refusal}");
}

#[test]
fn debug_output_shows_neither_credentials_nor_query() {
    let shown = format!("{:?}", link("https://ada:secret@example.com/a?token=secret"));
    assert!(shown.contains("example.com/a") && !shown.contains("secret"), "{shown}");
}

#[test]
fn sites_are_told_apart_by_their_registrable_domain() {
    let same = |a, b| link(a).same_site(&link(b));
    assert!(same("https://www.example.co.uk/a", "http://blog.example.co.uk:8080/b"));
    assert!(same("https://localhost:1/a", "https://localhost:2/b"));
    assert!(same("https://127.0.0.1/a", "https://127.0.0.1/b"));
    assert!(same("https://[::1]/a", "https://[::1]:8080/b") && !same("https://[::1]/", "https://[::2]/"));
    assert!(same("https://twitter.com/jack", "https://x.com/jill"));
    assert!(!same("https://a.co.uk/", "https://b.co.uk/"));
    assert!(!same("https://alice.github.io/", "https://bob.github.io/"));
    assert!(!same("https://10.0.3.4/", "https://10.1.3.4/"));
    assert!(!same("https://example.com/", "https://notexample.com/"));
}

#[test]
fn a_page_may_name_another_link_for_itself_only_on_its_site_and_never_the_home_page() {
    let page = link("https://news.example.com/story?id=7&session=x");
    let named = |candidate| page.canonical_of_page(candidate).map(|link| link.canonical().to_owned());
    assert_eq!(named("https://www.example.com/story/7").as_deref(), Some("https://example.com/story/7"));
    assert_eq!(named(" /story?id=7 ").as_deref(), Some("https://news.example.com/story?id=7"));
    assert_eq!(named("/?p=7").as_deref(), Some("https://news.example.com/?p=7"));
    assert_eq!(named("#/story/7").as_deref(), Some("https://news.example.com/story?id=7&session=x#/story/7"));
    for refused in [
        "/",
        "https://example.com",
        "https://www.example.com/index.html?utm_source=x#top",
        "https://example.org/story/7",
        "mailto:a@example.com",
        "https://",
    ] {
        assert_eq!(named(refused), None, "{refused}");
    }
}

#[test]
fn a_redirector_on_the_pages_own_site_can_not_name_a_page_elsewhere() {
    let page = link("https://www.google.com/maps/place/x");
    assert_eq!(page.canonical_of_page("https://www.google.com/url?q=https://example.com/a"), None);
    let wrapped = link("https://www.google.com/url?q=https://example.com/a");
    assert!(wrapped.canonical_of_page("https://example.com/b").is_some(), "the target is the page");
}

/// One of the words of `words`, which white space parts; `-` stands for nothing.
fn one_of(words: &'static str) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words.split_whitespace().map(|word| if word == "-" { "" } else { word }).collect::<Vec<_>>())
}

/// Texts that look like links: every rule's words, put together at random.
fn link_like() -> impl Strategy<Value = String> {
    let scheme = one_of(r"https:// http:// HTTP: https:\\ https://u:p@");
    let host = one_of(
        "example.com www.example.com www.www.com www.example.com. example.com.. www.github.io 127.1 0x7f.1.. [::1] localhost
         youtu.be m.youtube.com music.youtube.com www.youtube-nocookie.com twitter.com mobile.x.com old.reddit.com
         www.amazon.co.uk export.arxiv.org github.com en.m.wikipedia.org www.google.com google.de. l.facebook.com
         duckduckgo.com münchen.de a_b.example.com",
    );
    let port = one_of("- - - :80 :443 :8080 :");
    let piece = one_of(
        r"- a index.html . .. %2e %2E%2e %%32%45 % %7e %2f dQw4w9WgXcQ embed shorts v watch videoseries i web u status 20
          abs pdf 2301.00001v2.pdf hep-th 9901001v1 rust.git index.html.git .git url l.php l ü \ ;b=1 ' | ^",
    );
    let name = one_of("a b v t s q u url uddg utm_source UTM%5fx tag ref - % %61 ü");
    let value = one_of(
        r#"- 1 2 % %2b + dQw4w9WgXcQ https://youtu.be/dQw4w9WgXcQ https%3A%2F%2Fwww.a.com%2F%3Fb javascript:1 '"<>
           https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fa.com%252Findex.html"#,
    );
    let fragment = one_of("- - #x #!/a/ #/%7e% #gid=0 #");
    let path = prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.join("/"));
    let parameter = (name, prop::option::of(value))
        .prop_map(|(name, value)| value.map_or_else(|| name.to_owned(), |value| format!("{name}={value}")));
    let query = prop::collection::vec(parameter, 0..5)
        .prop_map(|all| if all.is_empty() { String::new() } else { format!("?{}", all.join("&")) });
    (scheme, host, port, path, query, fragment)
        .prop_map(|(scheme, host, port, path, query, fragment)| format!("{scheme}{host}{port}/{path}{query}{fragment}"))
}

/// What must hold of the link in any text, if there is one.
fn check(text: &str) -> Result<(), TestCaseError> {
    let Ok(link) = SourceUrl::parse(text) else { return Ok(()) };
    let canonical = link.canonical();
    prop_assert!(canonical.starts_with("https://"), "{canonical}");
    let parsed = url::Url::parse(canonical).map_err(|error| TestCaseError::fail(format!("{canonical}: {error}")))?;
    prop_assert_eq!(parsed.as_str(), canonical, "it is as the standard serialises it");
    if let Ok(again) = SourceUrl::parse(canonical) {
        prop_assert_eq!(again.canonical(), canonical, "it is its own canonical form");
        prop_assert!(again.same_site(&link));
    } else {
        prop_assert!(canonical.len() > SourceUrl::MAX_BYTES, "only its length can keep {} from being read", canonical);
    }
    prop_assert_eq!(SourceUrl::parse(link.as_str()), Ok(link.clone()), "what is stored is read back alike");
    let _ = link.canonical_of_page(text);
    prop_assert!(!recognize(&link).content_id.is_empty());
    Ok(())
}

#[test]
fn what_holds_of_generated_links_holds_of_the_table_and_of_rules_that_meet() {
    for text in SAME.iter().chain(DIFFERENT).flat_map(|(left, right)| [*left, *right]) {
        check(text).unwrap();
    }
    for text in [
        "https://github.com/o/index.html.git",
        "https://github.com/o/r.git/index.html",
        "https://github.com/o/r.git.git",
        "http://www.google.com:443/url/?q=https://youtu.be/dQw4w9WgXcQ/index.html",
        "https://google.com./%75rl?q=https%3A%2F%2Ftwitter.com%2F%2Fa%2F%2Fstatus%2F20%2F",
        "https://www.en.m.m.wikipedia.org/wiki/Kiln",
        "https://arxiv.org/pdf/2301.00001v2v3.pdf.pdf",
    ] {
        check(text).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn any_text_behind_a_scheme_is_read_or_refused_without_a_panic(text in any::<String>()) {
        check(&format!("https://{text}"))?;
        check(&format!("https://example.com/{text}"))?;
        check(&format!("https://www.youtube.com/watch?{text}"))?;
    }

    #[test]
    fn the_canonical_form_of_a_link_is_a_link_and_its_own_canonical_form(text in link_like()) {
        check(&text)?;
    }

    #[test]
    fn the_order_of_different_parameters_and_any_tracking_make_no_difference(
        names in prop::collection::btree_set("[a-r]{1,3}", 1..5).prop_map(Vec::from_iter).prop_shuffle()
    ) {
        let mut pairs: Vec<String> = names.iter().map(|name| format!("{name}=1")).collect();
        let given = format!("http://www.example.com/a/?{}&utm_term=x#top", pairs.join("&"));
        pairs.sort_unstable();
        let expected = format!("https://example.com/a?{}", pairs.join("&"));
        let given = link(&given);
        prop_assert_eq!(given.canonical(), expected);
    }
}
