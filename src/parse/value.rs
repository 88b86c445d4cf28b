//! Values as scripts write them down.

/// A value as a script writes it down.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Value {
    /// Not a literal, or an empty one such as `null`.
    #[default]
    Nothing,
    /// A string, or a number or `true` as its text.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object, in the order of its keys.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The value under a path of keys; `Nothing` where there is none.
    pub(super) fn at(&self, path: &[&str]) -> &Self {
        const NOTHING: &Value = &Value::Nothing;
        path.iter().fold(self, |value, key| match value {
            Self::Object(entries) => entries.iter().find(|(name, _)| name == key).map_or(NOTHING, |(_, value)| value),
            _ => NOTHING,
        })
    }

    /// The text, if it is one and not blank.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The elements of an array.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Whether JavaScript would take it for false, as far as that can be told.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) => text.is_empty(),
            Self::List(_) | Self::Object(_) => false,
        }
    }
}
