//! Text formats of settings.

use std::net::SocketAddr;
use std::str::FromStr;

use super::choices::{Database, Model};
use super::server::AccessKey;
use super::setting::Format;

pub(super) const HTTP_URL: Format =
    Format { expected: "an address that begins with http:// or https://", parse: http_url };

/// A bare `:PORT` leaves the host to the server.
pub(super) const LISTEN_ADDRESS: Format = Format {
    expected: "HOST:PORT or :PORT",
    parse: |text| host_before_port(text).map(|_| text.to_owned()),
};

pub(super) const HOST_PORT: Format = Format {
    expected: "HOST:PORT",
    parse: |text| host_before_port(text).filter(|host| !host.is_empty()).map(|_| text.to_owned()),
};

pub(super) const SOCKET_ADDRESS: Format =
    Format { expected: "IP:PORT", parse: accepted::<SocketAddr> };

pub(super) const DATABASE_URL: Format =
    Format { expected: Database::ALLOWED, parse: accepted::<Database> };

pub(super) const MODEL: Format = Format { expected: Model::ALLOWED, parse: accepted::<Model> };

/// As in ISO 3166 alpha-2.
pub(super) const COUNTRY: Format = Format {
    expected: "two letters, such as de",
    parse: |text| {
        let is_country = text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic());
        is_country.then(|| text.to_ascii_lowercase())
    },
};

/// As in BCP 47.
pub(super) const LANGUAGE: Format = Format {
    expected: "a language tag, such as de or pt-BR",
    parse: |text| {
        let is_part = |part: &str| {
            (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        };
        text.split('-').all(is_part).then(|| text.to_owned())
    },
};

pub(super) const BLOB_URL: Format = Format {
    expected: "an address that begins with file://, s3://, gs:// or az://",
    parse: |text| {
        const SCHEMES: [&str; 4] = ["file://", "s3://", "gs://", "az://"];
        SCHEMES.iter().any(|scheme| text.starts_with(scheme)).then(|| text.to_owned())
    },
};

pub(super) const ACCESS_KEYS: Format = Format {
    expected: "OWNER:KEY[,OWNER:KEY], each key of at least 24 characters",
    parse: accepted::<AccessKey>,
};

pub(super) const WEB_ORIGINS: Format = Format {
    expected: "web origins such as https://app.example.com, separated by commas",
    parse: |text| {
        let origin = http_url(text)?;
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        (!host.contains('/') && host.is_ascii()).then_some(origin)
    },
};

/// The text as it is, if the type can be parsed from it.
fn accepted<T: FromStr>(text: &str) -> Option<String> {
    text.parse::<T>().is_ok().then(|| text.to_owned())
}

fn http_url(text: &str) -> Option<String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?;
    (!rest.is_empty()).then(|| text.trim_end_matches('/').to_owned())
}

/// The host in front of a port.
fn host_before_port(text: &str) -> Option<&str> {
    let (host, port) = text.rsplit_once(':')?;
    port.parse::<u16>().is_ok().then_some(host)
}

#[cfg(test)]
mod tests {
    use super::super::setting::Kind;
    use super::*;

    fn is_list_of(format: Format, text: &str) -> bool {
        Kind::List(format).parse(text).is_some()
    }

    #[test]
    fn keys_need_an_owner_and_a_length() {
        let good = "ann:0123456789abcdef01234567, bob:abcdefghijklmnopqrstuvwxyz";
        assert!(is_list_of(ACCESS_KEYS, good));
        for wrong in ["ann:short", ":0123456789abcdef01234567", "0123456789abcdef01234567", ""] {
            assert!(!is_list_of(ACCESS_KEYS, wrong), "{wrong}");
        }
    }

    #[test]
    fn origins_have_no_path() {
        assert!(is_list_of(WEB_ORIGINS, "https://a.example, http://b:3000/"));
        for wrong in ["a.example", "https://a.example/path", "*", ""] {
            assert!(!is_list_of(WEB_ORIGINS, wrong), "{wrong}");
        }
    }
}
