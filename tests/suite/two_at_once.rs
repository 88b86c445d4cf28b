//! A second program while the first one writes: it is told who writes, may read, and takes over from the dead.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;

use wxarchive::demo::server::{Answer, Server};
use wxarchive::demo::site;

use crate::program::{command, run};

/// An archive of one issue, a second issue, and a site that makes the asker of the second wait.
struct World {
    folder: TempDir,
    server: Server,
    /// Told when the writer waits for an answer.
    waits: Receiver<()>,
    is_slow: Arc<AtomicBool>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (asked, waits) = channel();
        let (asked, is_slow) = (Mutex::new(asked), Arc::new(AtomicBool::new(false)));
        let slow = Arc::clone(&is_slow);
        let server = Server::start(move |request| {
            while slow.load(Ordering::Relaxed) {
                // Nobody listens any more once the test is over.
                asked.lock().unwrap_or_else(PoisonError::into_inner).send(()).unwrap_or_default();
                std::thread::park_timeout(std::time::Duration::from_millis(20));
            }
            match site::answer(&request.host, &request.path) {
                Some(file) => Answer::picture(file.media_type, file.bytes),
                None => Answer::status(404),
            }
        });
        let server = server.expect("a server");
        fs::write(folder.path().join("ca.pem"), server.ca_pem()).expect("a file");
        let world = Self { folder, server, waits, is_slow };
        world.put("a.md", "[云](https://mp.weixin.qq.com/s/CloudsTonight-NoStars9)\n");
        assert_eq!(world.sync("a.md").status().expect("the program runs").code(), Some(0));
        world
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("an issue");
    }

    fn sync(&self, issue: &str) -> Command {
        let mapping = self.server.connect_to();
        let flags = ["sync", issue, "-q", "--pace", "0", "--cacert", "ca.pem", "--connect-to", &mapping];
        let mut command = command(self.folder.path(), &flags);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// A program that holds the lock and waits for the site.
    fn writer(&self) -> Child {
        self.put("b.md", "[调焦](https://mp.weixin.qq.com/s?__biz=Mzk0NTY3ODEyMA==&mid=2247480013&idx=1&sn=0123456789abcdef0123456789abcdef)\n");
        self.is_slow.store(true, Ordering::Relaxed);
        let child = self.sync("b.md").spawn().expect("the program runs");
        self.waits.recv().expect("the site is asked");
        child
    }

    fn lock(&self) -> PathBuf {
        self.folder.path().join("archive/.lock")
    }
}

#[test]
fn second_writer_is_told_who_writes_and_since_when_and_changes_nothing() {
    let world = World::new();
    let mut writer = world.writer();
    let holder = format!("process {} on ", writer.id());
    for arguments in [
        &["gc"][..],
        &["repair"],
        &["reconvert", "--all"],
        &["sync", "--from", ".", "b.md"],
        &["restore", "Mzk0NTY3ODEyMA==/2247483955/1", "1"],
        &["forget", "Mzk0NTY3ODEyMA==/2247483955/1", "--reason", "asked"],
        &["relink", "--undo"],
        &["mirror", "--undo"],
    ] {
        let (code, text) = run(world.folder.path(), arguments);
        assert_eq!(code, Some(4), "{arguments:?}: {text}");
        let since = text.split("writes since ").nth(1).unwrap_or_default();
        assert!(text.contains(&holder) && since.starts_with("20"), "{arguments:?}: {text}");
    }
    world.is_slow.store(false, Ordering::Relaxed);
    assert_eq!(writer.wait().expect("ended").code(), Some(0), "the first writer is not disturbed");
    assert_eq!(run(world.folder.path(), &["gc"]).0, Some(0), "the lock is free again");
}

#[test]
fn readers_work_while_a_writer_runs() {
    let world = World::new();
    let mut writer = world.writer();
    let id = "Mzk0NTY3ODEyMA==/2247483955/1";
    for arguments in [
        &["list"][..],
        &["show", id],
        &["log", id],
        &["check", "a.md"],
        &["links", "a.md"],
        &["publish", "--layout", "plain", "--all", "site"],
        &["mirror", "--to", "cdn"],
        &["relink", "--all", "--wayback", "a.md"],
    ] {
        let (code, text) = run(world.folder.path(), arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {text}");
    }
    let (code, text) = run(world.folder.path(), &["verify"]);
    assert!(code == Some(0) || code == Some(1), "no error: {text}");
    world.is_slow.store(false, Ordering::Relaxed);
    assert_eq!(writer.wait().expect("ended").code(), Some(0));
}

#[test]
fn lock_of_a_dead_writer_is_taken_over() {
    let world = World::new();
    let mut writer = world.writer();
    writer.kill().expect("killed");
    writer.wait().expect("ended");
    let left = fs::read_to_string(world.lock()).expect("a lock file");
    assert!(left.contains(&writer.id().to_string()), "the dead still stands in the file: {left}");
    world.is_slow.store(false, Ordering::Relaxed);
    assert_eq!(world.sync("b.md").status().expect("the program runs").code(), Some(0));
    assert_eq!(fs::read_to_string(world.lock()).expect("a lock file"), "");
}
