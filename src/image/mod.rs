//! Judges the bytes of a picture: type, size, and whether they are a picture at all.
