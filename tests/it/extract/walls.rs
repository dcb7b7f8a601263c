//! A wall is told apart from a page, and nothing of it is kept.

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
fn a_page_that_asks_to_sign_in_is_no_page() {
    let drawn_by_script = "<title>Login • Instagram</title><body><div id='root'></div></body>";
    for (link, html) in [
        (LINK, SIGN_IN),
        ("https://www.example.org/accounts/login/?next=/p/1", drawn_by_script),
        ("https://www.example.org/authwall", "<title>Welcome</title><input type=password>"),
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
    for (wall, word) in [(Wall::BotCheck, "robots"), (Wall::SignIn, "signed in"), (Wall::Consent, "consent")] {
        assert!(wall.for_people().contains(word));
    }
}
