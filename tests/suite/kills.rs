//! The program killed for real, at random moments of a sync that fetches over HTTPS, and while it writes the index.
//!
//! `WXARCHIVE_KILLS=200 cargo test --test suite kills:: -- --nocapture` takes more rounds and prints its counts.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use wxarchive::archive::verify::{Scope, Severity, verify};
use wxarchive::archive::{Archive, ArchiveError};
use wxarchive::demo::server::{Answer, Asked, Server};
use wxarchive::demo::site;

use crate::files::{copy_tree, paths, tree};
use crate::program::command;
use crate::sample::{archive, rewrite};

/// The sample newsletter, and its site as a server that the program is pointed to.
struct World {
    folder: TempDir,
    server: Server,
}

/// How the rounds went.
#[derive(Debug, Default)]
struct Counts {
    /// Runs that were killed.
    killed: u64,
    /// Killed before anything was there.
    before_the_first_file: u64,
    /// Killed after the first request and before the end.
    while_fetching: u64,
    /// Over before the kill came, and so not counted as a kill.
    over: u64,
    /// Found an unfinished file, or one that nothing refers to yet.
    with_leftovers: u64,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in site::ISSUES {
            let path = folder.path().join("newsletter").join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("an issue");
        }
        let server = Server::start(answer).expect("a server");
        fs::write(folder.path().join("ca.pem"), server.ca_pem()).expect("a file");
        Self { folder, server }
    }

    fn root(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command that archives the newsletter, asking again for what it has.
    fn sync(&self, name: &str) -> Command {
        let flags = ["-q", "--archive", name, "sync", "newsletter", "--pace", "0", "--refresh", "0s"];
        let mut command = command(self.folder.path(), &flags);
        command.args(["--cacert", "ca.pem", "--connect-to", &self.server.connect_to()]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Kills the program after a while, and notes what it was doing.
    fn kill_after(&self, delay: Duration, counts: &mut Counts) {
        let asked = self.server.asked().len();
        let mut child = self.sync("archive").spawn().expect("the program runs");
        std::thread::sleep(delay);
        let is_over = child.try_wait().expect("a child").is_some();
        child.kill().expect("killed");
        child.wait().expect("ended");
        counts.over += u64::from(is_over);
        counts.killed += u64::from(!is_over);
        counts.while_fetching += u64::from(!is_over && self.server.asked().len() > asked);
    }

    /// The archive is sound and opens.
    fn is_sound(&self, round: u64, counts: &mut Counts) {
        let root = self.root("archive");
        match verify(&root, &Scope::default()) {
            Err(ArchiveError::Missing { .. }) => counts.before_the_first_file += 1,
            Err(error) => panic!("round {round}: {error}"),
            Ok(audit) => {
                assert!(audit.worst() < Some(Severity::Error), "round {round}: {:#?}", audit.findings);
                counts.with_leftovers += u64::from(!audit.findings.is_empty());
                Archive::open(&root).expect("it opens");
            }
        }
    }
}

/// The answer of the sample site.
fn answer(asked: &Asked) -> Answer {
    match site::answer(&asked.host, &asked.path) {
        Some(file) => Answer::picture(file.media_type, file.bytes),
        None => Answer::status(404),
    }
}

/// What does not depend on when the program ran: which files there are, and the articles as people read them.
fn outcome(root: &Path) -> (Vec<PathBuf>, Vec<Vec<u8>>) {
    let mut names = paths(root);
    // How a page is stored depends on which pages were there before it.
    names.retain(|path| !path.starts_with("pages"));
    let heads = tree(root).into_iter().filter(|(path, _)| path.ends_with("index.md")).map(|(_, bytes)| undated(&bytes));
    (names, heads.collect())
}

/// A head without the line that says when it was archived.
fn undated(head: &[u8]) -> Vec<u8> {
    let lines = head.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"archived:"));
    lines.flatten().copied().collect()
}

