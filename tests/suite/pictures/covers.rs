//! Covers: all crops that a page offers are had, and the largest is kept.

use super::{World, on_cdn, plain};
use wxarchive::archive::Digest;

const RED: [u8; 3] = [200, 20, 20];

/// An article whose cover is offered as uploaded and in two crops, 600 by 255, 300 by 300 and 900 by 506.
fn offered() -> World {
    let world = World::new();
    for (id, width, height) in [("uploaded", 600, 255), ("square", 300, 300), ("widest", 900, 506)] {
        world.answer(&format!("/{id}/"), plain(width, height, RED));
    }
    world.article(7, &variables(), "");
    world
}

fn variables() -> String {
    let [uploaded, square, widest] = ["uploaded", "square", "widest"].map(on_cdn);
    format!(
        "var msg_cdn_url = \"{uploaded}\"; var cdn_url_1_1 = \"{square}\"; window.cgiDataNew = {{ \
         cdn_url_16_9: JsDecode('{widest}') }};"
    )
}

fn cover(world: &World) -> String {
    let head = world.head(7);
    head.lines().find(|line| line.starts_with("cover:")).expect("a cover").to_owned()
}

fn shows(world: &World, bytes: &[u8]) -> bool {
    cover(world).contains(&Digest::of(bytes).to_string())
}

#[test]
fn largest_crop_of_a_cover_is_kept_and_no_other() {
    let world = offered();
    let report = world.run();
    assert_eq!((report.images.new, report.images.missing), (1, 0));
    assert!(shows(&world, &plain(900, 506, RED)), "{}", cover(&world));
    assert!(!world.stores(&plain(600, 255, RED)) && !world.stores(&plain(300, 300, RED)));
    assert_eq!(world.entry(7).manifest.meta.cover, Some(on_cdn("widest")));
    let mut asked = world.take_asked();
    let all = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), all, "an address was asked twice");
    world.run();
    assert!(world.take_asked().is_empty());
}

#[test]
fn uploaded_cover_is_kept_where_a_crop_is_no_larger() {
    let world = offered();
    world.answer("/widest/", plain(510, 300, RED));
    world.run();
    assert!(shows(&world, &plain(600, 255, RED)));
}

#[test]
fn smaller_crop_stays_where_the_text_or_an_issue_shows_it() {
    let world = offered();
    world.article(7, &variables(), &format!("<p><img data-src=\"{}\"></p>", on_cdn("square")));
    world.issue("shown.md", &format!("![]({})\n", on_cdn("uploaded")));
    world.run();
    assert!(shows(&world, &plain(900, 506, RED)));
    assert!(world.stores(&plain(600, 255, RED)) && world.stores(&plain(300, 300, RED)));
}

#[test]
fn crop_that_could_not_be_had_comes_later_and_is_the_cover_then() {
    let world = offered();
    world.refuse("/widest/");
    assert_eq!(world.run().images.missing, 1);
    assert!(shows(&world, &plain(600, 255, RED)));
    world.answer("/widest/", plain(900, 506, RED));
    world.take_asked();
    assert_eq!(world.run().images.missing, 0);
    assert!(world.take_asked().iter().all(|url| url.contains("/widest/")), "only what was missing is asked for");
    assert!(shows(&world, &plain(900, 506, RED)));
    world.run();
    assert!(world.take_asked().is_empty());
}
