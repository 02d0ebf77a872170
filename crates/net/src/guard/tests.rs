//! Hostile and harmless addresses, a line each.

use std::net::SocketAddr;

use super::Guard;

const CLOSED: Guard = Guard { allow_private: false };

const HOSTILE: &[&str] = &[
    // schemes
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "gopher://example.org:70/_x",
    "ftp://example.org/",
    "dict://example.org:11211/stats",
    "ldap://example.org/",
    "jar:http://example.org!/",
    "data:text/html,hello",
    "javascript:alert(1)",
    "ws://example.org/",
    "unix:/var/run/docker.sock",
    "//example.org/",
    "example.org",
    "",
    "http://",
    "http:///etc/passwd",
    // loopback, in all its spellings
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/",
    "http://127.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://127.0.0.1./",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://foo.localhost/",
    // private and special networks
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://192.0.0.1/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.7/",
    "http://203.0.113.9/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://0xa000001/",
    "http://[fc00::1]/",
    "http://[fd12:3456::1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[100::1]/",
    "http://[4000::1]/",
    // metadata services
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fd00:ec2::254]/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://metadata/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/metadata",
    // names of the network
    "http://router/",
    "http://printer.local/",
    "http://wiki.intranet/",
    "http://db.internal/",
    "http://nas.lan/",
    "http://gateway.home.arpa/",
    "http://hidden.onion/",
    // credentials and ports
    "http://user:pass@example.org/",
    "http://user@example.org/",
    "http://example.org@127.0.0.1/",
    "http://example.org:22/",
    "http://example.org:25/",
    "http://example.org:6379/",
    "http://example.org:5432/",
    "http://example.org:11211/",
    "http://example.org:2375/",
    "http://example.org:0/",
    "http://example.org:99999/",
];

const HARMLESS: &[&str] = &[
    "http://example.org/",
    "https://example.org/a/b?c=d#e",
    "https://example.org:8443/",
    "http://example.org:8080/",
    "https://EXAMPLE.org/",
    "https://bücher.example.org/",
    "http://93.184.216.34/",
    "http://172.32.0.1/",
    "http://100.128.0.1/",
    "http://[2606:4700:4700::1111]/",
    "https://localhost.example.org/",
    "https://internal.example.org/",
];

#[test]
fn hostile_addresses_are_refused() {
    let let_through: Vec<_> = HOSTILE.iter().filter(|url| CLOSED.check(url).is_ok()).collect();
    assert!(let_through.is_empty(), "let through: {let_through:#?}");
    assert!(HOSTILE.len() >= 60);
}

#[test]
fn harmless_addresses_pass() {
    for url in HARMLESS {
        assert!(CLOSED.check(url).is_ok(), "{url}: {:?}", CLOSED.check(url));
    }
}

#[test]
fn an_endless_address_is_refused() {
    assert!(CLOSED.check(&format!("https://example.org/{}", "a".repeat(super::MAX_URL))).is_err());
}

#[test]
fn a_name_is_refused_if_one_of_its_addresses_is_inside() {
    let public: SocketAddr = "93.184.216.34:80".parse().unwrap();
    let private: SocketAddr = "10.0.0.1:80".parse().unwrap();
    assert!(CLOSED.check_resolved("example.org", &[public]).is_ok());
    assert!(CLOSED.check_resolved("example.org", &[public, private]).is_err());
    assert!(CLOSED.check_resolved("example.org", &[]).is_err());
}

#[test]
fn private_networks_can_be_opened_but_nothing_else() {
    let open = Guard { allow_private: true };
    for url in ["http://127.0.0.1:8080/", "http://[::1]/", "http://printer.local/", "http://wiki/"]
    {
        assert!(open.check(url).is_ok(), "{url}");
    }
    for url in ["file:///etc/passwd", "http://user:pass@10.0.0.1/", "http://10.0.0.1:22/"] {
        assert!(open.check(url).is_err(), "{url}");
    }
}
