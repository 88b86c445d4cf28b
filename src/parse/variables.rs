//! Finds the variables that the site's scripts set, in every generation of its template (anatomy §2).

use std::ops::Range;

use memchr::memmem;

use super::outline::Outline;
use super::script::{MOST_VALUES, read};
use super::value::Value;

/// What the scripts of a page set.
#[derive(Debug)]
pub(super) struct Variables {
    /// `window.cgiDataNew`, the best single source of pages since about 2020.
    pub(super) cgi: Value,
    /// `window.cgiData` of share pages and notices before that.
    pub(super) old_cgi: Value,
    assigned: Vec<(&'static str, Value)>,
    /// How many values may still be read.
    left: usize,
}

const VAR: &str = "var ";
const WINDOW: &str = "window.";
const GLOBAL: &str = "_g.";
const TITLE: &str = "d.title";

/// Where the beginnings of assignments stand in a script.
#[derive(Default)]
struct Places {
    vars: Vec<usize>,
    windows: Vec<usize>,
    globals: Vec<usize>,
    titles: Vec<usize>,
}

impl Places {
    /// Finds all of them in a part of the script before going on to the next: pages are megabytes of script, which take
    /// longer to be fetched from memory than to be searched.
    fn of(script: &str) -> Self {
        const PART: usize = 64 << 10;
        let bytes = script.as_bytes();
        let mut places = Self::default();
        let mut searches = [
            (VAR, memmem::Finder::new(VAR), &mut places.vars),
            (WINDOW, memmem::Finder::new(WINDOW), &mut places.windows),
            (GLOBAL, memmem::Finder::new(GLOBAL), &mut places.globals),
            (TITLE, memmem::Finder::new(TITLE), &mut places.titles),
        ];
        for start in (0..bytes.len()).step_by(PART) {
            for (needle, finder, found) in &mut searches {
                // One that begins in this part may end in the next.
                let end = bytes.len().min(start + PART + needle.len() - 1);
                found.extend(finder.find_iter(&bytes[start..end]).map(|at| start + at));
            }
        }
        places
    }
}

/// How a variable is set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `var name = …`
    Declared,
    /// `window.name = …`, `d.name = …` or `_g.name = …`
    Member,
}

/// Variables that are read whichever way they are set, sorted: libraries set thousands of others.
const NAMES: [&str; 39] = [
    "ContentNoEncode",
    "TextContentNoEncode",
    "__QMTPL_SSR_DATA__",
    "_copyright_stat",
    "album_info_list",
    "appmsgid",
    "author",
    "biz",
    "cdn_url_1_1",
    "cdn_url_235_1",
    "copyright_stat",
    "create_time",
    "ct",
    "desc",
    "duration",
    "idx",
    "is_pay_subscribe",
    "item_show_type",
    "itemidx",
    "link",
    "mid",
    "modify_time",
    "msg_cdn_url",
    "msg_desc",
    "msg_link",
    "msg_source_url",
    "msg_title",
    "nick_name",
    "nickname",
    "oriCreateTime",
    "picture_page_info_list",
    "publish_time",
    "real_item_show_type",
    "sn",
    "source_username",
    "transferTargetLink",
    "user_name",
    "videoContentNoEncode",
    "voiceid",
];

/// Variables that mean the article only as members: `var title` is the account's name (anatomy §2.1).
const MEMBERS: [&str; 4] = ["alias", "cdn_url", "title", "vid"];

impl Variables {
    /// Reads them from all scripts of a page.
    pub(super) fn of(outline: &Outline<'_>) -> Self {
        let mut variables =
            Self { cgi: Value::Nothing, old_cgi: Value::Nothing, assigned: Vec::new(), left: MOST_VALUES };
        for script in outline.scripts() {
            variables.read_script(script);
        }
        variables
    }

