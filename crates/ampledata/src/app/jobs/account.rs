//! API keys, templates, and idempotent requests.

use std::time::Duration;

use ampledata_core::column::Column;
use ampledata_store::{ApiKey, IdempotentRequest, KeptAnswer, Known, NewApiKey, Owner, Template};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};
use uuid::Uuid;

use super::{Desk, Error, key_hash};
use crate::app::columns::suggest;

/// Random bytes in a key.
const KEY_BYTES: usize = 32;
/// Leading characters of a key that identify it to its owner.
const PREFIX: usize = 10;
/// How long the answer to a request is kept for repetitions of it.
const KEPT: Duration = Duration::from_hours(24);

/// Templates that every owner has: a name, and the names of their columns.
const SYSTEM: [(&str, &str, &[&str]); 4] = [
    ("system-company", "Company", &["website", "headquarters", "founded", "employees", "industry"]),
    ("system-person", "Person", &["occupation", "employer", "nationality", "date_of_birth"]),
    ("system-product", "Product", &["manufacturer", "price", "weight", "website"]),
    ("system-book", "Book", &["author", "publisher", "year", "pages", "isbn"]),
];

/// Random text that cannot be guessed.
///
/// # Errors
/// The system provides no random numbers.
pub(super) fn secret(prefix: &str) -> Result<String, Error> {
    let mut bytes = [0; KEY_BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::NoRandomNumbers)?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

impl Desk {
    /// Creates a key and returns it, this once.
    ///
    /// # Errors
    /// The store fails.
    pub async fn make_key(&self, owner: &Owner, name: &str) -> Result<(NewApiKey, String), Error> {
        let key = secret("amd_")?;
        let new = NewApiKey {
            id: Uuid::new_v4().to_string(),
            owner: owner.clone(),
            name: name.to_owned(),
            prefix: key[..PREFIX].to_owned(),
            hash: key_hash(&key),
        };
        self.store().add_api_key(&new).await?;
        Ok((new, key))
    }

    /// The owner's keys, newest first, revoked ones included.
    ///
    /// # Errors
    /// The store fails.
    pub async fn keys(&self, owner: &Owner) -> Result<Vec<ApiKey>, Error> {
        Ok(self.store().api_keys(owner).await?)
    }

    /// Revokes a key.
    ///
    /// # Errors
    /// There is no such key, or it is already revoked.
    pub async fn revoke_key(&self, owner: &Owner, id: &str) -> Result<(), Error> {
        let revoked = self.store().revoke_api_key(owner, id).await?;
        let missing = || Error::NotFound { what: "API key", id: id.to_owned() };
        revoked.then_some(()).ok_or_else(missing)
    }

    /// The templates that every owner has, then the owner's own.
    ///
    /// # Errors
    /// The store fails.
    pub async fn templates(&self, owner: &Owner) -> Result<Vec<Template>, Error> {
        let mut templates: Vec<_> = system_templates(owner).collect();
        templates.extend(self.store().templates(owner).await?);
        Ok(templates)
    }

    /// One template: a common one or the owner's own.
    ///
    /// # Errors
    /// There is no such template.
    pub async fn template(&self, owner: &Owner, id: &str) -> Result<Template, Error> {
        if let Some(template) = system_templates(owner).find(|template| template.id == id) {
            return Ok(template);
        }
        let missing = || Error::NotFound { what: "template", id: id.to_owned() };
        self.store().template(owner, id).await?.ok_or_else(missing)
    }

    /// Creates a template, or changes the owner's with this id.
    ///
    /// # Errors
    /// The owner has no such template.
    pub async fn put_template(
        &self,
        owner: &Owner,
        id: Option<&str>,
        name: &str,
        columns: Vec<Column>,
    ) -> Result<Template, Error> {
        let id = match id {
            None => Uuid::new_v4().to_string(),
            Some(id) => {
                let missing = || Error::NotFound { what: "template", id: id.to_owned() };
                self.store().template(owner, id).await?.ok_or_else(missing)?.id
            }
        };
        let (owner, name) = (owner.clone(), name.to_owned());
        let template = Template { id, owner, name, columns };
        self.store().put_template(&template).await?;
        Ok(template)
    }

    /// Deletes one of the owner's templates.
    ///
    /// # Errors
    /// There is no such template.
    pub async fn delete_template(&self, owner: &Owner, id: &str) -> Result<(), Error> {
        let deleted = self.store().delete_template(owner, id).await?;
        let missing = || Error::NotFound { what: "template", id: id.to_owned() };
        deleted.then_some(()).ok_or_else(missing)
    }

    /// Claims an idempotency key for a request, or returns what is known about it.
    ///
    /// # Errors
    /// The store fails.
    pub async fn begin_request(
        &self,
        owner: &Owner,
        key: &str,
        hash: String,
    ) -> Result<Known, Error> {
        let now = Timestamp::now();
        self.store().expire_requests(now).await?;
        let (owner, key) = (owner.clone(), key.to_owned());
        let request = IdempotentRequest { owner, key, hash, expires_at: now + KEPT };
        Ok(self.store().begin_request(&request, now).await?)
    }

    /// Keeps the answer of a request for its repetitions; without an answer, the request may be tried again.
    ///
    /// # Errors
    /// The store fails.
    pub async fn end_request(
        &self,
        owner: &Owner,
        key: &str,
        answer: Option<&KeptAnswer>,
    ) -> Result<(), Error> {
        match answer {
            Some(answer) => Ok(self.store().finish_request(owner, key, answer).await?),
            None => Ok(self.store().drop_request(owner, key).await?),
        }
    }
}

fn system_templates(owner: &Owner) -> impl Iterator<Item = Template> {
    SYSTEM.iter().map(|(id, name, columns)| Template {
        id: (*id).to_owned(),
        owner: owner.clone(),
        name: (*name).to_owned(),
        columns: columns.iter().map(|name| suggest(name)).collect(),
    })
}

/// Whether this is a template that every owner has.
pub fn is_system_template(id: &str) -> bool {
    SYSTEM.iter().any(|(known, ..)| *known == id)
}
