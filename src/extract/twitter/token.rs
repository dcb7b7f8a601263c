//! The token that X's embedding service wants to see beside a post's number.
//!
//! `((Number(id) / 1e15) * Math.PI).toString(36)` without zeros and the point, as browsers compute it. JavaScript leaves the
//! digits of other bases to its engines; V8 writes the fewest that tell the double from its neighbours, and so does this.

const RADIX: f64 = 36.0;
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The token of the post `id`, a decimal number.
pub(super) fn of(id: &str) -> String {
    let number: f64 = id.parse().unwrap_or_default();
    in_base_36(number / 1e15 * std::f64::consts::PI).replace(['0', '.'], "")
}

/// `value`, which is not negative and far below 2⁵³, in base 36.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a digit is between 0 and 35")]
fn in_base_36(value: f64) -> String {
    let (mut whole, mut fraction) = (value.floor(), value - value.floor());
    // Half the distance to the next double: digits below it tell nothing any more.
    let mut delta = (0.5 * (value.next_up() - value)).max(f64::from_bits(1));
    let mut digits: Vec<usize> = Vec::new();
    while fraction >= delta {
        fraction *= RADIX;
        delta *= RADIX;
        let digit = fraction as usize;
        digits.push(digit);
        fraction -= fraction.floor();
        let is_upper_half = fraction > 0.5 || fraction.to_bits() == 0.5_f64.to_bits() && digit % 2 == 1;
        if is_upper_half && fraction + delta > 1.0 {
            round_up(&mut digits, &mut whole);
            break;
        }
    }
    let letter = |digit: usize| char::from(DIGITS[digit.min(DIGITS.len() - 1)]);
    let mut text: Vec<char> = Vec::new();
    while whole >= 1.0 || text.is_empty() {
        text.push(letter((whole % RADIX) as usize));
        whole = (whole / RADIX).floor();
    }
    text.reverse();
    text.push('.');
    text.extend(digits.into_iter().map(letter));
    text.into_iter().collect()
}

/// Adds one to the last digit, and carries.
fn round_up(digits: &mut Vec<usize>, whole: &mut f64) {
    while let Some(digit) = digits.pop() {
        if digit + 1 < DIGITS.len() {
            digits.push(digit + 1);
            return;
        }
    }
    *whole += 1.0;
}

#[cfg(test)]
mod tests {
    use super::of;

    /// As Node 20 computes them.
    #[test]
    fn tokens_are_those_that_a_browser_computes() {
        for (id, token) in TOKENS {
            assert_eq!(of(id), *token, "{id}");
        }
    }

    const TOKENS: &[(&str, &str)] = &[
        ("20", "6dq1a2xwd93"),
        ("1669886454712115200", "41q3piffw38"),
        ("1757108153408278773", "49c49i2agu"),
        ("1900000000000000000", "4ltxr9b3f"),
        ("0", ""),
        ("1", "bhi2ay3f28n"),
        ("7", "28eig4mnxfp"),
        ("9223372036854775807", "mcw2svce2ao"),
        ("1000000000000000000", "2f9lc2ug9mm"),
        ("318309886183790", "zzzzzzzzzs"),
        ("2021368500568277588", "4webe3fjsoi"),
        ("4434509629575000", "dxj4grgnowt"),
        ("47846209422952", "5etmgczoi2"),
        ("6033233848212", "okbdo5digh8"),
        ("83157231780", "c6sk1oo23f"),
        ("1038905010", "5hcm8mslvbr"),
        ("11775843", "28j2omo3yg4"),
        ("304258292132295425", "qjusvl8qndq"),
        ("18786670524065757", "1nq7ckc9v"),
        ("284485794210472", "w6a9gar55j"),
        ("8092063081671", "wy352drgnno"),
        ("118810043150", "hex6fn9g3"),
        ("629519149", "3bl8kci8mu"),
        ("20430658", "3vpsetip6j"),
        ("1899142087044761506", "4lqbwr5bf3i"),
        ("23847343697125595", "22x2k21swqf"),
        ("161529071880509", "i9nzhq89bd"),
        ("8766614911668", "zoyizu2azu"),
        ("6664636543", "z6jf765ick"),
        ("1933927144", "a7da796wgep"),
    ];
}
