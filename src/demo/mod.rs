//! A small newsletter of our own and the site it links to, served over loopback so that the whole job can be tried.

pub mod site;
