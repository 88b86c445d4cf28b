//! The catalogue of findings: each kind has a number for scripts, a meaning for people and a way to mend it.

use serde::{Serialize, Serializer};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Left over from work that was cut short; harmless.
    Note,
    /// Something is not as it should be, and everything needed to mend it is in the archive.
    Warning,
    /// Something that is kept nowhere else in the archive is damaged or missing.
    Error,
}

/// What mends a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mend {
    /// `wxarchive repair`: what is needed is in the archive.
    Repair,
    /// `wxarchive repair --copy DIR`: another copy of the archive has it.
    Copy,
    /// `wxarchive repair --copy DIR`; where no copy has it, `wxarchive repair` makes up for what can be told without it.
    CopyElseRepair,
    /// `wxarchive repair --copy DIR`; where no copy has it, `wxarchive sync` makes up for it.
    CopyElseSync,
    /// `wxarchive repair --copy DIR`; where no copy has it, `wxarchive add` with its address makes up for it.
    CopyElseAdd,
    /// `wxarchive gc`: nothing refers to it.
    Gc,
    /// `wxarchive sync`: the next run makes up for it.
    Sync,
    /// A person has to look.
    Look,
}

impl Severity {
    /// The word for it, as in the catalogue.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Mend {
    /// What to type, or what to do.
    #[must_use]
    pub fn command(self) -> &'static str {
        match self {
            Self::Repair => "wxarchive repair",
            Self::Copy => "wxarchive repair --copy DIR",
            Self::CopyElseRepair => "wxarchive repair --copy DIR, or without a copy wxarchive repair",
            Self::CopyElseSync => "wxarchive repair --copy DIR, or without a copy wxarchive sync",
            Self::CopyElseAdd => "wxarchive repair --copy DIR, or without a copy wxarchive add URL",
            Self::Gc => "wxarchive gc",
            Self::Sync => "wxarchive sync",
            Self::Look => "look at the file; nothing mends it by itself",
        }
    }
}

/// Makes the enum and its table from one list, so that none is without a meaning.
macro_rules! codes {
    ($($number:literal $variant:ident $severity:ident $mend:ident $name:literal $meaning:literal)*) => {
        /// A kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $variant = $number,)*
        }

        impl Code {
            /// Every kind, by number.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The number, which never changes its meaning.
            #[must_use]
            pub fn number(self) -> u16 {
                match self { $(Self::$variant => $number,)* }
            }

            /// The name, as `picture-damaged`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What mends it.
            #[must_use]
            pub fn mend(self) -> Mend {
                match self { $(Self::$variant => Mend::$mend,)* }
            }
        }
    };
}

