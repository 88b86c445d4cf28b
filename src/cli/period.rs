//! A day, a month or a year on the command line.

use std::str::FromStr;

use jiff::civil::Date;

/// From its first day to its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    first: Date,
    last: Date,
}

impl Period {
    /// Its first day.
    pub(crate) fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    pub(crate) fn last(self) -> Date {
        self.last
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = |error| format!("{error}; expected a day as 2018-03-01, a month as 2018-03, or a year as 2018");
        match text.len() {
            4 => {
                let first = format!("{text}-01-01").parse::<Date>().map_err(refused)?;
                Ok(Self { first, last: first.last_of_year() })
            }
            7 => {
                let first = format!("{text}-01").parse::<Date>().map_err(refused)?;
                Ok(Self { first, last: first.last_of_month() })
            }
            _ => text.parse().map(|day| Self { first: day, last: day }).map_err(refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn year_month_and_day_have_a_first_and_a_last_day() {
        for (text, first, last) in [
            ("2018", "2018-01-01", "2018-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2018-03-01", "2018-03-01", "2018-03-01"),
        ] {
            let period: Period = text.parse().expect("a period");
            assert_eq!((period.first().to_string(), period.last().to_string()), (first.to_owned(), last.to_owned()));
        }
        for text in ["18", "2018-13", "2018/03", "abcd", "2018-02-30", ""] {
            text.parse::<Period>().expect_err(text);
        }
    }
}
