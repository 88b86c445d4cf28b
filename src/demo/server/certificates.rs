//! A certificate authority of one run, and leaf certificates for whatever name a client asks for.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};

/// What a client that names no host gets: it has asked for an address.
const UNNAMED: &str = "127.0.0.1";

/// Why there are no certificates.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// One could not be made.
    #[error("{0}")]
    Make(#[from] rcgen::Error),
    /// One could not be used.
    #[error("{0}")]
    Use(#[from] rustls::Error),
}

/// Signs a certificate for every name it is asked for, all with one key.
struct Leaves {
    issuer: Issuer<'static, KeyPair>,
    key: KeyPair,
    signing: Arc<dyn SigningKey>,
    made: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

/// A new authority: its certificate in PEM form, and the server side that uses it.
pub(super) fn authority() -> Result<(String, Arc<ServerConfig>), CertificateError> {
    let key = KeyPair::generate()?;
    let params = authority_params();
    let pem = params.self_signed(&key)?.pem();
    let leaves = Leaves::new(Issuer::new(params, key))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(leaves));
    Ok((pem, Arc::new(config)))
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "wxarchive loopback authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params
}

impl Leaves {
    fn new(issuer: Issuer<'static, KeyPair>) -> Result<Self, CertificateError> {
        let key = KeyPair::generate()?;
        let der = PrivateKeyDer::try_from(key.serialize_der()).map_err(|why| rustls::Error::General(why.to_owned()))?;
        let signing = ring::sign::any_supported_type(&der)?;
        Ok(Self { issuer, key, signing, made: Mutex::default() })
    }

    fn leaf(&self, host: &str) -> Result<CertifiedKey, rcgen::Error> {
        let mut params = CertificateParams::new([host.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, "wxarchive loopback host");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&self.key, &self.issuer)?;
        Ok(CertifiedKey::new(vec![certificate.der().clone()], Arc::clone(&self.signing)))
    }
}

impl ResolvesServerCert for Leaves {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let host = hello.server_name().unwrap_or(UNNAMED);
        let mut made = super::lock(&self.made);
        if let Some(leaf) = made.get(host) {
            return Some(Arc::clone(leaf));
        }
        // Without a certificate the handshake fails, and the client says so.
        let leaf = Arc::new(self.leaf(host).ok()?);
        made.insert(host.to_owned(), Arc::clone(&leaf));
        Some(leaf)
    }
}

impl fmt::Debug for Leaves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leaves").finish_non_exhaustive()
    }
}
