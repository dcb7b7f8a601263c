//! Which language is a text written in? Answers are primary subtags of BCP 47: `en`, `ja`, `ceb`.

use whatlang::Lang;

/// Fewer characters say too little about their language.
const MIN_CHARS: usize = 200;
/// More characters make no answer better, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// The primary subtag of a language tag, or of the first in a list (`en-GB`, `pt_BR`, `fr, en`), lower case. `None` for what names no language.
pub fn primary_subtag(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_', '.', ',']).next().unwrap_or_default().to_ascii_lowercase();
    let well_formed = matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_lowercase());
    let names_one = !matches!(primary.as_str(), "und" | "mul" | "zxx" | "mis");
    (well_formed && names_one).then_some(primary)
}

/// The language of `text`, when it is long enough to tell and the answer is reliable; never a mere guess.
pub fn detect(text: &str) -> Option<&'static str> {
    text.char_indices().nth(MIN_CHARS - 1)?;
    let sample = &text[..text.floor_char_boundary(MAX_BYTES)];
    whatlang::detect(sample).filter(whatlang::Info::is_reliable).map(|found| subtag(found.lang()))
}

/// ISO 639-1 where there is such a code, which is what BCP 47 asks for; `whatlang` speaks ISO 639-3. Macro-languages
/// stand for their best known member: Mandarin is `zh`, Iranian Persian `fa`.
#[rustfmt::skip]
fn subtag(lang: Lang) -> &'static str {
    match lang {
        Lang::Epo => "eo", Lang::Eng => "en", Lang::Rus => "ru", Lang::Cmn => "zh", Lang::Spa => "es", Lang::Por => "pt",
        Lang::Ita => "it", Lang::Ben => "bn", Lang::Fra => "fr", Lang::Deu => "de", Lang::Ukr => "uk", Lang::Kat => "ka",
        Lang::Ara => "ar", Lang::Hin => "hi", Lang::Jpn => "ja", Lang::Heb => "he", Lang::Yid => "yi", Lang::Pol => "pl",
        Lang::Amh => "am", Lang::Jav => "jv", Lang::Kor => "ko", Lang::Nob => "nb", Lang::Dan => "da", Lang::Swe => "sv",
        Lang::Fin => "fi", Lang::Tur => "tr", Lang::Nld => "nl", Lang::Hun => "hu", Lang::Ces => "cs", Lang::Ell => "el",
        Lang::Bul => "bg", Lang::Bel => "be", Lang::Mar => "mr", Lang::Kan => "kn", Lang::Ron => "ro", Lang::Slv => "sl",
        Lang::Hrv => "hr", Lang::Srp => "sr", Lang::Mkd => "mk", Lang::Lit => "lt", Lang::Lav => "lv", Lang::Est => "et",
        Lang::Tam => "ta", Lang::Vie => "vi", Lang::Urd => "ur", Lang::Tha => "th", Lang::Guj => "gu", Lang::Uzb => "uz",
        Lang::Pan => "pa", Lang::Aze => "az", Lang::Ind => "id", Lang::Tel => "te", Lang::Pes => "fa", Lang::Mal => "ml",
        Lang::Ori => "or", Lang::Mya => "my", Lang::Nep => "ne", Lang::Sin => "si", Lang::Khm => "km", Lang::Tuk => "tk",
        Lang::Aka => "ak", Lang::Zul => "zu", Lang::Sna => "sn", Lang::Afr => "af", Lang::Lat => "la", Lang::Slk => "sk",
        Lang::Cat => "ca", Lang::Tgl => "tl", Lang::Hye => "hy", Lang::Cym => "cy",
    }
}
