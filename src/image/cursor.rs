//! Reads numbers and runs of bytes one after the other, never past the end.

use super::Fault;

/// A place in bytes; reading past the end is the fault that is named when it is made.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    missing: &'static str,
}

impl<'a> Cursor<'a> {
    /// Starts at an offset; `missing` names what the bytes lack when they end too soon.
    pub(super) fn new(bytes: &'a [u8], offset: usize, missing: &'static str) -> Self {
        Self { rest: bytes.get(offset..).unwrap_or_default(), missing }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Fault::Truncated(self.missing))?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next bytes, as many as the result holds.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Fault::Truncated(self.missing))?;
        self.rest = rest;
        Ok(*taken)
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        self.array().map(|[byte]| byte)
    }

    /// Two bytes, the higher first.
    pub(super) fn u16_be(&mut self) -> Result<u16, Fault> {
        self.array().map(u16::from_be_bytes)
    }

    /// Two bytes, the lower first.
    pub(super) fn u16_le(&mut self) -> Result<u16, Fault> {
        self.array().map(u16::from_le_bytes)
    }

    /// Four bytes, the highest first.
    pub(super) fn u32_be(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_be_bytes)
    }

    /// Four bytes, the lowest first.
    pub(super) fn u32_le(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_le_bytes)
    }
}

/// A length from a file as one of this machine; one that does not fit is longer than any bytes there are.
pub(super) fn length(number: impl TryInto<usize>) -> usize {
    number.try_into().unwrap_or(usize::MAX)
}
