//! The CDN's "not to be quoted" picture: never kept, whenever and however often it comes, and learned.

use super::{World, on_cdn, plain};
use wxarchive::archive::Why;

/// What the CDN sends to foreign pages, but in colours, so that its size alone can betray it.
fn substitute() -> Vec<u8> {
    plain(300, 200, [250, 60, 120])
}

fn real() -> Vec<u8> {
    plain(54, 42, [20, 80, 160])
}

/// An issue that shows a picture of no stated size.
fn shown(id: &str) -> World {
    let world = World::new();
    world.issue("shown.md", &format!("![]({})\n", on_cdn(id)));
    world
}

fn stated(id: &str, width: u32, ratio: &str) -> String {
    format!("<p><img data-src=\"{}\" data-w=\"{width}\" data-ratio=\"{ratio}\"></p>", on_cdn(id))
}

#[test]
fn substitute_from_one_address_gives_way_to_the_picture_from_the_other() {
    for (substituted, other) in [("/one/0", "/one/640"), ("/one/640", "/one/0")] {
        for body in [None, Some(stated("one", 1080, "0.5")), Some(stated("one", 54, "0.77"))] {
            let world = body.as_ref().map_or_else(|| shown("one"), |_| World::new());
            if let Some(body) = &body {
                world.article(7, "", body);
            }
            world.answer(substituted, substitute());
            world.answer(other, real());
            assert_eq!(world.run().images.missing, 0, "{substituted} {body:?}");
            assert!(world.stores(&real()) && !world.stores(&substitute()), "{substituted} {body:?}");
        }
    }
}

#[test]
fn lone_substitute_from_every_address_is_missing_and_asked_for_again() {
    for world in [shown("one"), {
        let world = World::new();
        world.article(7, "", &stated("one", 1080, "0.5"));
        world
    }] {
        world.answer("/one/", substitute());
        for _ in 0..2 {
            assert_eq!(world.run().images.missing, 1);
            assert!(!world.stores(&substitute()));
        }
        world.answer("/one/", real());
        assert_eq!(world.run().images.missing, 0);
        assert!(world.stores(&real()));
    }
}

#[test]
fn what_pages_contradict_in_two_shapes_is_refused_for_every_other_address_and_in_later_runs() {
    let world = World::new();
    let avatar = plain(140, 140, [9, 90, 200]);
    for (mid, id, ratio) in [(7, "one", "0.5"), (8, "two", "1.5")] {
        world.article(mid, "", &stated(id, 1080, ratio));
        world.answer(&format!("/{id}/"), avatar.clone());
        world.run();
        assert!(!world.stores(&avatar));
    }
    world.issue("later.md", &format!("![]({})\n", on_cdn("three")));
    world.answer("/three/", avatar.clone());
    assert_eq!(world.run().images.missing, 3, "a size that says nothing by itself");
    assert!(!world.stores(&avatar));
}

#[test]
fn one_wrong_stated_size_takes_no_picture_from_others() {
    let world = World::new();
    let code = plain(200, 200, [250, 250, 250]);
    world.issue("before.md", &format!("![]({}) ![]({})\n", on_cdn("code"), on_cdn("again")));
    for id in ["code", "again", "later"] {
        world.answer(&format!("/{id}/"), code.clone());
    }
    assert_eq!(world.run().images.missing, 0);
    world.article(7, "", &stated("code", 1080, "0.5"));
    world.issue("later.md", &format!("![]({})\n", on_cdn("later")));
    for _ in 0..2 {
        world.run();
        let missing = &world.entry(7).manifest.missing;
        assert_eq!(missing.len(), 1, "it may be a substitute");
        for (issue, count) in [("before.md", 2), ("later.md", 1)] {
            let ledger = world.archive().ledger(issue).expect("readable").expect("a ledger");
            assert_eq!(ledger.images.iter().filter(|image| image.stored.is_some()).count(), count, "{issue}");
        }
    }
}

#[test]
fn what_is_unlike_the_stated_size_too_proves_nothing_against_a_picture() {
    let world = World::new();
    let (code, other) = (plain(200, 200, [250, 250, 250]), plain(240, 30, [20, 80, 160]));
    world.issue("before.md", &format!("![]({})\n", on_cdn("code")));
    world.answer("/code/", code.clone());
    world.answer("/one/0", code.clone());
    world.answer("/one/640", other);
    world.run();
    world.article(7, "", &stated("one", 1080, "0.5"));
    for _ in 0..2 {
        world.run();
        let ledger = world.archive().ledger("before.md").expect("readable").expect("a ledger");
        assert!(ledger.images.iter().all(|image| image.stored.is_some()));
    }
}

#[test]
fn picture_that_turns_out_to_be_a_substitute_is_missing_and_asked_for_again() {
    let world = World::new();
    let avatar = plain(140, 140, [9, 90, 200]);
    for (mid, id) in [(7, "one"), (8, "two")] {
        world.article(mid, "", &format!("<p><img data-src=\"{}\"></p>", on_cdn(id)));
        world.answer(&format!("/{id}/"), avatar.clone());
    }
    world.issue("shown.md", &format!("![]({})\n", on_cdn("two")));
    assert_eq!(world.run().images.missing, 0, "nothing speaks against it yet");
    world.article(9, "", &stated("three", 1080, "0.5"));
    world.article(10, "", &stated("four", 1080, "1.5"));
    world.answer("/three/", avatar.clone());
    world.answer("/four/", avatar.clone());
    world.run();
    world.answer("/one/", real());
    world.answer("/two/", real());
    world.take_asked();
    world.run();
    assert!(world.take_asked().iter().any(|url| url.contains("/one/")));
    for mid in [7, 8] {
        let entry = world.entry(mid);
        assert!(entry.manifest.missing.iter().any(|missing| missing.why.contains("not to be quoted")), "{mid}");
        assert_eq!(entry.manifest.why, Why::Corrected);
        assert!(world.head(mid).contains("/images/") && !world.head(mid).contains("mmbiz.qpic.cn"), "{mid}");
    }
    let ledger = world.archive().ledger("shown.md").expect("readable").expect("a ledger");
    assert!(ledger.images.iter().all(|image| image.stored.as_ref().is_some_and(|stored| stored.width == 54)));
    world.take_asked();
    world.run();
    let asked = world.take_asked();
    assert!(
        !asked.is_empty() && asked.iter().all(|url| url.contains("/three/") || url.contains("/four/")),
        "{asked:?}"
    );
}

#[test]
fn picture_of_the_stated_size_is_kept_though_its_bytes_were_refused_elsewhere() {
    let world = World::new();
    world.article(7, "", &stated("one", 1080, "0.5"));
    world.article(8, "", &stated("two", 300, "0.6667"));
    for id in ["one", "two"] {
        world.answer(&format!("/{id}/"), substitute());
    }
    for _ in 0..3 {
        world.run();
        assert!(world.stores(&substitute()));
        assert!(world.entry(8).manifest.missing.is_empty());
        assert_eq!(world.entry(8).manifest.version, 1);
    }
}

#[test]
fn small_pictures_of_wrongly_stated_sizes_are_kept() {
    let world = World::new();
    let divider = plain(120, 30, [240, 240, 240]);
    world.article(7, "", &format!("{}{}", stated("one", 1080, "0.5"), stated("two", 356, "1")));
    world.answer("/one/0", divider.clone());
    world.answer("/two/", divider.clone());
    assert_eq!(world.run().images.missing, 0, "though one address gives nothing");
    assert!(world.stores(&divider));
}
