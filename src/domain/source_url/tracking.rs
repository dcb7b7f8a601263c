//! Query parameters that say where a reader came from, never what the page shows, on whatever site.
//!
//! `ref`, `source` and `src` are not among them: they change the page on too many sites.

const PREFIXES: [&str; 4] = ["utm_", "mtm_", "pk_", "__hs"];

const NAMES: [&str; 28] = [
    "_gl",
    "_hsenc",
    "_hsmi",
    "_openstat",
    "dclid",
    "fb_action_ids",
    "fb_comment_id",
    "fbclid",
    "gbraid",
    "gclid",
    "igsh",
    "igshid",
    "irclickid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "s_cid",
    "srsltid",
    "ttclid",
    "twclid",
    "vero_conv",
    "vero_id",
    "wbraid",
    "yclid",
    "ysclid",
];

/// Does the parameter `name` (percent-decoded as far as it can be) only track?
pub(super) fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.binary_search(&name.as_str()).is_ok() || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_as_the_search_in_them_needs() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn what_may_change_a_page_is_not_tracking() {
        for name in ["utm_source", "UTM_Campaign", "fbclid", "_gl", "pk_kwd", "__hstc"] {
            assert!(is_tracking(name), "{name}");
        }
        for name in ["ref", "source", "src", "utm", "v", "id", "gclid2", "s", "t", ""] {
            assert!(!is_tracking(name), "{name}");
        }
    }
}
