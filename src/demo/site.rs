//! The sample site: which file answers which address.
//!
//! Everything below `site/` is written and drawn by us in the site's own markup, values of a visitor's session left
//! empty as an anonymous fetch gets them. This module is a table; serving it is left to others.

use crate::model::{ArticleUrl, ImageUrl, Key};

/// The issues of the sample newsletter: the path below its folder of issues, and the text.
pub const ISSUES: &[(&str, &str)] = &[
    ("weekly-20260904/index.md", include_str!("site/issues/weekly-20260904/index.md")),
    ("weekly-20260911/index.md", include_str!("site/issues/weekly-20260911/index.md")),
    ("weekly-20260918.md", include_str!("site/issues/weekly-20260918.md")),
];

/// What the site sends for one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleFile {
    /// The `Content-Type`.
    pub media_type: &'static str,
    /// The body.
    pub bytes: &'static [u8],
}

/// Answers one request; `None` where the sample site has nothing at all, which a server says with 404.
///
/// An article the table doesn't know gets the notice that it was deleted, as on the site: with a body, not a status.
#[must_use]
pub fn answer(host: &str, path_and_query: &str) -> Option<SampleFile> {
    let url = format!("https://{host}{path_and_query}");
    match ArticleUrl::parse(&url) {
        Some(url) => Some(page(url.key()).unwrap_or(DELETED)),
        None => picture(&url),
    }
}

/// An article page, with the two ways the site addresses it.
struct SamplePage {
    /// `biz/mid/idx`.
    key: &'static str,
    /// The short code, where an issue uses it.
    code: Option<&'static str>,
    file: SampleFile,
}

fn page(key: &Key) -> Option<SampleFile> {
    let is_asked = |page: &&SamplePage| match key {
        Key::Article(key) => page.key == key.to_string(),
        Key::Short(code) => page.code == Some(code.as_str()),
    };
    PAGES.iter().find(is_asked).map(|page| page.file)
}

fn picture(url: &str) -> Option<SampleFile> {
    let key = ImageUrl::parse(url)?.key();
    PICTURES.iter().find(|(name, _)| *name == key.as_str()).map(|(_, file)| *file)
}

macro_rules! html {
    ($name:literal) => {
        SampleFile { media_type: "text/html; charset=UTF-8", bytes: include_bytes!(concat!("site/pages/", $name)) }
    };
}

macro_rules! image {
    ($media_type:literal, $name:literal) => {
        SampleFile { media_type: $media_type, bytes: include_bytes!(concat!("site/pictures/", $name)) }
    };
}

const DELETED: SampleFile = html!("deleted.html");

const PAGES: &[SamplePage] = &[
    // Headings, native code, a table, an audio card.
    SamplePage { key: "Mzk0NTY3ODEyMA==/2247483921/1", code: None, file: html!("focus.html") },
    // Written in mdnice: code with line breaks, formulas, reference markers.
    SamplePage {
        key: "Mzk0NTY3ODEyMA==/2247483934/1",
        code: Some("MagnitudeFromEyeToCcd_"),
        file: html!("magnitude.html"),
    },
    // A re-post: the body stands in the script alone.
    SamplePage { key: "Mzk0NTY3ODEyMA==/2247483942/2", code: None, file: html!("teapot.html") },
    // Pictures with a caption.
    SamplePage {
        key: "Mzk0NTY3ODEyMA==/2247483950/1",
        code: Some("AugustReef4photos_2026"),
        file: html!("august.html"),
    },
    // Text without a title of its own.
    SamplePage {
        key: "Mzk0NTY3ODEyMA==/2247483955/1",
        code: Some("CloudsTonight-NoStars9"),
        file: html!("clouds.html"),
    },
    // The template of 2018.
    SamplePage { key: "Mzk0NTY3ODEyMA==/2247480013/1", code: None, file: html!("first-light.html") },
];

/// Pictures by their [`ImageKey`](crate::model::ImageKey).
///
/// Some lie as on the site: the cup is a JPEG whose address says png, and the badge was uploaded twice.
const PICTURES: &[(&str, SampleFile)] = &[
    ("sz_mmbiz_png/BeiJiaoFocuserDrawing1Qh7LampRoomWinter2026aV0", image!("image/png", "focuser.png")),
    ("sz_mmbiz_png/BeiJiaoFocusCurve8YtNineteenthOfAugust2026kW3", image!("image/png", "focus-curve.png")),
    ("mmbiz_png/BeiJiaoBadgeOfTheClub0rTz5FootOfThePageA1", image!("image/png", "badge.png")),
    ("sz_mmbiz_png/BeiJiaoBadgeUploadedAgain9dKx2FootOfThePageB7", image!("image/png", "badge.png")),
    ("sz_mmbiz_png/BeiJiaoStarChartOfThePlough4vMn6AutumnSky", image!("image/png", "star-chart.png")),
    ("mmbiz_svg/BeiJiaoFormulaRatio5pHfFifthRootOfHundred", image!("image/svg+xml", "formula-ratio.svg")),
    ("mmbiz_svg/BeiJiaoFormulaLetter8wTqTheFlux", image!("image/svg+xml", "formula-letter.svg")),
    ("mmbiz_svg/BeiJiaoFormulaFlux2rJdMagnitudeDifference", image!("image/svg+xml", "formula-flux.svg")),
    ("mmbiz_png/BanZhanTeapotEffectDrawing3sLq8DripDrip", image!("image/png", "teapot.png")),
    ("mmbiz_png/BanZhanCupAtDusk6hJw1CoverOfTheTeaHouse", image!("image/jpeg", "tea-cup.jpg")),
    ("sz_mmbiz_jpg/BeiJiaoAugustMilkyWay2bRk7OverTheTower", image!("image/jpeg", "milky-way.jpg")),
    ("sz_mmbiz_jpg/BeiJiaoAugustSunset5cTn0BehindTheReef", image!("image/jpeg", "sunset.jpg")),
    ("sz_mmbiz_jpg/BeiJiaoAugustDome8eVp3OpenForTheNight", image!("image/jpeg", "dome.jpg")),
    ("sz_mmbiz_jpg/BeiJiaoAugustMoon1gXs6TwentySixDaysOld", image!("image/jpeg", "moon.jpg")),
    ("mmbiz_jpg/BeiJiaoFirstLight2018kQz4TheDoorIsPainted", image!("image/jpeg", "first-light.jpg")),
    ("https://pictures.example.org/beijiao/lighthouse-cover.png", image!("image/png", "lighthouse-cover.png")),
    ("https://pictures.example.org/beijiao/tea-cup.jpg", image!("image/jpeg", "tea-cup.jpg")),
    ("https://pictures.example.org/beijiao/beam.gif", image!("image/gif", "beam.gif")),
    ("https://pictures.example.org/beijiao/tide.svg", image!("image/svg+xml", "tide.svg")),
    ("https://pictures.example.org/beijiao/star-chart.png", image!("image/png", "star-chart.png")),
    ("https://pictures.example.org/beijiao/badge.png", image!("image/png", "badge.png")),
];

#[cfg(test)]
mod tests;
