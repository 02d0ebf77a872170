//! Buckets through `object_store`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::signer::{HeaderName, Method, SignedUrlOptions, Signer};
use object_store::{HeaderValue, ObjectStore, ObjectStoreExt as _, RetryConfig};

use super::Error;

/// How often, and for how long, a request to the store is retried.
const RETRIES: usize = 3;
const RETRY_FOR: Duration = Duration::from_secs(20);
const CONTENT_TYPE: HeaderName = HeaderName::from_static("content-type");
/// The object that a check writes and deletes.
const PROBE: &str = "ampledata-check";

/// A folder in a bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    signer: Arc<dyn Signer>,
    /// Whether headers are part of the signature. Azure signs an object and an action, whatever the
    /// headers are.
    signs_headers: bool,
    prefix: String,
}

fn unusable(error: object_store::Error) -> Error {
    Error::Unusable(Box::new(error))
}

fn unavailable(error: object_store::Error) -> Error {
    Error::Unavailable(Box::new(error))
}

impl Bucket {
    /// The folder at this address: `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`.
    /// Sends no request to the store.
    ///
    /// # Errors
    /// [`Error::Unknown`], or [`Error::Unusable`] if something is missing in the environment.
    pub fn open(address: &str) -> Result<Self, Error> {
        let unknown = || Error::Unknown(address.to_owned());
        let (scheme, rest) = address.split_once("://").ok_or_else(unknown)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_FOR,
            ..RetryConfig::default()
        };
        let prefix = prefix.trim_matches('/').to_owned();
        match scheme {
            "s3" => {
                // Not every store that speaks the protocol supports bulk deletion.
                let builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
                let builder = builder.with_disable_bulk_delete(true);
                let store = builder.with_retry(retry).build().map_err(unusable)?;
                Ok(Self::of(store, true, prefix))
            }
            "gs" => {
                let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket);
                let store = builder.with_retry(retry).build().map_err(unusable)?;
                Ok(Self::of(store, true, prefix))
            }
            "az" => {
                let builder = MicrosoftAzureBuilder::from_env().with_container_name(bucket);
                let store = builder.with_retry(retry).build().map_err(unusable)?;
                Ok(Self::of(store, false, prefix))
            }
            _ => Err(unknown()),
        }
    }

    fn of(store: impl ObjectStore + Signer, signs_headers: bool, prefix: String) -> Self {
        let store = Arc::new(store);
        let signer: Arc<dyn Signer> = Arc::clone(&store) as _;
        Self { store, signer, signs_headers, prefix }
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }

    /// An address to which a file of this name can be uploaded with `PUT` until it expires. If the store
    /// supports it, the content type is part of the signature. The length cannot be, so check it before
    /// reading the file.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the address cannot be signed because there are no credentials.
    pub async fn sign_put(
        &self,
        name: &str,
        content_type: &str,
        expires: Duration,
    ) -> Result<String, Error> {
        let path = self.path(name);
        let kind = HeaderValue::from_str(content_type).ok().filter(|_| self.signs_headers);
        let signed = match kind {
            Some(kind) => {
                let options = SignedUrlOptions::new().with_signed_header(CONTENT_TYPE, kind);
                self.signer.signed_url_opts(Method::PUT, &path, expires, &options).await
            }
            None => self.signer.signed_url(Method::PUT, &path, expires).await,
        };
        Ok(signed.map_err(unavailable)?.into())
    }

    /// The size of a file in bytes; `None` if it does not exist.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn size(&self, name: &str) -> Result<Option<u64>, Error> {
        match self.store.head(&self.path(name)).await {
            Ok(object) => Ok(Some(object.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// The contents of a file, piece by piece.
    ///
    /// # Errors
    /// [`Error::Unavailable`], also if the file does not exist.
    pub async fn read(
        &self,
        name: &str,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let got = self.store.get(&self.path(name)).await.map_err(unavailable)?;
        Ok(got.into_stream().map_err(unavailable).boxed())
    }

    /// Deletes a file; a missing file is not an error.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        match self.store.delete(&self.path(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Checks that files can be written, seen and deleted, with a small test file.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with the store's message.
    pub async fn check(&self) -> Result<(), Error> {
        let payload = Bytes::from_static(b"ok").into();
        self.store.put(&self.path(PROBE), payload).await.map_err(unavailable)?;
        self.store.head(&self.path(PROBE)).await.map_err(unavailable)?;
        self.delete(PROBE).await
    }
}
