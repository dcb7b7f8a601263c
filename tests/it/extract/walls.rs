//! A wall is told apart from a page: of it nothing is kept, of the page behind it what it says.

use brainly::extract::Wall;

use super::{LINK, read, read_at};

const CHALLENGE: &str = "<!DOCTYPE html><html lang='en-US'><head><title>Just a moment...</title></head><body>\
    <div class='main-wrapper'><noscript><p>Enable JavaScript and cookies to continue</p></noscript></div>\
    <script>window._cf_chl_opt = {cType: 'managed'};</script></body></html>";
const SIGN_IN: &str = "<html><head><title>Log in to Potters • Login</title></head><body><form action='/session'>\
    <label>Name <input name='user'></label><label>Password <input type='password'></label><button>Log in</button>\
    </form><p>No account? Sign up.</p></body></html>";

#[test]
fn a_check_for_robots_is_no_page() {
    let captcha = "<title>example.org</title><body><p>One more step</p><div class='g-recaptcha'></div></body>";
    for html in [CHALLENGE, captcha, "<title>Access Denied</title><p>You don't have permission. Reference #18.2</p>"] {
        let found = read(html);
        assert_eq!(found.wall, Some(Wall::BotCheck), "{html}");
        assert!(found.title.is_none() && found.full_text.is_none() && found.site_name.is_none());
    }
}

#[test]
fn the_checks_of_those_who_sell_them_are_known_by_what_stands_on_no_other_page() {
    let why =
        "<p>You see this because the administrator of this site protects it against programs that read it whole.</p>"
            .repeat(5);
    let named = format!("<title>Making sure you&#39;re not a bot!</title><body><main>{why}</main></body>");
    let renamed = format!(
        "<title>Eine Minute</title><script id=anubis_challenge type='application/json'>{{}}</script><body>{why}</body>"
    );
    let framed =
        "<body><iframe id='main-iframe' src='/_Incapsula_Resource?SWUDNSAI=31'>Request unsuccessful.</iframe></body>";
    let scripted = "<title>example.org</title><p>Please enable JS and disable any ad blocker</p><script src='https://ct.captcha-delivery.com/c.js'></script>";
    let held = "<title>Access to this page has been denied</title><p>Press &amp; Hold to confirm you are a human.</p>";
    for html in [&named, &renamed, framed, scripted, held] {
        let found = read(html);
        assert_eq!((found.wall, found.full_text), (Some(Wall::BotCheck), None), "{html}");
    }
}

#[test]
fn a_page_that_asks_to_sign_in_is_no_page() {
    let drawn_by_script = "<title>Login • Instagram</title><body><div id='root'></div></body>";
    for (link, html) in [
        (LINK, SIGN_IN),
        ("https://www.example.org/accounts/login/?next=/p/1", drawn_by_script),
        ("https://www.example.org/authwall", "<title>Welcome</title><input type=password>"),
        (
            "https://accounts.example.org/v3/identifier?continue=x",
            "<title>Sign in - Example Accounts</title><h1>Sign in</h1><input type=email>",
        ),
        ("https://www.example.org/signin/identifier", "<title>Sign in - Example</title><input type=email>"),
        (LINK, "<html lang=de><title>Anmeldung – Verein</title><form>Passwort <input type=password></form>"),
        (LINK, "<html lang=es><title>Iniciar sesión</title><form>Contraseña <input type=password></form>"),
    ] {
        let found = read_at(link, html, Some("text/html")).unwrap();
        assert_eq!(found.wall, Some(Wall::SignIn), "{html}");
        assert!(found.title.is_none() && found.full_text.is_none());
    }
}

#[test]
fn a_page_that_asks_for_consent_is_no_page() {
    let html = "<title>Before you continue to Example</title><p>We use cookies.</p><button>Accept all</button>";
    assert_eq!(read(html).wall, Some(Wall::Consent));
    let form = "<html lang=de><title>Suche</title><form action='https://consent.example.org/save'><button>Alle akzeptieren</button></form>";
    assert_eq!(read(form).wall, Some(Wall::Consent));
    let choice = "<html lang=de><title>Mit Werbung oder im Abo</title><h1>Sie haben die Wahl</h1><p>Ihre Zustimmung ist widerrufbar.</p>";
    let at = |link| read_at(link, choice, Some("text/html")).unwrap().wall;
    assert_eq!(at("https://www.example.org/zustimmung?url=https%3A%2F%2Fwww.example.org%2Fkiln"), Some(Wall::Consent));
    assert_eq!(at("https://www.example.org/law/consent"), None, "that is what it is about");
}

