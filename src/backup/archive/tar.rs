//! As much of tar as an archive needs: plain files with short names (POSIX.1-1988 ustar).

use std::io::{self, Read, Write};

const BLOCK: usize = 512;

/// Writes a file.
pub(super) fn write(to: &mut impl Write, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = [0_u8; BLOCK];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000600");
    put(108, "0000000");
    put(116, "0000000");
    put(124, &format!("{:011o}", bytes.len()));
    put(136, "00000000000");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar");
    put(263, "00");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    to.write_all(&header)?;
    to.write_all(bytes)?;
    to.write_all(&[0; BLOCK][..padding(bytes.len())])
}

/// Writes the end.
pub(super) fn end(to: &mut impl Write) -> io::Result<()> {
    to.write_all(&[0; 2 * BLOCK])
}

/// Reads the next file of at most `limit` bytes; none at the end.
pub(super) fn read(from: &mut impl Read, limit: u64) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut header = [0_u8; BLOCK];
    from.read_exact(&mut header)?;
    if header.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "it is no tar file");
    let text = |from: usize, to: usize| {
        let field = header[from..to].split(|byte| *byte == 0).next().unwrap_or_default();
        std::str::from_utf8(field).map(str::trim).map_err(|_| broken())
    };
    let octal = |from, to| u64::from_str_radix(text(from, to)?, 8).map_err(|_| broken());
    let sum: u64 =
        header.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) }).sum();
    if text(257, 263)? != "ustar" || octal(148, 156)? != sum {
        return Err(broken());
    }
    let (name, size) = (text(0, 100)?.to_owned(), octal(124, 136)?);
    if size > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a file in it is too long"));
    }
    let mut bytes = Vec::new();
    if from.take(size).read_to_end(&mut bytes)? as u64 != size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut rest = [0_u8; BLOCK];
    from.read_exact(&mut rest[..padding(bytes.len())])?;
    Ok(Some((name, bytes)))
}

const fn padding(length: usize) -> usize {
    (BLOCK - length % BLOCK) % BLOCK
}

#[cfg(test)]
mod tests {
    use super::{end, read, write};

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        let long = vec![7; 1024];
        for (name, content) in [("a", &b""[..]), ("tables/users/000001.jsonl", b"[1]\n"), ("c", &long)] {
            write(&mut bytes, name, content).unwrap();
        }
        end(&mut bytes).unwrap();

        let mut from = bytes.as_slice();
        let found: Vec<_> = std::iter::from_fn(|| read(&mut from, 2000).unwrap()).collect();

        assert_eq!(found.len(), 3);
        assert_eq!(found[1], ("tables/users/000001.jsonl".to_owned(), b"[1]\n".to_vec()));
        assert_eq!(found[2].1, long);
        assert!(read(&mut &bytes[..700], 2000).is_ok() && read(&mut &bytes[..100], 2000).is_err());
        assert!(read(&mut vec![1_u8; 600].as_slice(), 2000).is_err());
    }
}
