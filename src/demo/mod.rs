//! What is needed to try the program without the network: hosts of our own on loopback, over real HTTPS.

pub mod server;
