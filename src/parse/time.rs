//! Reads the times of a page; the site writes them as seconds, or as local time of UTC+8 (anatomy §2.7).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Reads seconds since 1970, or `2026-01-02 17:39:33` with less and less of it; relative dates such as 昨天 are none.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    }
    local(text)
}

/// The day in China, as `2026-01-02`.
pub(super) fn date(time: Timestamp) -> String {
    Offset::constant(8).to_datetime(time).date().to_string()
}

fn local(text: &str) -> Option<Timestamp> {
    let mut numbers = text.split(|char: char| !char.is_ascii_digit()).filter(|part| !part.is_empty());
    let year = numbers.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let (month, day) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    let mut next = || numbers.next().and_then(|number| number.parse().ok()).unwrap_or(0);
    let time = DateTime::new(year, month, day, next(), next(), next(), 0).ok()?;
    Offset::constant(8).to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_beijing_time() {
        for (text, expected) in [
            ("1767346773", "2026-01-02T09:39:33Z"),
            ("2026-01-02 17:39", "2026-01-02T09:39:00Z"),
            ("2026-01-02", "2026-01-01T16:00:00Z"),
            ("2026年1月2日 17:39", "2026-01-02T09:39:00Z"),
        ] {
            assert_eq!(read(text).map(|time| time.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "昨天", "0", "2026-13-02", "99999999999999999999", "12:30"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
