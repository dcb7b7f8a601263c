//! From a thread that writes to a task that reads: compressing and hashing must not hold up the tasks.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

/// Bytes that go over at once.
const CHUNK: usize = 256 * 1024;
/// Chunks that may wait.
const WAITING: usize = 4;

enum Message {
    Bytes(Bytes),
    End(io::Result<()>),
}

/// Where the thread writes.
pub(super) struct Inlet {
    sender: mpsc::Sender<Message>,
    buffer: BytesMut,
}

/// Where the task reads. That the thread died is an error, never an end.
pub(super) struct Outlet {
    receiver: mpsc::Receiver<Message>,
    current: Bytes,
    over: bool,
}

/// Runs `work` on a thread of its own; what it writes can be read. When the reader goes, its next write fails.
pub(super) fn pipe(work: impl FnOnce(&mut Inlet) -> io::Result<()> + Send + 'static) -> Outlet {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut inlet = Inlet { sender, buffer: BytesMut::with_capacity(CHUNK) };
        let result = work(&mut inlet).and_then(|()| inlet.flush());
        drop(inlet.sender.blocking_send(Message::End(result)));
    });
    Outlet { receiver, current: Bytes::new(), over: false }
}

impl Write for Inlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = CHUNK - self.buffer.len();
        let taken = bytes.len().min(room);
        self.buffer.extend_from_slice(&bytes[..taken]);
        if self.buffer.len() == CHUNK {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let full = std::mem::replace(&mut self.buffer, BytesMut::with_capacity(CHUNK));
        let sent = self.sender.blocking_send(Message::Bytes(full.freeze()));
        sent.map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody reads any more"))
    }
}

impl AsyncRead for Outlet {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while self.current.is_empty() && !self.over {
            match ready!(self.receiver.poll_recv(cx)) {
                Some(Message::Bytes(bytes)) => self.current = bytes,
                Some(Message::End(result)) => {
                    self.over = true;
                    result?;
                }
                None => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
            }
        }
        let taken = self.current.len().min(into.remaining());
        into.put_slice(&self.current[..taken]);
        self.current.advance(taken);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write as _};

    use tokio::io::AsyncReadExt as _;

    use super::pipe;

    #[tokio::test]
    async fn what_is_written_is_read() {
        let mut read = Vec::new();
        let written: Vec<u8> = (0..1_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let copy = written.clone();

        pipe(move |inlet| inlet.write_all(&copy)).read_to_end(&mut read).await.unwrap();

        assert!(read == written);
    }

    #[tokio::test]
    async fn an_error_and_a_death_of_the_writer_are_no_end() {
        let mut read = Vec::new();
        assert!(pipe(|_| Err(io::Error::other("no"))).read_to_end(&mut read).await.is_err());
        let killed = pipe(|inlet| {
            inlet.write_all(b"half")?;
            std::panic::resume_unwind(Box::new(()))
        });
        let mut killed = killed;
        assert!(killed.read_to_end(&mut read).await.is_err());
    }
}
