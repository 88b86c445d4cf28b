//! Finds the addresses of names, and lets only public ones through.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::fetch::{NameLookup, guard};

/// Gives the public addresses of a name.
#[derive(Debug)]
pub(super) struct PublicNames(pub(super) Arc<NameLookup>);

/// Gives one place for every name, as `--connect-to` wants it; the user has decided that it may be asked.
#[derive(Debug)]
pub(super) struct OnePlace {
    pub(super) host: String,
    pub(super) port: u16,
}

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        let names = Arc::clone(&self.0);
        Box::pin(async move {
            let addresses = look_up(&names, name.as_str()).await?;
            let public = guard::keep_public(name.as_str(), addresses)?;
            // Port 0 stands for the one the address names.
            let places: Addrs = Box::new(public.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(places)
        })
    }
}

impl Resolve for OnePlace {
    fn resolve(&self, _: Name) -> Resolving {
        let place = (self.host.clone(), self.port);
        Box::pin(async move {
            let places: Vec<SocketAddr> = tokio::net::lookup_host(place).await?.collect();
            let places: Addrs = Box::new(places.into_iter());
            Ok(places)
        })
    }
}

async fn look_up(names: &NameLookup, name: &str) -> io::Result<Vec<IpAddr>> {
    match names {
        NameLookup::System => Ok(tokio::net::lookup_host((name, 0)).await?.map(|place| place.ip()).collect()),
        NameLookup::Table(table) => table.get(name).cloned().ok_or_else(|| io::Error::other("the name is unknown")),
    }
}
