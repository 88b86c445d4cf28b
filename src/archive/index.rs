//! The index `.index.sqlite`: summaries of articles, so that a big archive opens without reading all of its records.
//!
//! It is derived and never believed for its own sake. Each row has a seal: the hash of its columns together with the
//! [`Stamp`] of the records they were read from. A row counts only while the records have that stamp and its columns
//! that hash; so an outdated, foreign or damaged index costs time and nothing else, and so does having none.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, params};

use super::stamp::Stamp;
use super::{Digest, Summary, layout};
use crate::model::{ArticleKey, ShortCode, State};

/// What a database says it is: the index of an archive, in its second form.
const APPLICATION: i32 = 0x7778_6172;
const FORM: i32 = 2;

const SCHEMA: &str = "CREATE TABLE article (dir TEXT PRIMARY KEY, article TEXT NOT NULL, short_code TEXT, \
version INTEGER NOT NULL, shown INTEGER NOT NULL, title TEXT NOT NULL, account TEXT NOT NULL, published INTEGER, state TEXT, \
pictures INTEGER NOT NULL, missing INTEGER NOT NULL, seal BLOB NOT NULL)";

/// How long to wait for another program that writes the index; it is not worth more.
const PATIENCE: Duration = Duration::from_millis(100);

/// The index of an archive.
#[derive(Debug)]
pub(super) struct Index(Connection);

/// A row that has yet to be compared with the records it is of.
#[derive(Debug)]
pub(super) struct Listed {
    summary: Summary,
    seal: Digest,
}

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Articles whose rows are not there or no longer hold, with the stamps of their records.
    pub(super) put: Vec<(Summary, Stamp)>,
    /// Folders that are no longer there.
    pub(super) gone: Vec<String>,
}

impl Changes {
    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.put.is_empty() && self.gone.is_empty()
    }
}

impl Listed {
    /// The number of the version whose manifest the row was read from.
    pub(super) fn version(&self) -> u32 {
        self.summary.version
    }

    /// The summary of a folder, where it is whole and of records with this stamp.
    pub(super) fn confirm(mut self, dir: &str, stamp: &Stamp) -> Option<Summary> {
        dir.clone_into(&mut self.summary.dir);
        (seal(&self.summary, stamp)? == self.seal).then_some(self.summary)
    }
}

impl Index {
    /// Opens the index of an archive, or begins a new one in place of what is none; `None` where that can't be had.
    pub(super) fn open(root: &Path) -> Option<Self> {
        // A link would lead out of the archive.
        let path = fs::canonicalize(root).ok()?.join(layout::INDEX);
        if files(&path).iter().any(|file| fs::symlink_metadata(file).is_ok_and(|found| !found.is_file())) {
            return None;
        }
        match Self::connect(&path) {
            Ok(Some(index)) => Some(index),
            Ok(None) => Self::renew(&path),
            Err(error) if is_no_database(&error) => Self::renew(&path),
            Err(error) if is_unwritable(&error) => Self::read_only(&path),
            Err(_) => None,
        }
    }

    /// Every row, by folder.
    pub(super) fn rows(&self) -> HashMap<String, Listed> {
        self.select().unwrap_or_default()
    }

    /// Writes rows; what can't be written now is read from the records again next time.
    pub(super) fn write(&mut self, changes: &Changes) -> rusqlite::Result<()> {
        let transaction = self.0.transaction()?;
        {
            let mut remove = transaction.prepare("DELETE FROM article WHERE dir = ?1")?;
            for dir in &changes.gone {
                remove.execute([dir])?;
            }
            let mut put = transaction
                .prepare("INSERT OR REPLACE INTO article VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")?;
            for (summary, stamp) in &changes.put {
                let Some(seal) = seal(summary, stamp) else { continue };
                put.execute(params![
                    summary.dir,
                    summary.article.to_string(),
                    summary.short_code.as_ref().map(ShortCode::as_str),
                    summary.version,
                    summary.shown,
                    summary.title,
                    summary.account,
                    summary.published.and_then(nanoseconds),
                    summary.state.map(State::name),
                    i64::try_from(summary.pictures).unwrap_or(i64::MAX),
                    i64::try_from(summary.missing_pictures).unwrap_or(i64::MAX),
                    seal.bytes(),
                ])?;
            }
        }
        transaction.commit()
    }