/// How many kills are wanted.
fn rounds() -> u64 {
    std::env::var("WXARCHIVE_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12)
}

/// The next of numbers that look random and are the same on every run, below 65,536.
fn roll(dice: &mut u64) -> u32 {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    u32::try_from(*dice >> 48).expect("16 bits")
}

#[test]
fn program_killed_while_it_fetches_leaves_a_sound_archive() {
    let rounds = rounds();
    let world = World::new();
    let [first, second] = [(); 2].map(|()| {
        let began = Instant::now();
        let code = world.sync("undisturbed").status().expect("the program runs").code();
        assert!(matches!(code, Some(0 | 1)), "{code:?}");
        began.elapsed()
    });
    let (mut counts, mut dice) = (Counts::default(), 20_261_123_u64);
    for round in 0..rounds * 4 {
        if counts.killed == rounds {
            break;
        }
        let root = world.root("archive");
        // Half of the rounds begin with nothing, the others go on with what is there.
        if round % 2 == 0 && root.exists() {
            fs::remove_dir_all(&root).expect("removed");
        }
        let whole = if round % 2 == 0 { first } else { second };
        world.kill_after(whole * roll(&mut dice) / 65_536, &mut counts);
        world.is_sound(round, &mut counts);
    }
    println!("every archive sound: {counts:?}");
    assert!(counts.killed > 0, "{counts:?}");
    let code = world.sync("archive").status().expect("the program runs").code();
    assert!(matches!(code, Some(0 | 1)), "{code:?}");
    world.is_sound(rounds, &mut Counts::default());
    assert!(outcome(&world.root("archive")) == outcome(&world.root("undisturbed")), "it ends in another tree");
}

/// An archive of so many articles, so that writing its index takes a while.
fn many(count: u64) -> TempDir {
    let root = archive();
    let manifest = tree(root.path()).into_keys().find(|path| path.ends_with("versions/1.json")).expect("a version");
    let dir = manifest.ancestors().nth(2).expect("a folder").to_owned();
    for number in 1..=count {
        let copy = root.path().join(dir.with_file_name(format!("2001-01-01-{number:08x}")));
        copy_tree(&root.path().join(&dir), &copy);
        rewrite(&copy.join("versions/1.json"), |manifest| manifest["article"] = format!("MTIzNDU2/{number}/1").into());
    }
    root
}

#[test]
fn program_killed_while_it_writes_the_index_lists_the_same_ever_after() {
    let root = many(400);
    // What was changed a moment ago is not indexed.
    std::thread::sleep(Duration::from_millis(2100));
    let list = || command(root.path(), &["--archive", ".", "list"]);
    let expected = list().output().expect("the program runs").stdout;
    let index = |ending: &str| root.path().join(format!(".index.sqlite{ending}"));
    let whole = fs::read(index("")).expect("an index").len();
    let (mut dice, mut killed, mut cut_short) = (20_261_124_u64, 0, 0);
    for round in 0..rounds() * 4 {
        if killed == rounds() {
            break;
        }
        for ending in ["", "-wal", "-shm"] {
            // Some rounds go on with what the last one left.
            if round % 3 != 2 && index(ending).exists() {
                fs::remove_file(index(ending)).expect("removed");
            }
        }
        let mut child = list().stdout(Stdio::null()).spawn().expect("the program runs");
        while !index("-wal").exists() && child.try_wait().expect("a child").is_none() {
            std::hint::spin_loop();
        }
        std::thread::sleep(Duration::from_micros(u64::from(roll(&mut dice)) / 8));
        let is_over = child.try_wait().expect("a child").is_some();
        child.kill().expect("killed");
        child.wait().expect("ended");
        killed += u64::from(!is_over);
        cut_short += u64::from(!is_over && fs::metadata(index("")).map_or(0, |found| found.len()) < whole as u64);
        let listed = list().output().expect("the program runs");
        assert!(listed.status.success() && listed.stdout == expected, "round {round}");
    }
    println!("the same list after {killed} kills, {cut_short} of them before the index was whole");
    assert!(killed > 0 && cut_short > 0, "{killed} {cut_short}");
}
