//! A bucket of any store that speaks S3: AWS, Aliyun OSS and Tencent COS by their S3 endpoints, or one of your own.
//!
//! All are signed with AWS's version 4, which OSS and COS accept there; the older signatures of their own APIs are being
//! switched off.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opendal::layers::{RetryLayer, TimeoutLayer};
use opendal::options::WriteOptions;
use opendal::services::S3;
use opendal::{ErrorKind, HttpTransporter, Operator};
use opendal_http_transport_reqwest::ReqwestTransport;

use super::refusal::{UNCONFIRMED, is_about_the_condition, reason};
use super::{Copied, MirrorError, Store, manifest};

/// How many pictures are uploaded at a time: each waits for the network most of the time.
const WORKERS: usize = 8;

/// How long one operation may take, beyond which it is tried again.
const PATIENCE: Duration = Duration::from_mins(1);

/// A file that is named by its bytes may be kept for ever; the manifest has to be asked for each time.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const NEVER: &str = "no-cache";

/// Which bucket, and how to get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketAddress {
    /// Whose store it is.
    pub provider: Provider,
    /// The bucket.
    pub bucket: String,
    /// The folder in it; may be empty.
    pub prefix: String,
    /// The address of the store, where it is not the usual one of the provider.
    pub endpoint: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The keys; where they are missing, what the AWS tools would use.
    pub credentials: Option<Credentials>,
}

/// Who runs a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// AWS, or any other at an endpoint of its own.
    S3,
    /// Aliyun.
    Oss,
    /// Tencent.
    Cos,
}

/// Keys of a store.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The public half.
    pub id: String,
    /// The secret half.
    pub secret: String,
    /// The token of a session, if it is one.
    pub token: Option<String>,
}

/// Keys never reach a log.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// A bucket that is written.
pub struct Bucket {
    operator: Operator,
    runtime: tokio::runtime::Runtime,
    present: Mutex<HashMap<String, Present>>,
    /// What messages call it.
    name: String,
    /// Whether it knows `If-None-Match`, which some stores that speak S3 refuse.
    takes_conditions: AtomicBool,
}

/// A file that is there.
#[derive(Debug, Clone)]
struct Present {
    bytes: u64,
    /// The `ETag`.
    mark: Option<String>,
}

impl Present {
    fn new(bytes: u64, mark: Option<&str>) -> Self {
        let mark = mark.map(|mark| mark.trim_matches('"').to_owned()).filter(|mark| !mark.is_empty());
        Self { bytes, mark }
    }
}

impl BucketAddress {
    fn name(&self) -> String {
        let scheme = match self.provider {
            Provider::S3 => "s3",
            Provider::Oss => "oss",
            Provider::Cos => "cos",
        };
        let prefix = self.prefix.trim_matches('/');
        let slash = if prefix.is_empty() { "" } else { "/" };
        format!("{scheme}://{}{slash}{prefix}", self.bucket)
    }

    /// What has to be set before it can be asked for.
    fn lacks(&self) -> Option<String> {
        match (&self.endpoint, &self.region, self.provider) {
            (Some(endpoint), _, _) if !endpoint.starts_with("http://") && !endpoint.starts_with("https://") => {
                Some(format!("the address `{endpoint}` of its store has to begin with https:// or http://"))
            }
            (None, None, Provider::S3) => Some("its region is not known; set AWS_REGION, as eu-central-1".to_owned()),
            (None, None, Provider::Oss) => Some("its region is not known; set OSS_REGION".to_owned()),
            (None, None, Provider::Cos) => Some("its region is not known; set COS_REGION".to_owned()),
            _ => None,
        }
    }

    /// The address of the store; `None` for AWS's own.
    fn endpoint(&self) -> Option<String> {
        let region = self.region.as_deref().unwrap_or_default();
        self.endpoint.clone().or_else(|| match self.provider {
            Provider::S3 => None,
            Provider::Oss => Some(format!("https://s3.oss-{}.aliyuncs.com", region.trim_start_matches("oss-"))),
            Provider::Cos => Some(format!("https://cos.{region}.myqcloud.com")),
        })
    }

