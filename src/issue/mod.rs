//! Reads an issue of a newsletter: its links to WeChat, its pictures, its front matter.
