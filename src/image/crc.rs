//! The check sum of PNG's chunks (PNG 1.2 §3.4): CRC-32 as in ISO 3309.

const TABLE: [u32; 256] = table();

/// The sum over some runs of bytes, as if they were one.
pub(super) fn sum(parts: &[&[u8]]) -> u32 {
    let bytes = parts.iter().copied().flatten();
    !bytes.fold(u32::MAX, |sum, byte| (sum >> 8) ^ TABLE[usize::from(sum.to_le_bytes()[0] ^ byte)])
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "256 at most")]
        let mut sum = index as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
            bit += 1;
        }
        table[index] = sum;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_that_of_the_standard() {
        assert_eq!(sum(&[b"12345", b"6789"]), 0xcbf4_3926);
        assert_eq!(sum(&[b"IEND", b""]), 0xae42_6082);
    }
}