    fn service(&self) -> S3 {
        let mut service = S3::default().bucket(&self.bucket).root(&format!("/{}", self.prefix.trim_matches('/')));
        if let Some(endpoint) = self.endpoint() {
            service = service.endpoint(&endpoint);
        }
        // A store at an endpoint of its own has one region, whatever it is called.
        service = service.region(self.region.as_deref().unwrap_or("us-east-1"));
        if let Some(Credentials { id, secret, token }) = &self.credentials {
            service = service.access_key_id(id).secret_access_key(secret);
            service = token.iter().fold(service, |service, token| service.session_token(token));
        }
        match self.provider {
            // Asking a machine of AWS for its keys takes many seconds everywhere else.
            Provider::S3 => service.disable_ec2_metadata(),
            // Both refuse a bucket in the path.
            Provider::Oss | Provider::Cos => service.disable_ec2_metadata().enable_virtual_host_style(),
        }
    }
}

impl Bucket {
    /// Opens a bucket and lists what it has.
    ///
    /// # Errors
    /// When there is no such bucket, the keys are refused or missing, or the store can't be reached.
    pub fn open(address: &BucketAddress) -> Result<Self, MirrorError> {
        let name = address.name();
        let failed = |why: String| MirrorError::Bucket { doing: "open", what: name.clone(), why };
        if let Some(why) = address.lacks() {
            return Err(MirrorError::Settings { what: name, why });
        }
        use_transport();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        let operator = Operator::new(address.service()).map_err(|error| failed(reason(&error)))?;
        let operator = operator
            .layer(TimeoutLayer::new().with_timeout(PATIENCE).with_io_timeout(PATIENCE))
            .layer(RetryLayer::new().with_max_times(3).with_jitter());
        let entries = runtime.block_on(async { operator.list_with("").recursive(true).await });
        let entries = entries.map_err(|error| failed(reason(&error)))?;
        let files = entries.into_iter().map(|entry| {
            let present = Present::new(entry.metadata().content_length(), entry.metadata().etag());
            (entry.path().to_owned(), present)
        });
        let takes_conditions = AtomicBool::new(address.provider == Provider::S3);
        Ok(Self { operator, runtime, present: Mutex::new(files.collect()), name, takes_conditions })
    }

    fn present(&self) -> MutexGuard<'_, HashMap<String, Present>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Uploads a file, and takes nothing for done that the store has not confirmed.
    fn upload(&self, name: &str, bytes: &[u8], options: WriteOptions) -> Result<(), MirrorError> {
        let write = self.operator.write_options(name, bytes.to_vec(), options.clone());
        let present = match self.runtime.block_on(write) {
            Ok(written) => Present::new(bytes.len() as u64, written.etag()),
            // Somebody else put the same bytes there in the meantime: the name says which.
            Err(error) if error.kind() == ErrorKind::ConditionNotMatch && name == manifest::NAME => {
                return Err(MirrorError::Overtaken { file: self.describe(name) });
            }
            Err(error) if error.kind() == ErrorKind::ConditionNotMatch => {
                self.present().insert(name.to_owned(), Present::new(bytes.len() as u64, None));
                return Ok(());
            }
            Err(error) if is_conditional(&options) && is_about_the_condition(&error) => {
                // The store was asked before, and has said that the condition holds.
                self.takes_conditions.store(false, Ordering::Relaxed);
                return self.upload(name, bytes, WriteOptions { if_not_exists: false, if_match: None, ..options });
            }
            Err(error) => return Err(self.failed("upload", name, &error)),
        };
        if present.mark.is_none() {
            let (doing, what) = ("upload", self.describe(name));
            return Err(MirrorError::Bucket { doing, what, why: UNCONFIRMED.to_owned() });
        }
        self.present().insert(name.to_owned(), present);
        Ok(())
    }

