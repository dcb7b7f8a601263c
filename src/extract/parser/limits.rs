//! What a process that parses takes from itself before it reads anything: memory, files, dumps, and time, page by page.
//!
//! On Linux, where most servers are. Elsewhere a process has its parent's clock alone.

use std::io;

/// Takes away all but `memory` bytes, the files that are open, and a few more.
#[cfg(target_os = "linux")]
pub(super) fn restrict(memory: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let limits = [
        (Resource::As, memory),
        // Neither a core with somebody's page in it, nor any other file.
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 16),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn restrict(_: u64) -> io::Result<()> {
    Ok(())
}

/// Ends this process when it has been busy for so many seconds from now.
#[cfg(target_os = "linux")]
pub(super) fn allow(seconds: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or_default();
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = maximum.unwrap_or(u64::MAX).min(used + seconds + 1);
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum })?)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn allow(_: u64) -> io::Result<()> {
    Ok(())
}

/// Bytes of memory that this process really uses; zero where nobody tells.
pub(super) fn in_use() -> u64 {
    const PAGE: u64 = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.as_deref().and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    resident.unwrap_or_default() * PAGE
}
