//! Pictures that could not be had: asked for again by the next run and by repairing.

use super::{World, on_cdn, plain};

fn lacking() -> World {
    let world = World::new();
    world.article(7, "", &format!("<p><img data-src=\"{}\"></p>", on_cdn("one")));
    world.issue("shown.md", "![](https://pictures.example.org/two.png)\n![](https://pictures.example.org/dead.png)\n");
    assert_eq!(world.run().images.missing, 3);
    world.answer("/one/", plain(640, 480, [9, 90, 200]));
    world.answer("two.png", plain(64, 48, [200, 90, 9]));
    world.take_asked();
    world
}

fn is_complete(world: &World) {
    assert!(world.head(7).contains("/images/") && !world.head(7).contains("mmbiz.qpic.cn"));
    let ledger = world.archive().ledger("shown.md").expect("readable").expect("a ledger");
    let had: Vec<_> = ledger.images.iter().map(|image| (image.stored.is_some(), image.missing.is_some())).collect();
    assert_eq!(had, [(true, false), (false, true)]);
}

#[test]
fn next_run_asks_for_what_is_missing_and_for_nothing_else() {
    let world = lacking();
    assert_eq!(world.run().images.missing, 1);
    is_complete(&world);
    assert!(world.take_asked().iter().all(|url| !url.contains("mp.weixin")));
}

#[test]
fn repairing_asks_for_what_is_missing_and_leaves_what_the_next_run_would() {
    let world = lacking();
    let counts = world.ask_again();
    assert_eq!((counts.new, counts.missing), (2, 1));
    is_complete(&world);
    assert!(world.take_asked().iter().all(|url| !url.contains("mp.weixin")));
    let before = crate::files::tree(&world.root());
    world.run();
    assert!(crate::files::tree(&world.root()) == before);
    let asked = world.take_asked();
    assert!(!asked.is_empty() && asked.iter().all(|url| url.contains("dead.png")), "{asked:?}");
}
