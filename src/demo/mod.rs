//! A small newsletter of our own and the site it links to, served over real HTTPS on loopback, so that the whole job
//! can be tried without the network.

pub mod server;
pub mod site;
