//! The option `--connect-to HOST:PORT:ADDR:PORT`, as in curl: another place to connect to, the same name to ask for.

use std::str::FromStr;

use url::Host;

use super::OptionError;

/// Where to connect to instead, for a host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectTo {
    /// The host that is meant; `None` for any.
    host: Option<String>,
    /// The port that is meant; `None` for any.
    port: Option<u16>,
    /// The address or name to connect to.
    to_host: String,
    /// The port to connect to.
    to_port: u16,
}

impl ConnectTo {
    /// Reads `HOST:PORT:ADDR:PORT`; an empty HOST or first PORT means any, and IPv6 addresses stand in brackets.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, OptionError> {
        Self::read(text).ok_or_else(|| OptionError::ConnectTo(text.to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let (host, rest) = split_host(text)?;
        let (port, rest) = rest.split_once(':')?;
        let (to_host, to_port) = split_host(rest)?;
        Some(Self {
            host: if host.is_empty() { None } else { Some(read_host(host)?) },
            port: if port.is_empty() { None } else { Some(read_port(port)?) },
            to_host: read_host(to_host)?,
            to_port: read_port(to_port)?,
        })
    }

    /// Whether the host and port of an address are meant, as the `url` crate gives them.
    pub(super) fn covers(&self, host: &str, port: u16) -> bool {
        let host = bare(host).trim_end_matches('.');
        self.host.as_deref().is_none_or(|own| own == host) && self.port.is_none_or(|own| own == port)
    }

    /// Whether it names one host rather than any.
    pub(super) fn names_a_host(&self) -> bool {
        self.host.is_some()
    }

    /// Where to connect to.
    pub(super) fn target(&self) -> (&str, u16) {
        (&self.to_host, self.to_port)
    }
}

impl FromStr for ConnectTo {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        Self::parse(text)
    }
}

/// Takes a host off, and the colon behind it; brackets keep the colons of an IPv6 address together.
fn split_host(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('[') {
        Some(rest) => rest.split_once("]:"),
        None => text.split_once(':'),
    }
}

/// Brings a host into the form that the `url` crate gives it: lower case, Punycode, the short form of an IPv6 address.
fn read_host(text: &str) -> Option<String> {
    let text = if text.contains(':') { format!("[{text}]") } else { text.trim_end_matches('.').to_owned() };
    // Its errors say less than the form that is expected.
    let host = Host::parse(&text).ok()?.to_string();
    Some(bare(&host).to_owned())
}

fn read_port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port > 0)
}

fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> ConnectTo {
        ConnectTo::parse(text).expect("well-formed")
    }

    #[test]
    fn empty_host_and_port_mean_any() {
        let any = parse("::127.0.0.1:8443");
        assert!(any.covers("mp.weixin.qq.com", 443) && any.covers("[::1]", 80) && !any.names_a_host());
        assert_eq!(any.target(), ("127.0.0.1", 8443));
    }

    #[test]
    fn host_and_port_must_both_agree() {
        let one = parse("MP.weixin.qq.com:443:[::1]:8443");
        assert!(one.covers("mp.weixin.qq.com", 443) && one.covers("mp.weixin.qq.com.", 443));
        assert!(!one.covers("mp.weixin.qq.com", 80) && !one.covers("mmbiz.qpic.cn", 443));
        assert_eq!(one.target(), ("::1", 8443));
        assert!(parse("[FE80:0::1]:80:h:1").covers("[fe80::1]", 80));
        assert!(parse("例子.cn::h:1").covers("xn--fsqu00a.cn", 443));
    }

    #[test]
    fn any_other_form_is_refused_with_the_right_one() {
        for text in [
            "",
            "::",
            ":::",
            "a:b:c:d",
            "127.0.0.1:8443",
            "::127.0.0.1",
            ":::80",
            "::h:0",
            "::h:+1",
            "::h:99999",
            "::::1:80",
            "::a b:80",
            "a/b:80:h:1",
        ] {
            let error = ConnectTo::parse(text).expect_err(text).to_string();
            assert!(error.contains("HOST:PORT:ADDR:PORT"), "{error}");
        }
    }
}
