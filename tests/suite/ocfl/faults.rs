//! An export or import that dies, or whose storage fails, at every single file operation.

use std::fs;
use std::path::Path;

use wxarchive::archive::{ArchiveError, Fault, Faults, export_bag, export_ocfl, import_ocfl};

use super::{edit, export, files, import};
use crate::crash::{Work, first_sync, issue};
use crate::sample::{archive, copy_tree, folder, time};

const EIO: i32 = 5;

/// Exports the archive of a folder into another folder of it.
fn export_beside(root: &Path, faults: Faults) -> Result<(), ArchiveError> {
    let now = time("2026-10-20T00:00:00Z");
    export_ocfl(&root.join("archive"), &root.join("store"), now, faults).map(|_| ())
}

/// A small archive in a folder.
fn small() -> tempfile::TempDir {
    let (newsletter, root) = (issue(), folder());
    first_sync(newsletter.path(), &root.path().join("archive"), Faults::default()).expect("a first sync");
    root
}

#[test]
fn first_export_survives_death_and_failing_storage_at_every_step() {
    let before = small();
    for fault in [Fault::Death, Fault::Refusal(EIO), Fault::ShortWrite] {
        let steps = Work { before: before.path(), run: &export_beside }.survives(fault);
        println!("first export: {fault:?} at each of {steps} steps");
        assert!(steps > 100, "{steps}");
    }
}

#[test]
fn first_export_that_was_cut_short_is_no_storage_root() {
    let before = small();
    let counting = Faults::counting();
    let run = |faults| {
        let root = folder();
        copy_tree(before.path(), root.path());
        let done = export_beside(root.path(), faults);
        (root, done)
    };
    run(counting.clone()).1.expect("undisturbed");
    for step in 1..=counting.steps() {
        let (root, done) = run(Faults::at(step, Fault::Death));
        done.expect_err("dead");
        let (store, back) = (root.path().join("store"), root.path().join("back"));
        if store.join("0=ocfl_1.1").exists() {
            import(&store, &back).expect("all but the last flush was done");
            assert!(files(&back) == files(&root.path().join("archive")));
        } else {
            let error = import(&store, &back).expect_err("refused");
            assert!(matches!(error, ArchiveError::NotAnExport { .. }), "step {step}: {error}");
        }
    }
}

#[test]
fn import_of_an_export_that_was_cut_short_gives_the_archive_before_or_after_and_no_mixture() {
    let before = folder();
    copy_tree(archive().path(), &before.path().join("archive"));
    export_beside(before.path(), Faults::default()).expect("an export");
    let old = files(&before.path().join("archive"));
    edit(&before.path().join("archive"), "调焦", ("观测室", "瞭望室"), "2026-10-12T00:00:00Z");
    let new = files(&before.path().join("archive"));
    let counting = Faults::counting();
    let undisturbed = folder();
    copy_tree(before.path(), undisturbed.path());
    export_beside(undisturbed.path(), counting.clone()).expect("undisturbed");
    let (mut olds, mut news) = (0, 0);
    for step in 1..=counting.steps() {
        let root = folder();
        copy_tree(before.path(), root.path());
        export_beside(root.path(), Faults::at(step, Fault::Death)).expect_err("dead");
        let back = root.path().join("back");
        import(&root.path().join("store"), &back).unwrap_or_else(|error| panic!("step {step}: {error}"));
        let back = files(&back);
        assert!(back == old || back == new, "step {step}");
        olds += u64::from(back == old);
        news += u64::from(back == new);
        export_beside(root.path(), Faults::default()).expect("the next run");
        assert!(files(&root.path().join("store")) == files(&undisturbed.path().join("store")), "step {step}");
    }
    println!("later export: died at each of {} steps, {olds} gave the archive before, {news} after", counting.steps());
    assert!(olds > 50 && news > 0, "{olds} {news}");
}

#[test]
fn import_survives_death_and_failing_storage_at_every_step() {
    let before = small();
    export_beside(before.path(), Faults::default()).expect("an export");
    fs::remove_dir_all(before.path().join("archive")).expect("removed");
    let run = |root: &Path, faults| {
        let (from, to) = (root.join("store"), root.join("archive"));
        if files(root).keys().any(|path| path.starts_with("archive")) {
            // Only the last flush was not done; there is nothing to do again.
            return import(&from, &root.join("again"))
                .map(|_| fs::remove_dir_all(root.join("again")).expect("removed"));
        }
        import_ocfl(&from, &to, time("2026-10-21T00:00:00Z"), faults).map(|_| ())
    };
    for fault in [Fault::Death, Fault::Refusal(EIO), Fault::ShortWrite] {
        let steps = Work { before: before.path(), run: &run }.survives(fault);
        println!("import: {fault:?} at each of {steps} steps");
        assert!(steps > 30, "{steps}");
    }
}

#[test]
fn bag_survives_death_and_failing_storage_at_every_step() {
    let before = small();
    let run = |root: &Path, faults| {
        if root.join("bag").exists() {
            // Only the last flush was not done; there is nothing to do again.
            return Ok(());
        }
        export_bag(&root.join("archive"), &root.join("bag"), time("2026-10-21T00:00:00Z"), faults).map(|_| ())
    };
    for fault in [Fault::Death, Fault::Refusal(EIO), Fault::ShortWrite] {
        let steps = Work { before: before.path(), run: &run }.survives(fault);
        println!("bag: {fault:?} at each of {steps} steps");
        assert!(steps > 30, "{steps}");
    }
}

#[test]
fn archive_that_failed_to_be_imported_is_not_there_at_all() {
    let root = small();
    export_beside(root.path(), Faults::default()).expect("an export");
    let before = files(root.path());
    let to = root.path().join("back");
    import_ocfl(&root.path().join("store"), &to, time("2026-10-21T00:00:00Z"), Faults::at(9, Fault::ShortWrite))
        .expect_err("no space");
    assert!(!to.exists() && files(root.path()) == before, "what was written is removed again");
    export(&root.path().join("archive"), &root.path().join("store")).expect("nothing to do");
}