    /// The first of some variables that is a text and not blank.
    pub(super) fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.all(name).find_map(Value::text))
    }

    /// The first value of a variable that holds something.
    pub(super) fn value(&self, name: &str) -> &Value {
        const NOTHING: &Value = &Value::Nothing;
        self.all(name).next().unwrap_or(NOTHING)
    }

    /// Every value that a variable is set to, in order.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Value> {
        self.assigned.iter().filter(move |(found, _)| *found == name).map(|(_, value)| value)
    }

    fn read_script(&mut self, script: &str) {
        let places = Places::of(script);
        let object = self.read_cgi(script, &places.windows);
        self.read_places(script, &object, (VAR, Form::Declared), &places.vars);
        self.read_places(script, &object, (WINDOW, Form::Member), &places.windows);
        self.read_places(script, &object, (GLOBAL, Form::Member), &places.globals);
        // `d.` stands all over libraries; the script of a share page that sets members of `d` sets the title among them.
        if places.titles.iter().any(|at| begins_word(script, *at)) {
            let members: Vec<usize> = memmem::find_iter(script.as_bytes(), "d.").collect();
            self.read_places(script, &object, ("d.", Form::Member), &members);
        }
    }

    /// Reads the assignments that a prefix begins, at the places where it stands.
    fn read_places(&mut self, script: &str, object: &Range<usize>, (prefix, form): (&str, Form), places: &[usize]) {
        let mut past = 0;
        for at in places.iter().copied() {
            // Not inside a value that was read already, nor in `cgiDataNew`, whose strings hold other people's text.
            if at >= past && !object.contains(&at) && begins_word(script, at) {
                past = self.read_assignment(script, at + prefix.len(), form);
            }
        }
    }

    /// Reads `window.cgiDataNew = {…}`; gives where the object stands.
    fn read_cgi(&mut self, script: &str, windows: &[usize]) -> Range<usize> {
        let (mut object, mut past) = (0..0, 0);
        for at in windows {
            let Some(rest) = script[*at..].strip_prefix("window.cgiData").filter(|_| *at >= past) else { continue };
            let (rest, is_new) = rest.strip_prefix("New").map_or((rest, false), |rest| (rest, true));
            let Some(start) = value_after_equals(script, script.len() - rest.len()) else { continue };
            let (value, length) = read(&script[start..], &mut self.left);
            past = start + length;
            let target = if is_new { &mut self.cgi } else { &mut self.old_cgi };
            if matches!(&value, Value::Object(entries) if !entries.is_empty()) && *target == Value::Nothing {
                *target = value;
                object = if is_new { start..past } else { object };
            }
        }
        object
    }

    fn read_assignment(&mut self, script: &str, from: usize, form: Form) -> usize {
        let rest = &script.as_bytes()[from..];
        let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(rest.len());
        let Some(name) = known(&script[from..from + end], form) else { return from };
        let Some(start) = value_after_equals(script, from + end) else { return from };
        let (value, length) = read(&script[start..], &mut self.left);
        let holds_something = match &value {
            Value::Nothing => false,
            Value::Text(text) => !text.trim().is_empty(),
            Value::List(_) | Value::Object(_) => true,
        };
        if holds_something {
            self.assigned.push((name, value));
        }
        start + length
    }
}

/// The lengths that names have which begin with a byte, as bits.
const LENGTHS: [u32; 128] = {
    let mut lengths = [0; 128];
    let mut at = 0;
    while at < NAMES.len() + MEMBERS.len() {
        let name = if at < NAMES.len() { NAMES[at] } else { MEMBERS[at - NAMES.len()] };
        lengths[name.as_bytes()[0] as usize] |= 1 << name.len();
        at += 1;
    }
    lengths
};

/// The variable of this name, if it is one that is read.
fn known(name: &str, form: Form) -> Option<&'static str> {
    // Nearly all names are those of libraries, and most of these have one letter.
    let lengths = name.bytes().next().and_then(|first| LENGTHS.get(usize::from(first)))?;
    if name.len() >= 32 || lengths & 1 << name.len() == 0 {
        return None;
    }
    if let Ok(at) = NAMES.binary_search(&name) {
        return Some(NAMES[at]);
    }
    MEMBERS.into_iter().find(|known| form == Form::Member && *known == name)
}

/// Whether no longer name ends here.
fn begins_word(script: &str, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| script.as_bytes().get(before));
    before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"_$.".contains(byte))
}

/// Where the value begins if `=` follows; a chain `a = window.title = …` is followed to its end.
fn value_after_equals(script: &str, at: usize) -> Option<usize> {
    let rest = script[at..].trim_start();
    let rest = rest.strip_prefix('=').filter(|rest| !rest.starts_with('='))?;
    let value = rest.trim_start();
    let word = value.bytes().position(|byte| !byte.is_ascii_alphanumeric() && !b"_.".contains(&byte));
    let after = word.map_or("", |word| value[word..].trim_start());
    let is_chain = value.starts_with("window.") && after.starts_with('=') && !after.starts_with("==");
    let value = if is_chain { after[1..].trim_start() } else { value };
    Some(script.len() - value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(script: &str) -> Variables {
        Variables::of(&Outline::of(&format!("<script>{script}</script>")))
    }

    #[test]
    fn the_first_value_that_is_a_literal_counts() {
        let found = variables(
            "var biz = null;\nvar mid = start + end >> 1;\nvar mid = '' || '12';\nvar biz = \"\" || \"Mw==\";",
        );
        assert_eq!(found.text(&["mid"]), Some("12"));
        assert_eq!(found.text(&["biz"]), Some("Mw=="));
    }

    #[test]
    fn the_names_are_sorted() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn the_title_variable_is_the_account() {
        assert_eq!(
            variables("var title = 'account'; d.title = xml ? getXmlValue('t') : 'title';").text(&["title"]),
            Some("title")
        );
    }

    #[test]
    fn chains_of_assignments_are_followed() {
        assert_eq!(variables("window.msg_title = window.title = 'x' || '';").text(&["msg_title"]), Some("x"));
    }

    #[test]
    fn variables_named_inside_the_page_data_are_text() {
        let found = variables("window.cgiDataNew = { desc: 'var ct = \"1\"; ' };\nvar ct = '2';");
        assert_eq!(found.text(&["ct"]), Some("2"));
        assert_eq!(found.cgi.at(&["desc"]).text(), Some("var ct = \"1\";"));
    }
}
