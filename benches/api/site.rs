//! A router served by this process on threads of its own: as many as `serve` takes, a worker a core.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context as _, Result};
use axum::Router;
use tokio::sync::oneshot;

/// A server that stops when this is dropped.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    _running: oneshot::Sender<()>,
}

impl Site {
    /// Serves what `router` makes; it is made on the server's own threads, so that connections it opens live there.
    pub(crate) async fn start<F>(router: impl FnOnce() -> F + Send + 'static) -> Result<Self>
    where
        F: Future<Output = Result<Router>>,
    {
        let (ready, address) = oneshot::channel();
        let (running, stop) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(async {
                let router = router().await?;
                let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
                // Whoever asked may be gone already.
                let _ = ready.send(listener.local_addr()?);
                tokio::select! {
                    served = async { axum::serve(listener, router).await } => Ok(served?),
                    _ = stop => anyhow::Ok(()),
                }
            })
        });
        let address = address.await.context("the server beside did not start")?;
        Ok(Self { address, _running: running })
    }
}
