//! What stands for a bucket in a build without the feature `cloud`: there is never one.

use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;

use super::Error;

/// A folder in a bucket.
#[derive(Debug, Clone, Copy)]
pub enum Bucket {}

#[expect(
    clippy::unused_async,
    clippy::missing_errors_doc,
    reason = "the functions are those of a bucket that exists"
)]
impl Bucket {
    /// Refuses the address.
    ///
    /// # Errors
    /// [`Error::NotBuiltIn`].
    pub fn open(address: &str) -> Result<Self, Error> {
        Err(Error::NotBuiltIn(address.to_owned()))
    }

    /// Never called.
    pub async fn sign_put(&self, _: &str, _: &str, _: Duration) -> Result<String, Error> {
        match *self {}
    }

    /// Never called.
    pub async fn size(&self, _: &str) -> Result<Option<u64>, Error> {
        match *self {}
    }

    /// Never called.
    pub async fn read(&self, _: &str) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        match *self {}
    }

    /// Never called.
    pub async fn delete(&self, _: &str) -> Result<(), Error> {
        match *self {}
    }

    /// Never called.
    pub async fn check(&self) -> Result<(), Error> {
        match *self {}
    }
}
