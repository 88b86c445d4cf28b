//! Writes an article as CommonMark + GFM with front matter.