codes! {
    101 FormatMissing Warning Repair "format-missing" "The file FORMAT, which says what the archive is, is not there."
    102 FormatDamaged Warning Repair "format-damaged" "The first line of FORMAT names no format that this program reads."
    103 FormatText Warning Repair "format-text" "FORMAT has another text than this program writes."
    104 UnknownFile Warning Look "unknown-file" "A file or folder is not part of the format; something else put it there."
    105 Temporary Note Gc "temporary-file" "A temporary file was left by a writer that was killed."
    106 SymbolicLink Warning Look "symbolic-link" "A symbolic link stands in the archive; it is never followed."
    107 Unreadable Error Look "unreadable" "The system refuses to read a file or folder."
    108 Misplaced Warning Look "misplaced" "A picture or page lies in a folder that does not begin its name."
    109 CaseCollision Warning Look "case-collision" "Two names differ in case alone; some disks can hold only one of them."
    110 Unsealed Warning Repair "record-unsealed" "A record lacks the line with its own hash, so that damage to it can't be seen."
    111 RecordFormat Error Look "record-format" "A record is of another format than this archive."
    112 LineEnds Warning Repair "record-line-ends" "The lines of a record end with CR and LF, as git or an editor on Windows writes them; it is whole otherwise."
    113 FolderForFile Warning Repair "folder-for-file" "A folder stands in the place of a file; an empty one is taken away, what is in another must be moved first."
    201 ManifestDamaged Error Copy "manifest-damaged" "A manifest can't be read, or was changed after it was written."
    202 ManifestNumber Error Copy "manifest-number" "A manifest is of another version than its name says."
    203 ManifestArticle Error Copy "manifest-article" "A manifest is of another article than its folder."
    204 VersionGap Error Copy "version-gap" "A version between others has no manifest."
    205 VersionMissing Error CopyElseRepair "version-missing" "The Markdown of a version is not there."
    206 VersionDamaged Error CopyElseRepair "version-damaged" "The Markdown of a version has another hash than its manifest says."
    207 VersionUncommitted Note Gc "version-uncommitted" "The Markdown of a version lies there without a manifest: its writer was killed."
    208 FolderUncommitted Note Gc "folder-uncommitted" "The folder of an article has no version: its writer was killed."
    209 ArticleTwice Error Look "article-twice" "Two folders hold the same article."
    210 ManifestMissing Error Copy "manifest-missing" "A version that other files tell of has no manifest: it is lost."
    301 HeadMissing Warning Repair "head-missing" "The readable file `index.md` of an article is not there."
    302 HeadDamaged Warning Repair "head-damaged" "`index.md` is not the text that was written: damaged, edited, or its writer was killed."
    303 HeadBehind Warning Repair "head-behind" "`index.md` shows an older version than it should."
    305 HeadLink Error Copy "head-link" "`index.md` shows a picture that is not in the archive."
    306 StateMissing Warning Repair "state-missing" "The dated states of an article are not there: their writer was killed, as far as can be told."
    307 StateDamaged Error Copy "state-damaged" "The dated states of an article can't be read, or were changed after they were written."
    308 StateArticle Error Copy "state-article" "The dated states in a folder are those of another article."
    309 StateOrder Warning Look "state-order" "A state ends before it begins, or begins before the one that was noted earlier."
    310 EvidenceMissing Error Copy "evidence-missing" "The page that shows a state is not there."
    311 StateLost Error CopyElseRepair "state-lost" "The dated states of an article are not there, and other records tell that they were."
    401 PictureMissing Error Copy "picture-missing" "A picture of a version, head or ledger is not there."
    402 PictureDamaged Error Copy "picture-damaged" "The bytes of a picture have another hash than its name."
    403 PictureLength Error Look "picture-length" "A record tells another length of a picture than its file has."
    404 PictureUnreferenced Note Gc "picture-unreferenced" "Nothing refers to a picture."
    405 PicturePath Error Copy "picture-path" "A record names a file for a picture that its hash does not name."
    501 PageMissing Error Copy "page-missing" "The raw page of a version is not there."
    502 PageDamaged Error Copy "page-damaged" "A raw page can't be unpacked, or has another hash than its name."
    503 PageReference Error Copy "page-reference" "A raw page is stored against another one that is not there."
    504 PageUnreferenced Note Gc "page-unreferenced" "Nothing refers to a raw page."
    505 PageTwice Note Gc "page-twice" "A raw page is stored in two forms."
    601 LedgerDamaged Error CopyElseSync "ledger-damaged" "A ledger can't be read, or was changed after it was written."
    602 LedgerName Warning Look "ledger-name" "A ledger is of another issue than its path says."
    603 LedgerArticle Error CopyElseSync "ledger-article" "A ledger says that an article is archived, and nothing of it is there."
    604 LedgerFolder Warning Sync "ledger-folder" "A ledger names another folder for an article than the one it is in."
    611 AliasesDamaged Warning Repair "aliases-damaged" "The table of short codes can't be read, or was changed after it was written."
    612 AliasesMissing Warning Repair "aliases-missing" "A short code that a manifest names is not in the table of short codes."
    613 AliasArticle Error CopyElseAdd "alias-article" "The table of short codes has one that was learned from an article's page, and nothing of the article is there."
    621 UnarchivedDamaged Error Copy "unarchived-damaged" "The states of an article that was never had can't be read, or were changed."
    622 UnarchivedName Warning Repair "unarchived-name" "The states of an article that was never had stand under another article's name."
    623 UnarchivedMissing Error CopyElseSync "unarchived-missing" "A ledger says that the site has an article no more and the archive never had it, and the states that show it are not there."
    631 TombstoneDamaged Error Copy "tombstone-damaged" "The record of a forgotten article can't be read, or was changed after it was written."
    632 TombstoneName Warning Repair "tombstone-name" "The record of a forgotten article stands under another article's name."
    633 Forgotten Warning Gc "forgotten-remains" "Files of a forgotten article are still there: its forgetting was cut short."
    634 TombstoneMissing Error Copy "tombstone-missing" "A ledger says that an article was forgotten, and the record of that is not there."
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.number())
    }
}

/// The catalogue as Markdown, one row a code: the text of `docs/findings.md`.
#[must_use]
pub fn catalogue() -> String {
    let mut text = "# What `wxarchive verify` finds\n\n\
        An error means that something kept nowhere else in the archive is damaged or missing (exit code 4). A warning\n\
        means that something is wrong and the archive has what mends it (exit code 1). A note is a leftover (exit code\n\
        0). The numbers never change their meaning; 304 was once one of them.\n\n\
        | code | name | severity | meaning | what mends it |\n|---|---|---|---|---|\n"
        .to_owned();
    for code in Code::ALL {
        let mend = match code.mend() {
            Mend::Look => Mend::Look.command().to_owned(),
            mend => mend
                .command()
                .split(", or without a copy ")
                .map(|one| format!("`{one}`"))
                .collect::<Vec<_>>()
                .join(", or without a copy "),
        };
        let (number, name, severity) = (code.number(), code.name(), code.severity().name());
        let row = format!("| {number} | {name} | {severity} | {} | {mend} |\n", code.meaning());
        text.push_str(&row);
    }
    text
}