#[test]
fn a_page_that_says_that_it_is_not_there_is_none_whatever_its_status() {
    let menu = "<nav>".to_owned() + &"<a href='/'>Clay and glazes of all kinds</a> ".repeat(60) + "</nav>";
    let long = format!("<title>404: Page not found | Potters</title><body>{menu}<h1>Page not found!</h1></body>");
    for html in [
        "<title>404 Not Found</title><center><h1>404 Not Found</h1></center><hr><center>nginx</center>",
        "<title>Potters – Seite nicht gefunden</title><p>Vielleicht hilft die Suche?</p>",
        "<title>Oops! Page Not Found » Potters</title><meta property='og:title' content='Potters'><p>Go home.</p>",
        &long,
    ] {
        let found = read(html);
        assert_eq!((found.wall, found.title, found.full_text), (Some(Wall::Missing), None, None), "{html}");
    }
    let words = "<p>The page that nobody finds is the one that most of your visitors remember.</p>".repeat(40);
    for html in [
        format!("<title>Page not found: what to say then | Potters</title><h1>What to say then</h1>{words}"),
        format!(
            "<title>Page not found</title><meta property='og:type' content='article'><h1>Page not found</h1>{words}"
        ),
        "<title>404 ways to glaze a bowl</title><p>The first is to dip it.</p>".to_owned(),
    ] {
        assert_eq!(read(&html).wall, None, "{html}");
    }
}

#[test]
fn what_a_wall_says_of_the_page_behind_it_is_kept() {
    let head = "<meta property='og:title' content='How to fire a kiln'><meta property='og:description' content='Slowly.'>\
        <meta property='og:image' content='/k.png'><meta property='og:site_name' content='Potters'>";
    for (html, wall) in [(SIGN_IN, Wall::SignIn), (CHALLENGE, Wall::BotCheck)] {
        let found = read(&html.replace("<title>", &format!("{head}<title>")));
        assert_eq!(found.wall, Some(wall));
        assert_eq!(found.title.as_deref(), Some("How to fire a kiln"));
        assert_eq!(found.description.as_deref(), Some("Slowly."));
        assert_eq!(found.thumbnail_url.as_deref(), Some("https://www.example.org/k.png"));
        assert_eq!((found.full_text, found.reader_html, found.canonical_link), (None, None, None));
    }
    for own in ["Log in to Potters", "Potters", "Just a moment..."] {
        let head = head.replace("How to fire a kiln", own);
        let found = read(&SIGN_IN.replace("<title>", &format!("{head}<title>")));
        assert!(found.title.is_none() && found.description.is_none() && found.provider_data.is_none(), "{own}");
    }
}

#[test]
fn a_page_that_its_scripts_have_yet_to_draw_is_told_and_keeps_what_it_says_of_itself() {
    let script = format!("<script>{}</script>", "let cone = 6; ".repeat(5_000));
    for body in [
        "<div id=root>Loading…</div><script src=/main.js></script>",
        "<div id=app></div>",
        "<my-app>Loading…</my-app>",
        &script,
    ] {
        let found = read(&format!(
            "<title>Board</title><meta name=description content='All tasks.'><body><noscript>Enable JavaScript</noscript>{body}"
        ));
        assert_eq!(found.wall, Some(Wall::Scripts), "{body:.60}");
        assert_eq!((found.title.as_deref(), found.description.as_deref()), (Some("Board"), Some("All tasks.")));
        assert_eq!(found.full_text, None);
    }
    let comments = "<noscript>Please enable JavaScript to view the comments.</noscript>";
    let short = read(&format!("<title>Hours</title><body><p>Open from nine to five.</p>{comments}"));
    assert_eq!((short.wall, short.full_text.as_deref()), (None, Some("Open from nine to five.")));
    let short =
        read(&format!("<title>Hours</title><body><p>Open from nine to five.</p>{}", "<!-- - -->".repeat(8_000)));
    assert_eq!((short.wall, short.full_text.as_deref()), (None, Some("Open from nine to five.")));
}

#[test]
fn a_page_drawn_by_scripts_whose_data_hold_the_text_is_read() {
    let text = "Begin slowly, because clay that looks dry still holds water. ".repeat(12);
    let json = format!("{{\"@type\": \"Article\", \"headline\": \"Kilns\", \"articleBody\": \"{text}\"}}");
    let found = read(&format!("<script type='application/ld+json'>{json}</script><body><div id=root></div>"));
    assert_eq!((found.wall, found.full_text.as_deref()), (None, Some(text.trim())));
}

