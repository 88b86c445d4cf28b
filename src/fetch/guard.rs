//! Decides which addresses may be asked: http and https, usual ports, public addresses and nothing else.
//!
//! A page from outside names the addresses of its pictures and redirects, and must not reach a machine that only the
//! user can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The ports that are asked.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// Why an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither http nor https.
    #[error("its scheme is `{0}`, and only http and https are asked")]
    Scheme(String),
    /// A port where web servers usually are not.
    #[error("its port is {0}, and only 80, 443, 8080 and 8443 are asked; --connect-to can map it")]
    Port(u16),
    /// A user name or password in the address.
    #[error("it carries a user name or password; take them out of the address")]
    Credentials,
    /// No host at all, or this machine by name.
    #[error("`{0}` is this machine; --connect-to can map it")]
    Local(String),
    /// An address that is private, reserved or of this machine.
    #[error("`{host}` is at {address}, which is no public address; --connect-to can map it, or --proxy reach it")]
    Address {
        /// The host as asked.
        host: String,
        /// The address it is at.
        address: IpAddr,
    },
}

/// Checks what can be checked without asking for the addresses of a name.
///
/// `url` is expected to come from the `url` crate, which turns `0x7f.1`, `017700000001` and `2130706433` into 127.0.0.1.
pub(super) fn check(url: &Url) -> Result<(), Refusal> {
    check_form(url)?;
    check_host(url)?;
    let port = url.port_or_known_default().unwrap_or_default();
    if PORTS.contains(&port) { Ok(()) } else { Err(Refusal::Port(port)) }
}

/// Checks the scheme, and that no password would be sent.
pub(super) fn check_form(url: &Url) -> Result<(), Refusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::Credentials);
    }
    Ok(())
}

/// Checks a host that is written as an address, or is this machine by name.
pub(super) fn check_host(url: &Url) -> Result<(), Refusal> {
    match url.host() {
        Some(Host::Domain(name)) if is_localhost(name) => Err(Refusal::Local(name.to_owned())),
        Some(Host::Domain(_)) => Ok(()),
        Some(Host::Ipv4(address)) => check_address(&address.to_string(), address.into()),
        Some(Host::Ipv6(address)) => check_address(&format!("[{address}]"), address.into()),
        None => Err(Refusal::Local(String::new())),
    }
}

/// Keeps the public ones of the addresses a name has.
///
/// A name may have several and change them between two look-ups, so the connection is made to what comes out of here.
pub(super) fn keep_public(host: &str, addresses: Vec<IpAddr>) -> Result<Vec<IpAddr>, Refusal> {
    let first = addresses.first().copied();
    let public: Vec<IpAddr> = addresses.into_iter().filter(|address| is_public(*address)).collect();
    match first {
        Some(address) if public.is_empty() => Err(Refusal::Address { host: host.to_owned(), address }),
        _ => Ok(public),
    }
}

fn check_address(host: &str, address: IpAddr) -> Result<(), Refusal> {
    if is_public(address) { Ok(()) } else { Err(Refusal::Address { host: host.to_owned(), address }) }
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.is_empty() || name == "localhost" || name.ends_with(".localhost")
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// By the IANA registry of special-purpose IPv4 addresses, and the metadata address of a cloud that is outside it.
fn is_public_v4(address: Ipv4Addr) -> bool {
    // The wire server of Azure: public by its number, but it answers only machines of that cloud.
    const WIRE_SERVER: [u8; 4] = [168, 63, 129, 16];
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | WIRE_SERVER
    )
}

/// Global unicast without the parts that are reserved; what carries an IPv4 address is judged by that.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            is_public_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &str) -> impl Iterator<Item = IpAddr> {
        list.split_whitespace().map(|address| address.parse().expect(address))
    }

    #[test]
    fn addresses_beside_the_reserved_ones_are_public() {
        let public =
            "8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 172.15.255.255 172.32.0.0
            192.0.1.0 192.167.255.255 198.20.0.0 223.255.255.255 168.63.129.17 2400:3200::1 2001:4860:4860::8888
            2001:200:: 3fff:1000:: ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::";
        addresses(public).for_each(|address| assert!(is_public(address), "{address}"));
    }

    #[test]
    fn reserved_addresses_are_not_public_to_their_last() {
        let reserved = "0.255.255.255 10.255.255.255 100.64.0.0 100.127.255.255 127.255.255.255 169.254.255.255
            172.31.255.255 192.0.0.192 192.168.255.255 198.19.255.255 224.0.0.0 2001:1ff:ffff:: 3fff:fff:: 1fff::
            4000:: fdff:: ::ffff:10.0.0.1 64:ff9b::a00:1 64:ff9b:1::808:808 2002:a00:1::";
        addresses(reserved).for_each(|address| assert!(!is_public(address), "{address}"));
    }

    #[test]
    fn a_name_keeps_its_public_addresses_and_needs_one() {
        let [public, private] = ["8.8.8.8", "10.0.0.1"].map(|address| address.parse().expect(address));
        assert_eq!(keep_public("a", vec![private, public]), Ok(vec![public]));
        assert_eq!(keep_public("a", vec![private]), Err(Refusal::Address { host: "a".to_owned(), address: private }));
        assert_eq!(keep_public("a", vec![]), Ok(vec![]));
    }
}