    /// The store's mark of a file as it is now, in quotes; `None` where it is not there. Refuses one that was changed
    /// since this run listed or wrote it.
    fn unchanged(&self, name: &str) -> Result<Option<String>, MirrorError> {
        let found = match self.runtime.block_on(self.operator.stat(name)) {
            Ok(found) => Present::new(found.content_length(), found.etag()),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("look at", name, &error)),
        };
        let known = self.present().get(name).cloned();
        let is_known = known.is_some_and(|known| known.mark.is_none() || known.mark == found.mark);
        if found.mark.is_some() && !is_known {
            return Err(MirrorError::Overtaken { file: self.describe(name) });
        }
        Ok(found.mark.map(|mark| format!("\"{mark}\"")))
    }

    fn failed(&self, doing: &'static str, name: &str, error: &opendal::Error) -> MirrorError {
        MirrorError::Bucket { doing, what: self.describe(name), why: reason(error) }
    }
}

impl Store for Bucket {
    fn has(&self, name: &str, bytes: u64) -> bool {
        self.present().get(name).is_some_and(|present| present.bytes == bytes)
    }

    fn is_there(&self, name: &str) -> bool {
        self.present().contains_key(name)
    }

    fn mark(&self, name: &str) -> Option<String> {
        self.present().get(name)?.mark.clone()
    }

    /// Who writes into a bucket replaces whole files, and the store keeps them whole.
    fn is_doubtful(&self, _name: &str) -> bool {
        false
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, MirrorError> {
        if !self.present().contains_key(name) {
            return Ok(None);
        }
        match self.runtime.block_on(self.operator.read(name)) {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", name, &error)),
        }
    }

    fn take(&self, name: &str, _source: &Path, bytes: &[u8], media_type: &str) -> Result<Copied, MirrorError> {
        self.put(name, bytes, media_type).map(|()| Copied::Bytes)
    }

    fn put(&self, name: &str, bytes: &[u8], media_type: &str) -> Result<(), MirrorError> {
        // One that is there has another length, and so is to be replaced.
        let is_new = !self.present().contains_key(name);
        let options = WriteOptions {
            content_type: Some(media_type.to_owned()),
            cache_control: Some(FOR_EVER.to_owned()),
            if_not_exists: is_new && self.takes_conditions.load(Ordering::Relaxed),
            ..WriteOptions::default()
        };
        self.upload(name, bytes, options)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        let mark = self.unchanged(name)?;
        if self.read(name)?.is_some_and(|present| present == bytes) {
            return Ok(());
        }
        let takes_conditions = self.takes_conditions.load(Ordering::Relaxed);
        let options = WriteOptions {
            content_type: Some("application/json".to_owned()),
            cache_control: Some(NEVER.to_owned()),
            if_not_exists: takes_conditions && mark.is_none() && !self.present().contains_key(name),
            if_match: mark.filter(|_| takes_conditions),
            ..WriteOptions::default()
        };
        self.upload(name, bytes, options)
    }

    fn remove(&self, name: &str) -> Result<(), MirrorError> {
        self.runtime.block_on(self.operator.delete(name)).map_err(|error| self.failed("remove", name, &error))?;
        self.present().remove(name);
        Ok(())
    }

    fn describe(&self, name: &str) -> String {
        format!("{}/{name}", self.name)
    }

    fn workers(&self) -> usize {
        WORKERS
    }
}

/// Whether an upload is to fail where the file is another than this run knows.
fn is_conditional(options: &WriteOptions) -> bool {
    options.if_not_exists || options.if_match.is_some()
}

/// The library speaks HTTP through what is installed for the process: reqwest, with the TLS that all else uses.
fn use_transport() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error means that another thread was faster, which is as good.
        rustls::crypto::ring::default_provider().install_default().unwrap_or_default();
    }
    HttpTransporter::install_default(ReqwestTransport::default());
}
