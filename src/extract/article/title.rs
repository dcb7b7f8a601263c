//! A page's title without the site's name before or behind it.

/// What stands between a title and a site's name.
const SEPARATORS: [&str; 9] = [" | ", " - ", " – ", " — ", " · ", " • ", " :: ", " » ", " : "];

/// `title` without its first or last part, where that is the site: its name, or the name in its host. Other parts stay:
/// a dash may well belong to the title.
pub(super) fn without_site(title: &str, site_name: Option<&str>, host: Option<&str>) -> String {
    let is_site = |part: &str| {
        let part = key(part);
        !part.is_empty()
            && (site_name.is_some_and(|name| key(name) == part) || host.is_some_and(|host| names(host, &part)))
    };
    for separator in SEPARATORS {
        if let Some((rest, last)) = title.rsplit_once(separator)
            && is_site(last)
            && !rest.trim().is_empty()
        {
            return rest.trim().to_owned();
        }
        if let Some((first, rest)) = title.split_once(separator)
            && is_site(first)
            && !rest.trim().is_empty()
        {
            return rest.trim().to_owned();
        }
    }
    title.to_owned()
}

/// Has a title lost what opened its brackets? Whoever took a part of it for the site's name has torn it apart.
pub(super) fn is_torn(title: &str) -> bool {
    let mut open = 0_usize;
    title.chars().any(|c| match c {
        '(' | '[' => {
            open += 1;
            false
        }
        ')' | ']' if open == 0 => true,
        ')' | ']' => {
            open -= 1;
            false
        }
        _ => false,
    })
}

/// Does a part of a title name the site of `host`: `example.com` or `Example` that of `www.example.com`?
fn names(host: &str, part: &str) -> bool {
    let site = psl::domain_str(host).unwrap_or(host);
    key(site) == part || key(host) == part || site.split('.').next().is_some_and(|label| key(label) == part)
}

fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
