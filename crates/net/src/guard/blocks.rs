//! Blocks of addresses that are not on the public internet.
//!
//! Sources: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates),
//! and the list of bad ports of the WHATWG Fetch standard.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

const NOT_PUBLIC_V4: [Ipv4Net; 16] = [
    v4(0, 0, 0, 0, 8),        // this network
    v4(10, 0, 0, 0, 8),       // private
    v4(100, 64, 0, 0, 10),    // carrier-grade NAT
    v4(127, 0, 0, 0, 8),      // loopback
    v4(169, 254, 0, 0, 16),   // link-local, cloud metadata
    v4(172, 16, 0, 0, 12),    // private
    v4(192, 0, 0, 0, 24),     // protocol assignments
    v4(192, 0, 2, 0, 24),     // documentation
    v4(192, 88, 99, 0, 24),   // 6to4 relays
    v4(192, 168, 0, 0, 16),   // private
    v4(198, 18, 0, 0, 15),    // benchmarks
    v4(198, 51, 100, 0, 24),  // documentation
    v4(203, 0, 113, 0, 24),   // documentation
    v4(224, 0, 0, 0, 4),      // multicast
    v4(240, 0, 0, 0, 4),      // reserved, broadcast
    v4(168, 63, 129, 16, 32), // a cloud's platform services, routed on its public space
];

const NOT_PUBLIC_V6: [Ipv6Net; 15] = [
    v6(0, 0, 0, 96),          // unspecified, loopback, IPv4-compatible
    v6(0x64, 0xff9b, 0, 96),  // NAT64: reaches IPv4 behind the gateway
    v6(0x64, 0xff9b, 1, 48),  // NAT64 of a local network
    v6(0x100, 0, 0, 64),      // discard
    v6(0x2001, 0, 0, 32),     // Teredo: embeds IPv4
    v6(0x2001, 0x2, 0, 48),   // benchmarks
    v6(0x2001, 0x10, 0, 28),  // ORCHID
    v6(0x2001, 0x20, 0, 28),  // ORCHIDv2
    v6(0x2001, 0xdb8, 0, 32), // documentation
    v6(0x2002, 0, 0, 16),     // 6to4: embeds IPv4
    v6(0x3fff, 0, 0, 20),     // documentation
    v6(0x5f00, 0, 0, 16),     // segment routing
    v6(0xfc00, 0, 0, 7),      // unique local
    v6(0xfe80, 0, 0, 9),      // link-local and the retired site-local
    v6(0xff00, 0, 0, 8),      // multicast
];

/// Ports that browsers do not speak HTTP to (WHATWG Fetch, "bad port"), and those of databases and caches
/// that act on any line that they can parse.
const OTHER_PROTOCOLS: [u16; 93] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1433, 1521, 1719, 1720, 1723, 2049, 2375, 2379, 3306, 3389, 3659, 4045, 4190, 5060,
    5061, 5432, 5672, 6000, 6379, 6566, 6665, 6667, 6697, 9042, 9092, 10080, 11211, 27017, 50051,
];

/// Whether an address is on the public internet.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !NOT_PUBLIC_V4.iter().any(|block| block.contains(&ip)),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_public(mapped.into()),
            // Only 2000::/3 is allocated as global unicast.
            None => {
                ip.segments()[0] & 0xe000 == 0x2000
                    && !NOT_PUBLIC_V6.iter().any(|block| block.contains(&ip))
            }
        },
    }
}

/// Whether the port belongs to another protocol than HTTP.
pub(super) fn is_other_protocol(port: u16) -> bool {
    OTHER_PROTOCOLS.binary_search(&port).is_ok()
}

#[cfg(test)]
mod tests {
    use super::OTHER_PROTOCOLS;

    #[test]
    fn the_ports_are_sorted_for_the_search() {
        assert!(OTHER_PROTOCOLS.is_sorted());
    }
}
