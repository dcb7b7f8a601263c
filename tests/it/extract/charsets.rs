//! Bytes into characters: mark, header, the page's own word, and what the bytes look like, in this order.

use brainly::text::charset::decode;
use encoding_rs::{SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

use super::{LINK, read_at};

const JAPANESE: &str = "窯の焚き方について。最初の焼成は誰もが覚えているものです。ゆっくり温度を上げましょう。";
const RUSSIAN: &str =
    "Первый обжиг запоминается на всю жизнь. Нагревайте печь медленно и не открывайте крышку до утра.";

fn page(head: &str, text: &str) -> String {
    format!("<!doctype html><html><head>{head}<title>{text}</title></head><body><p>{text}</p></body></html>")
}

#[test]
fn a_japanese_page_is_read_in_the_charset_that_it_names() {
    let page = page("<meta http-equiv=\"Content-Type\" content=\"text/html; charset=Shift_JIS\">", JAPANESE);
    let (bytes, ..) = SHIFT_JIS.encode(&page);

    let found = read_at(LINK, &bytes, Some("text/html")).unwrap();

    assert_eq!(found.title.as_deref(), Some(JAPANESE));
}

#[test]
fn a_russian_page_that_names_no_charset_is_recognised_by_its_bytes() {
    let page = page("", RUSSIAN);
    let (bytes, ..) = WINDOWS_1251.encode(&page);

    let found = read_at("https://example.ru/obzhig", &bytes, None).unwrap();

    assert_eq!(found.title.as_deref(), Some(RUSSIAN));
}

#[test]
fn a_byte_order_mark_is_believed_before_any_label() {
    let page = page("<meta charset=\"windows-1252\">", RUSSIAN);
    let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain(page.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(page.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let eight = [b"\xEF\xBB\xBF", page.as_bytes()].concat();

    for bytes in [little, big, eight] {
        let found = read_at(LINK, &bytes, Some("text/html; charset=iso-8859-1")).unwrap();
        assert_eq!(found.title.as_deref(), Some(RUSSIAN));
    }
}

#[test]
fn the_header_is_believed_before_the_page() {
    let (bytes, ..) = WINDOWS_1251.encode("<meta charset=utf-8>Печь");
    assert_eq!(decode(&bytes, Some("windows-1251"), None), "<meta charset=utf-8>Печь");
}

#[test]
fn labels_that_can_not_be_true_are_passed_over() {
    let utf8 = "<meta charset=\"utf-16\"><p>Töpfe</p>";
    assert_eq!(decode(utf8.as_bytes(), None, None), utf8);
    for label in ["utf-16le", "x-user-defined", "utf-7", "iso-2022-kr", "no such charset", ""] {
        assert_eq!(decode(utf8.as_bytes(), Some(label), None), utf8, "{label}");
    }
}

#[test]
fn a_page_names_its_charset_in_many_spellings() {
    for head in [
        "<meta charset=windows-1251>",
        "<META CHARSET = 'Windows-1251' />",
        "<meta name=viewport content=x><meta http-equiv=content-type content='text/html;charset=cp1251'>",
        "<?xml version=\"1.0\" encoding=\"windows-1251\"?>",
    ] {
        let text = format!("{head}Кот");
        let (bytes, ..) = WINDOWS_1251.encode(&text);
        assert_eq!(decode(&bytes, None, None), text);
    }
}

#[test]
fn a_long_page_that_is_ascii_at_first_is_still_utf_8() {
    let text = format!("{}Töpfe", "clay ".repeat(20_000));
    assert_eq!(decode(text.as_bytes(), None, None), text);
}

#[test]
fn western_bytes_without_a_label_are_windows_1252() {
    let text = "Une poterie cuite à 1222 °C, c’est déjà du grès : l’été, le four refroidit lentement.";
    let (bytes, ..) = WINDOWS_1252.encode(text);
    assert_eq!(decode(&bytes, None, Some("example.fr")), text);
}

#[test]
fn whatever_the_bytes_a_text_comes_out() {
    let every_byte: Vec<u8> = (0..=255).collect();
    for label in [None, Some("utf-8"), Some("gb18030"), Some("shift_jis"), Some("utf-16be")] {
        for host in [None, Some(""), Some("."), Some("EXAMPLE.RU"), Some("1.2.3.4"), Some("xn--e1afmkfd.xn--p1ai")] {
            assert!(!decode(&every_byte, label, host).is_empty());
        }
    }
}
