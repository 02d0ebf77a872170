//! Bearer tokens: made here with ring, checked by the server against a key set on loopback.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::place::Place;

const RSA: &[u8] = include_bytes!("data/rsa-test-key.pk8");
const ISSUER: &str = "https://issuer.example/";
const AUDIENCE: &str = "ampledata";

enum Key {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Key {
    fn ed() -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap())
    }

    fn ec() -> Self {
        let (how, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let made = EcdsaKeyPair::generate_pkcs8(how, &random).unwrap();
        Self::Ec(EcdsaKeyPair::from_pkcs8(how, made.as_ref(), &random).unwrap())
    }

    fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::from_pkcs8(RSA).unwrap())
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed(_) => "EdDSA",
            Self::Ec(_) => "ES256",
            Self::Rsa(_) => "RS256",
        }
    }

    fn public(&self, kid: &str) -> Value {
        match self {
            Self::Ed(key) => {
                let x = base64(key.public_key());
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "x": x })
            }
            Self::Ec(key) => {
                let point = &key.public_key().as_ref()[1..];
                let (x, y) = (base64(&point[..32]), base64(&point[32..]));
                json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": x, "y": y })
            }
            Self::Rsa(key) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(key.public());
                let (n, e) = (base64(public.n), base64(public.e));
                json!({ "kty": "RSA", "alg": "RS256", "kid": kid, "n": n, "e": e })
            }
        }
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let body = format!("{}.{}", base64(header.to_string()), base64(claims.to_string()));
        let signature = match self {
            Self::Ed(key) => key.sign(body.as_bytes()).as_ref().to_vec(),
            Self::Ec(key) => {
                key.sign(&SystemRandom::new(), body.as_bytes()).unwrap().as_ref().to_vec()
            }
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                let random = SystemRandom::new();
                key.sign(&RSA_PKCS1_SHA256, &random, body.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        format!("{body}.{}", base64(signature))
    }

    /// A token that is valid in every respect.
    fn good(&self, kid: &str, subject: &str) -> String {
        self.token(&json!({ "alg": self.algorithm(), "kid": kid }), &claims(subject, 300))
    }
}

fn claims(subject: &str, seconds: i64) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed();
    json!({ "sub": subject, "iss": ISSUER, "aud": AUDIENCE, "exp": now + seconds })
}

async fn issuer(keys: &[Value]) -> MockServer {
    let server = MockServer::start().await;
    publish(&server, keys).await;
    server
}

async fn publish(server: &MockServer, keys: &[Value]) {
    server.reset().await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({ "keys": keys }));
    Mock::given(method("GET")).respond_with(answer).mount(server).await;
}

fn server(issuer: &MockServer) -> Place {
    let url = format!("{}/jwks.json", issuer.uri());
    Place::with(&[
        ("AUTH", "jwt"),
        ("JWT_JWKS_URL", &url),
        ("JWT_ISSUER", ISSUER),
        ("JWT_AUDIENCE", AUDIENCE),
    ])
}

#[tokio::test]
async fn tokens_of_each_kind_of_key_are_taken() {
    let keys = [("ed", Key::ed()), ("ec", Key::ec()), ("rsa", Key::rsa())];
    let public: Vec<_> = keys.iter().map(|(kid, key)| key.public(kid)).collect();
    let issuer = issuer(&public).await;
    let mut place = server(&issuer);
    for (kid, key) in &keys {
        let me = place.acting(&key.good(kid, "user-7")).get("/me").await.is(200);
        assert_eq!(me, json!({ "owner": "user-7", "auth": "jwt" }));
    }
    assert_eq!(issuer.received_requests().await.unwrap().len(), 1, "the key set is kept");
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_is_a_401() {
    let (ed, rsa, other) = (Key::ed(), Key::rsa(), Key::ed());
    let issuer = issuer(&[ed.public("ed"), rsa.public("rsa")]).await;
    let mut place = server(&issuer);
    let head = json!({ "alg": "EdDSA", "kid": "ed" });
    let with = |name: &str, value: Value| {
        let mut claims = claims("user", 300);
        claims[name] = value;
        ed.token(&head, &claims)
    };
    let without = |name: &str| {
        let mut claims = claims("user", 300);
        claims.as_object_mut().unwrap().remove(name);
        ed.token(&head, &claims)
    };
    let none = format!("{}.{}.", base64(r#"{"alg":"none"}"#), base64(claims("u", 9).to_string()));
    // The public key as the secret of an HMAC: the classic confusion of algorithms.
    let hmac = ed.token(&json!({ "alg": "HS256", "kid": "rsa" }), &claims("user", 300));
    let tokens = [
        ("expired", ed.token(&head, &claims("user", -120))),
        ("issuer", with("iss", json!("https://evil.example/"))),
        ("audience", with("aud", json!("others"))),
        ("subject", with("sub", json!("local"))),
        ("blank", with("sub", json!(""))),
        ("early", with("nbf", json!(u32::MAX))),
        ("no exp", without("exp")),
        ("no aud", without("aud")),
        ("no sub", without("sub")),
        ("no iss", without("iss")),
        ("key of another", other.good("ed", "user")),
        ("unknown key", ed.good("unknown", "user")),
        ("algorithm", ed.token(&json!({ "alg": "RS256", "kid": "ed" }), &claims("user", 300))),
        ("hmac", hmac),
        ("none", none),
        ("garbage", "a.b.c".to_owned()),
        ("long", "x".repeat(20_000)),
    ];
    for (what, token) in tokens {
        let answer = place.acting(&token).get("/me").await;
        assert_eq!(answer.status, 401, "{what}: {answer:?}");
        answer.fails(401, "unauthorized");
    }
    // A little skew is forgiven.
    let late = ed.token(&head, &claims("user", -20));
    place.acting(&late).get("/me").await.is(200);
}

#[tokio::test]
async fn an_issuer_that_is_down_is_not_the_callers_fault() {
    let issuer = issuer(&[]).await;
    let mut place = server(&issuer);
    drop(issuer);
    let answer = place.acting(&Key::ed().good("ed", "user")).get("/me").await;
    assert_ne!(answer.status, 200);
    assert!(!answer.text.contains("127.0.0.1"), "{}", answer.text);
}