    /// Connects to a database that is an index of this form, or to one that is still empty; `None` for any other.
    fn connect(path: &Path) -> rusqlite::Result<Option<Self>> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        // What is forgotten leaves no bytes behind.
        connection.pragma_update(None, "secure_delete", true)?;
        // Nothing is lost with it: a row that a power cut spoils fails its seal.
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let count: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if count == 0 {
            connection.execute_batch(&format!(
                "BEGIN; {SCHEMA}; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORM}; COMMIT"
            ))?;
        }
        Ok(is_ours(&connection)?.then_some(Self(connection)))
    }

    /// Connects to an index on a disk that can't be written.
    fn read_only(path: &Path) -> Option<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let name = path.to_str().filter(|path| !path.contains(['?', '#', '%']))?;
        let connection = Connection::open_with_flags(format!("file:{name}?immutable=1"), flags).ok()?;
        connection.pragma_update(None, "trusted_schema", false).ok()?;
        is_ours(&connection).ok()?.then_some(Self(connection))
    }

    /// Begins anew in place of what is no index of this form.
    fn renew(path: &Path) -> Option<Self> {
        for file in files(path) {
            match fs::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return None,
                _ => {}
            }
        }
        Self::connect(path).ok().flatten()
    }

    fn select(&self) -> rusqlite::Result<HashMap<String, Listed>> {
        let mut statement = self.0.prepare("SELECT * FROM article")?;
        let mut rows = statement.query([])?;
        let mut listed = HashMap::new();
        while let Some(row) = rows.next()? {
            // A row with a value that can't be is as good as none.
            if let Ok((dir, row)) = read(row) {
                listed.insert(dir, row);
            }
        }
        Ok(listed)
    }
}

/// Whether a database is an index of this form and nothing else.
fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let schema: Option<String> =
        connection.query_row("SELECT group_concat(sql, ';') FROM sqlite_schema WHERE sql IS NOT NULL", [], |row| {
            row.get(0)
        })?;
    Ok(number("application_id")? == APPLICATION && number("user_version")? == FORM && schema.as_deref() == Some(SCHEMA))
}

fn is_no_database(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}

fn is_unwritable(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied))
}

/// The database and the files that stand beside it while it is written.
fn files(path: &Path) -> [PathBuf; 4] {
    layout::index_files().map(|name| path.with_file_name(name))
}

fn read(row: &Row<'_>) -> Result<(String, Listed), Box<dyn std::error::Error>> {
    let text = |at| -> rusqlite::Result<Option<String>> { row.get(at) };
    let dir: String = row.get(0)?;
    let summary = Summary {
        // Filled in when the row is confirmed.
        dir: String::new(),
        article: row.get::<_, String>(1)?.parse::<ArticleKey>()?,
        short_code: text(2)?.map(|code| ShortCode::parse(&code)).transpose()?,
        version: row.get(3)?,
        shown: row.get(4)?,
        title: row.get(5)?,
        account: row.get(6)?,
        published: row.get::<_, Option<i64>>(7)?.map(|time| Timestamp::from_nanosecond(time.into())).transpose()?,
        state: text(8)?.map(|state| state.parse()).transpose()?,
        pictures: usize::try_from(row.get::<_, i64>(9)?)?,
        missing_pictures: usize::try_from(row.get::<_, i64>(10)?)?,
    };
    let seal = Digest::from_bytes(row.get(11)?);
    Ok((dir, Listed { summary, seal }))
}

/// The hash of a row and of the stamp it holds for; every part is preceded by its length. `None` where a value has no
/// place in a row.
fn seal(summary: &Summary, stamp: &Stamp) -> Option<Digest> {
    let Summary {
        dir,
        article,
        short_code,
        version,
        shown,
        title,
        account,
        published,
        state,
        pictures,
        missing_pictures,
    } = summary;
    let code = short_code.as_ref().map_or("", ShortCode::as_str);
    let state = state.map_or("", State::name);
    let biz = article.biz.as_str();
    let mut bytes = Vec::with_capacity(512);
    for part in [stamp.bytes(), dir.as_bytes(), biz.as_bytes(), title.as_bytes(), account.as_bytes()] {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part);
    }
    for part in [code, state] {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part.as_bytes());
    }
    let published = match published {
        Some(time) => Some(nanoseconds(*time)?),
        None => None,
    };
    bytes.push(u8::from(published.is_some()));
    bytes.extend(published.unwrap_or_default().to_le_bytes());
    let numbers = [
        article.mid,
        article.idx.into(),
        (*version).into(),
        (*shown).into(),
        *pictures as u64,
        *missing_pictures as u64,
    ];
    for number in numbers {
        bytes.extend(number.to_le_bytes());
    }
    Some(Digest::of(&bytes))
}

/// A time as a row has it; `None` after the year 2262.
fn nanoseconds(time: Timestamp) -> Option<i64> {
    i64::try_from(time.as_nanosecond()).ok()
}