#[test]
fn a_page_that_shows_only_its_beginning_is_read_and_says_so() {
    let text = "<p>The first firing is the one that people remember, since nobody can look inside. </p>".repeat(12);
    let with = |facts: &str| {
        let json = format!(
            "{{\"@context\": \"https://schema.org\", \"@type\": \"NewsArticle\", \"headline\": \"Kilns\", {facts}}}"
        );
        read(&format!("<script type='application/ld+json'>{json}</script><article>{text}</article>"))
    };
    let part = "\"hasPart\": { \"@type\": \"WebPageElement\", \"isAccessibleForFree\": \"False\", \"cssSelector\": \".closed\" }";
    for facts in ["\"isAccessibleForFree\": false", "\"isAccessibleForFree\": \"False\", \"wordCount\": 900", part] {
        let found = with(facts);
        assert_eq!(found.shortfall.as_deref(), Some("Only the beginning of this page is open to everybody"), "{facts}");
        assert!(found.wall.is_none() && found.full_text.unwrap().contains("The first firing"));
    }
    let locked = read(&format!(
        "<meta property='article:content_tier' content='locked'><title>Kilns</title><article>{text}</article>"
    ));
    assert_eq!(locked.shortfall.as_deref(), Some("Only the beginning of this page is open to everybody"));
    for facts in ["\"isAccessibleForFree\": true", "\"isAccessibleForFree\": false, \"wordCount\": \"170\"", "\"x\": 1"]
    {
        assert_eq!(with(facts).shortfall, None, "{facts}");
    }
}

#[test]
fn an_article_about_walls_or_with_a_form_is_a_page() {
    let text =
        "<p>A captcha asks a question that people answer and programs do not, or so it was meant. </p>".repeat(30);
    for (title, extra) in [
        ("Just a moment: the history of captchas", "<div class='g-recaptcha'></div>"),
        ("Sign in with a key, not with a password", "<input type='password'>"),
        ("Access denied: how sites block", ""),
    ] {
        let found = read(&format!("<title>{title}</title><body><article>{text}</article>{extra}</body>"));
        assert_eq!(found.wall, None, "{title}");
        assert_eq!(found.title.as_deref(), Some(title));
        assert!(found.full_text.is_some());
    }
}

#[test]
fn a_short_page_with_a_field_for_a_password_alone_is_a_page() {
    let found = read("<title>Potters' club</title><p>We meet on Tuesdays.</p><form><input type='password'></form>");
    assert_eq!(found.wall, None);
}

#[test]
fn each_wall_has_words_for_the_link_s_owner() {
    let words = [
        (Wall::BotCheck, "robots"),
        (Wall::SignIn, "signed in"),
        (Wall::Consent, "consent"),
        (Wall::Scripts, "scripts"),
    ];
    for (wall, word) in words {
        assert!(wall.for_people().contains(word));
    }
}

#[test]
fn a_page_that_sends_its_visitors_on_says_where_to() {
    for (head, to) in [
        ("<meta http-equiv=refresh content='0; url=/new'>", "https://www.example.org/new"),
        (
            "<META HTTP-EQUIV=\"Refresh\" CONTENT=\"5;URL='https://example.net/a?b=c&amp;d=e'\">",
            "https://example.net/a?b=c&d=e",
        ),
        ("<base href=https://example.net/x/><meta http-equiv=refresh content='0,url = y'>", "https://example.net/x/y"),
        (
            "<noscript><meta http-equiv=refresh content='0;URL=https://example.net/'></noscript><script>location='/'</script>",
            "https://example.net/",
        ),
    ] {
        let found =
            read(&format!("<html><head>{head}<title>Moved</title></head><body>You are being sent on.</body></html>"));
        assert_eq!((found.onward_link.as_deref(), found.full_text), (Some(to), None), "{head}");
    }
}

#[test]
fn a_page_that_comes_anew_or_says_something_itself_is_the_page() {
    let text = format!("<article><p>{}</p></article>", "The first firing is the one that people remember. ".repeat(60));
    for (head, body) in [
        ("<meta http-equiv=refresh content=300>", "Scores of today."),
        ("<meta http-equiv=refresh content='0; url=/posts/kiln#top'>", "Scores of today."),
        ("<meta http-equiv=refresh content='600; url=/next'>", "Scores of today."),
        ("<meta http-equiv=refresh content='0; url=javascript:x()'>", "Scores of today."),
        ("<noscript><meta http-equiv=refresh content='0; url=/no-scripts'></noscript>", "Scores of today."),
        ("<meta http-equiv=refresh content='0; url=/new'>", &text),
    ] {
        let found = read(&format!("<html><head>{head}<title>Scores</title></head><body>{body}</body></html>"));
        assert!(found.onward_link.is_none() && found.full_text.is_some(), "{head}");
    }
}
