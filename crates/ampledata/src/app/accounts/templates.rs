//! Templates: named lists of columns, common ones and those of an owner.

use ampledata_core::column::Column;
use ampledata_store::{Owner, Template};
use uuid::Uuid;

use super::{Accounts, ServiceError};
use crate::app::columns::suggest;

/// Templates that every owner has: an id, a name, and the names of their columns.
const SYSTEM: [(&str, &str, &[&str]); 4] = [
    ("system-company", "Company", &["website", "headquarters", "founded", "employees", "industry"]),
    ("system-person", "Person", &["occupation", "employer", "nationality", "date_of_birth"]),
    ("system-product", "Product", &["manufacturer", "price", "weight", "website"]),
    ("system-book", "Book", &["author", "publisher", "year", "pages", "isbn"]),
];

impl Accounts {
    /// The templates that every owner has, then the owner's own.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list_templates(&self, owner: &Owner) -> Result<Vec<Template>, ServiceError> {
        let mut templates: Vec<_> = system_templates(owner).collect();
        templates.extend(self.store.templates(owner).await?);
        Ok(templates)
    }

    /// One template: a common one or the owner's own.
    ///
    /// # Errors
    /// There is no such template.
    pub async fn find_template(&self, owner: &Owner, id: &str) -> Result<Template, ServiceError> {
        if let Some(template) = system_templates(owner).find(|template| template.id == id) {
            return Ok(template);
        }
        let missing = || ServiceError::NotFound { what: "template", id: id.to_owned() };
        self.store.template(owner, id).await?.ok_or_else(missing)
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
    ) -> Result<Template, ServiceError> {
        let id = match id {
            None => Uuid::new_v4().to_string(),
            Some(id) => {
                let missing = || ServiceError::NotFound { what: "template", id: id.to_owned() };
                self.store.template(owner, id).await?.ok_or_else(missing)?.id
            }
        };
        let (owner, name) = (owner.clone(), name.to_owned());
        let template = Template { id, owner, name, columns };
        self.store.put_template(&template).await?;
        Ok(template)
    }

    /// Deletes one of the owner's templates.
    ///
    /// # Errors
    /// There is no such template.
    pub async fn delete_template(&self, owner: &Owner, id: &str) -> Result<(), ServiceError> {
        let deleted = self.store.delete_template(owner, id).await?;
        let missing = || ServiceError::NotFound { what: "template", id: id.to_owned() };
        deleted.then_some(()).ok_or_else(missing)
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
