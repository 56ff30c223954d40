//! Checks base URLs.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::runtime::error::ConfigError;

/// Checks a base URL and removes slashes at its end.
pub(super) fn checked(text: &str) -> Result<String, ConfigError> {
    let fault = |what: &str| Err(ConfigError::new(format!("the base URL {what}")));
    let text = text.trim();
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return fault("does not start with https:// or http://");
    };
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)) {
        return fault("contains a character that a URL cannot contain");
    }
    let authority = authority(rest);
    if authority.contains('@') {
        return fault("contains a user; the token is a setting of the builder");
    }
    if text.contains(['?', '#']) {
        return fault("has a query or a fragment, to which no path can be appended");
    }
    let (host, port) = split_port(authority);
    if host.is_empty() {
        return fault("has no host");
    }
    if !is_host(host) {
        return fault("has an invalid host");
    }
    if port
        .is_some_and(|port| !port.bytes().all(|byte| byte.is_ascii_digit()) || port.parse::<u16>().is_err())
    {
        return fault("has an invalid port");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Returns whether a checked base URL is plain HTTP to another machine, so that others can read the token.
pub(super) fn is_exposed(base_url: &str) -> bool {
    base_url.strip_prefix("http://").is_some_and(|rest| !is_loopback(split_port(authority(rest)).0))
}

/// Returns the host of a checked base URL.
#[cfg(feature = "tracing")]
pub(crate) fn host(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    split_port(authority(rest)).0
}

fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Splits a host, which may be an IPv6 address in brackets, from its port.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let name_ends = authority.rfind(']').unwrap_or_default();
    match authority.rfind(':').filter(|colon| *colon >= name_ends) {
        Some(colon) => (&authority[..colon], Some(&authority[colon + 1..])),
        None => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = ipv6(host) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let labels: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    // A name that ends in a number is an address.
    let is_address = labels.last().is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    labels.iter().all(is_label) && (!is_address || host.parse::<Ipv4Addr>().is_ok())
}

fn ipv6(host: &str) -> Option<&str> {
    host.strip_prefix('[')?.strip_suffix(']')
}

fn is_loopback(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || ipv6(host)
            .and_then(|text| text.parse().ok())
            .is_some_and(|address: Ipv6Addr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_hosts_and_ports_of_urls() {
        for (text, expected) in [
            ("https://api.propexo.com", "https://api.propexo.com"),
            (" http://h:1/a/b/ ", "http://h:1/a/b"),
            ("http://127.0.0.1:65535", "http://127.0.0.1:65535"),
            ("http://[::1]:8080/x", "http://[::1]:8080/x"),
            ("http://my_host-1.", "http://my_host-1."),
        ] {
            assert_eq!(checked(text).unwrap(), expected);
        }
    }

    #[test]
    fn rejects_what_cannot_be_called_without_showing_it() {
        for (text, fault) in [
            ("h", "does not start with"),
            ("ftp://h", "does not start with"),
            ("https://", "no host"),
            ("http:///x", "no host"),
            ("http://:80", "no host"),
            ("https://u:hunter2@h", "contains a user"),
            ("https://h?hunter2", "has a query"),
            ("https://h#x", "has a query"),
            ("https://h/ä", "a character"),
            ("https://h\\x", "a character"),
            ("http://h:99999", "invalid port"),
            ("http://h:port", "invalid port"),
            ("http://h:+1", "invalid port"),
            ("http://h:", "invalid port"),
            ("http://[::1", "invalid host"),
            ("http://[::g]", "invalid host"),
            ("http://a%zz", "invalid host"),
            ("http://a..b", "invalid host"),
            ("http://1.2.3", "invalid host"),
            ("http://1.2.3.400", "invalid host"),
        ] {
            let message = checked(text).unwrap_err().to_string();
            assert!(message.starts_with("the base URL ") && message.contains(fault), "{text}: {message}");
            assert!(!message.contains("hunter2"));
        }
    }

    #[test]
    fn plain_http_is_safe_on_the_same_machine_only() {
        for safe in [
            "https://api.propexo.com",
            "http://localhost:4010",
            "http://LOCALHOST.",
            "http://a.localhost",
            "http://127.1.2.3/x",
            "http://[::1]:1",
        ] {
            assert!(!is_exposed(&checked(safe).unwrap()), "{safe}");
        }
        for exposed in [
            "http://api.propexo.com",
            "http://localhost.example.org",
            "http://10.0.0.1",
            "http://[fe80::1]:1",
        ] {
            assert!(is_exposed(&checked(exposed).unwrap()), "{exposed}");
        }
    }
}
