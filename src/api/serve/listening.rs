//! What the system must know of the socket that listens: how many may queue there, and how it closes without harm.

use tokio::net::{TcpListener, TcpStream};

/// Connections that the system keeps for us while we are busy; it has a limit of its own (`net.core.somaxconn`).
const QUEUE: i32 = 4096;
/// Bytes of an answer that the system keeps for us beyond those that are on their way.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 64 * 1024;
/// Descriptors that are kept for all but connections: databases, files, requests of our own.
#[cfg(target_os = "linux")]
const OTHERS: u64 = 256;

/// Lets more connections queue than the few that sockets are made with.
pub(super) fn lengthen_queue(listener: &TcpListener) {
    if let Err(error) = socket2::SockRef::from(listener).listen(QUEUE) {
        tracing::debug!(%error, "the queue of the socket stays as it is");
    }
}

/// Has no further connection come, without refusing it: whoever knocks tries again a second later, and is then told that nobody
/// listens. Those that are there already can be taken in peace, whereas closing at once would cut them off.
///
/// A filter on the socket that drops every SYN (`tcp[13] & 2`). Where there is none, a moment's risk remains.
pub(super) fn stop_queueing(listener: &TcpListener) {
    #[cfg(target_os = "linux")]
    {
        use socket2::SockFilter;
        let (load_byte, jump_if_set, return_value) = (0x30, 0x45, 0x06);
        let no_syn = [
            SockFilter::new(load_byte, 0, 0, 13),
            SockFilter::new(jump_if_set, 0, 1, 0x02),
            SockFilter::new(return_value, 0, 0, 0),
            SockFilter::new(return_value, 0, 0, u32::MAX),
        ];
        if let Err(error) = socket2::SockRef::from(listener).attach_filter(&no_syn) {
            tracing::debug!(%error, "connections can't be kept from queueing");
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = listener;
}

/// Has the system take no more of an answer than what is on its way and a little: thousands of clients that take nothing
/// would fill the memory that it has for all connections, and nobody's would go on.
pub(super) fn keep_little_unsent(socket: &TcpStream) {
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(socket).set_tcp_notsent_lowat(UNSENT);
    #[cfg(not(target_os = "linux"))]
    let _ = socket;
}

/// How many connections there may be: as many as are `wanted`, if the system gives us a descriptor for each.
///
/// Raises this process's limit as far as it may.
pub(super) fn most_connections(wanted: usize) -> usize {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let needed = u64::try_from(wanted).unwrap_or(u64::MAX).saturating_add(OTHERS);
        let aim = maximum.map_or(needed, |maximum| maximum.min(needed));
        let mut allowed = current.unwrap_or(u64::MAX);
        if allowed < aim && setrlimit(Resource::Nofile, Rlimit { current: Some(aim), maximum }).is_ok() {
            allowed = aim;
        }
        if allowed < needed {
            let most = usize::try_from(allowed.saturating_sub(OTHERS).max(allowed / 2)).unwrap_or(wanted);
            tracing::warn!(
                wanted,
                most,
                "the limit of open files allows fewer connections than MAX_CONNECTIONS; raise it (LimitNOFILE, ulimit -n)"
            );
            return most;
        }
    }
    wanted
}
