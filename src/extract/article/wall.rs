//! Is this the page, or what stands before it?
//!
//! In doubt it is the page: an article about captchas has more to say than a captcha. To teach it a wall: its title in
//! one of the lists, and a page in `tests/it/extract/walls.rs`.

use dom_query::Document;
use url::Url;

use crate::extract::Wall;
use crate::text::clean;

/// A page that says more than this is no wall, in characters.
const MAX_WALL: usize = 1_500;
/// A captcha stands on many pages; one that says less than this has little else.
const MAX_CAPTCHA: usize = 400;
/// What a check for robots calls itself: the beginning of its title, lower case.
const CHECKS: [&str; 20] = [
    "just a moment",
    "attention required! | cloudflare",
    "access denied",
    "are you a robot",
    "are you human",
    "robot check",
    "security check",
    "verify you are human",
    "human verification",
    "checking your browser",
    "ddos-guard",
    "please verify you are a human",
    "pardon our interruption",
    "bot verification",
    "making sure you're not a bot",
    "access to this page has been denied",
    "vercel security checkpoint",
    "client challenge",
    "verifying your browser",
    "you have been blocked",
];
/// What a page for signing in calls itself, lower case.
const SIGN_INS: [&str; 27] = [
    "log in",
    "login",
    "log into",
    "sign in",
    "signin",
    "sign up",
    "sign on",
    "anmelden",
    "anmeldung",
    "einloggen",
    "se connecter",
    "connexion",
    "s'identifier",
    "iniciar sesión",
    "inicia sesión",
    "acceso",
    "iniciar sessão",
    "accedi",
    "inloggen",
    "logga in",
    "log ind",
    "logg inn",
    "zaloguj się",
    "вход",
    "войти",
    "登录",
    "ログイン",
];
/// Segments of a path that a visitor is sent to who has not signed in.
const SIGN_IN_PATHS: [&str; 7] = ["login", "signin", "sign_in", "sign-in", "authwall", "log-in", "servicelogin"];
/// What a host is called that people sign in at: the beginning of its name.
const SIGN_IN_HOSTS: [&str; 5] = ["accounts.", "auth.", "login.", "signin.", "sso."];
/// What a page calls itself that asks for consent, lower case.
const CONSENTS: [&str; 6] = [
    "before you continue",
    "bevor sie fortfahren",
    "avant de continuer",
    "antes de continuar",
    "prima di continuare",
    "voordat je verdergaat",
];
/// Last segments of a path that a visitor is sent to who has not consented.
const CONSENT_PATHS: [&str; 4] = ["consent", "cookie-consent", "cookiewall", "zustimmung"];
/// Parameters that say where the visitor goes from there.
const WAYS_BACK: [&str; 8] = ["url", "continue", "next", "redirect", "redirecturl", "return", "returnurl", "target"];
const CAPTCHAS: &str = ".g-recaptcha, .h-captcha, .cf-turnstile, #challenge-form, #px-captcha, \
    iframe[src*='recaptcha'], iframe[src*='hcaptcha'], [src*='captcha-delivery'], [src*='_Incapsula_Resource']";
/// What stands on no page but a check.
const CHALLENGES: &str = "#anubis_challenge, #anubis_version";

pub(super) fn of(document: &Document, url: &Url) -> Option<Wall> {
    let length = visible_length(document);
    if length > MAX_WALL {
        return None;
    }
    let title = document.select_single("title").text();
    let title = clean::line(&title, 200).unwrap_or_default().to_lowercase();
    let host = url.host_str().unwrap_or_default();
    if host.starts_with("consent.") || names_consent(&title) || asks_for_consent(document, url) {
        return Some(Wall::Consent);
    }
    let is_check = document.select(CHALLENGES).exists() || length < MAX_CAPTCHA && document.select(CAPTCHAS).exists();
    if names_check(&title) || is_check {
        return Some(Wall::BotCheck);
    }
    asks_to_sign_in(document, url, &title).then_some(Wall::SignIn)
}

/// Is that what a wall calls itself, rather than the page behind it?
pub(super) fn names_wall(title: &str) -> bool {
    let title = title.to_lowercase();
    names_check(&title) || names_sign_in(&title) || names_consent(&title)
}

fn names_consent(title: &str) -> bool {
    CONSENTS.iter().any(|words| title.starts_with(words))
}

/// A form that leads to where consent is kept, or a path that visitors are sent to, with the way back.
fn asks_for_consent(document: &Document, url: &Url) -> bool {
    let is_sent = CONSENT_PATHS.contains(&last_segment(url).as_str())
        && url.query_pairs().any(|(name, _)| WAYS_BACK.contains(&name.to_ascii_lowercase().as_str()));
    is_sent || document.select("form[action*='//consent.']").exists()
}

fn last_segment(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut path| path.rfind(|segment| !segment.is_empty()));
    last.unwrap_or_default().to_ascii_lowercase()
}

fn names_check(title: &str) -> bool {
    CHECKS.iter().any(|check| title.starts_with(check))
}

/// In few words, or they are those of an article.
fn names_sign_in(title: &str) -> bool {
    title.split([' ', '•', '|', '-', '–', '·', ':']).count() <= 12
        && SIGN_INS
            .iter()
            .any(|words| title.starts_with(words) || title.ends_with(words) || title.contains(&format!("{words} •")))
}

/// Two of three: a title that says so, a field for a password, a place that visitors are sent to.
fn asks_to_sign_in(document: &Document, url: &Url, title: &str) -> bool {
    let in_title = names_sign_in(title);
    let has_password = document.select("input[type=password i]").exists();
    let host = url.host_str().unwrap_or_default();
    let mut segments = url.path_segments().into_iter().flatten();
    let is_there = SIGN_IN_HOSTS.iter().any(|start| host.starts_with(start))
        || segments.any(|segment| SIGN_IN_PATHS.contains(&segment.to_ascii_lowercase().as_str()));
    [in_title, has_password, is_there].into_iter().filter(|&sign| sign).count() >= 2
}

/// Is there no more to read than on a wall?
pub(super) fn says_little(document: &Document) -> bool {
    visible_length(document) <= MAX_WALL
}

/// How much the page says, in characters, up to a little more than a wall says.
fn visible_length(document: &Document) -> usize {
    let Some(body) = document.body() else { return 0 };
    let silent = |name: &str| matches!(name, "script" | "style" | "noscript" | "template" | "svg");
    let mut length = 0;
    let mut waiting = vec![body];
    while let Some(node) = waiting.pop() {
        if length > MAX_WALL {
            break;
        }
        if node.is_text() {
            length += node.text().split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>();
        } else if !node.node_name().is_some_and(|name| silent(&name)) {
            waiting.extend(node.children_it(true));
        }
    }
    length
}
