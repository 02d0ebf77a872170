//! API keys, templates and usage by month.

use async_trait::async_trait;
use jiff::Timestamp;

use super::statement::args;
use super::{Dialect, SqlStore, now};
use crate::decode;
use crate::encoding::{json, signed};
use crate::{
    Accounts, ApiKey, Error, IdempotentRequest, KeptAnswer, Known, MonthUsage, NewApiKey, Owner,
    OwnerCall, Template,
};

/// The use of a key is recorded at most once within this time, in milliseconds.
const NOTED_EVERY: i64 = 60_000;

#[async_trait]
impl<D: Dialect> Accounts for SqlStore<D> {
    async fn add_api_key(&self, key: &NewApiKey) -> Result<(), Error> {
        let sql = "INSERT INTO api_keys (id, owner, name, prefix, hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let row = args![&key.id, &key.owner.0, &key.name, &key.prefix, &key.hash, now()];
        if self.execute(sql, row).await? == 0 {
            return Err(Error::Exists { what: "API key", id: key.id.clone() });
        }
        Ok(())
    }

    async fn api_keys(&self, owner: &Owner) -> Result<Vec<ApiKey>, Error> {
        let sql = "SELECT * FROM api_keys WHERE owner = $1 ORDER BY key DESC";
        let rows = self.rows(sql, args![&owner.0]).await?;
        rows.iter().map(decode::api_key).collect()
    }

    async fn revoke_api_key(&self, owner: &Owner, id: &str) -> Result<bool, Error> {
        let sql = "UPDATE api_keys SET revoked_at = $1
             WHERE id = $2 AND owner = $3 AND revoked_at IS NULL";
        Ok(self.execute(sql, args![now(), id, &owner.0]).await? > 0)
    }

    async fn api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, Error> {
        let sql = "SELECT * FROM api_keys WHERE hash = $1 AND revoked_at IS NULL";
        let row = self.row(sql, args![hash]).await?;
        row.map(|row| decode::api_key(&row)).transpose()
    }

    async fn touch_api_key(&self, id: &str, at: Timestamp) -> Result<(), Error> {
        let at = at.as_millisecond();
        let due = "SELECT 1 FROM api_keys WHERE id = $1 AND coalesce(used_at, 0) <= $2";
        if self.row(due, args![id, at - NOTED_EVERY]).await?.is_some() {
            self.execute("UPDATE api_keys SET used_at = $1 WHERE id = $2", args![at, id]).await?;
        }
        Ok(())
    }

    async fn put_template(&self, template: &Template) -> Result<(), Error> {
        let sql = "INSERT INTO templates (id, owner, name, columns) VALUES ($1, $2, $3, $4)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, columns = excluded.columns
             WHERE templates.owner = excluded.owner";
        let columns = json("columns", &template.columns)?;
        let row = args![&template.id, &template.owner.0, &template.name, columns];
        if self.execute(sql, row).await? == 0 {
            return Err(Error::Exists { what: "template", id: template.id.clone() });
        }
        Ok(())
    }

    async fn templates(&self, owner: &Owner) -> Result<Vec<Template>, Error> {
        let sql = "SELECT * FROM templates WHERE owner = $1
             ORDER BY name{postgres: COLLATE \"C\"}, id";
        let rows = self.rows(sql, args![&owner.0]).await?;
        rows.iter().map(decode::template).collect()
    }

    async fn template(&self, owner: &Owner, id: &str) -> Result<Option<Template>, Error> {
        let sql = "SELECT * FROM templates WHERE id = $1 AND owner = $2";
        let row = self.row(sql, args![id, &owner.0]).await?;
        row.map(|row| decode::template(&row)).transpose()
    }

    async fn delete_template(&self, owner: &Owner, id: &str) -> Result<bool, Error> {
        let sql = "DELETE FROM templates WHERE id = $1 AND owner = $2";
        Ok(self.execute(sql, args![id, &owner.0]).await? > 0)
    }

    async fn begin_request(
        &self,
        request: &IdempotentRequest,
        now: Timestamp,
    ) -> Result<Known, Error> {
        self.begin_idempotent(request, now).await
    }

    async fn finish_request(
        &self,
        owner: &Owner,
        key: &str,
        answer: &KeptAnswer,
    ) -> Result<(), Error> {
        self.finish_idempotent(owner, key, answer).await
    }

    async fn drop_request(&self, owner: &Owner, key: &str) -> Result<(), Error> {
        let sql = "DELETE FROM requests WHERE owner = $1 AND key = $2 AND status IS NULL";
        self.execute(sql, args![&owner.0, key]).await?;
        Ok(())
    }

    async fn expire_requests(&self, now: Timestamp) -> Result<u64, Error> {
        let sql = "DELETE FROM requests WHERE expires_at <= $1";
        self.execute(sql, args![now.as_millisecond()]).await
    }

    async fn put_owner_call(&self, call: &OwnerCall) -> Result<(), Error> {
        let sql = "INSERT INTO usage_by_month AS kept (owner, month, kind, provider, model, calls,
                 cached, units_in, units_out, cost_nano_usd)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (owner, month, kind, provider, model) DO UPDATE SET
                 calls = kept.calls + excluded.calls, cached = kept.cached + excluded.cached,
                 units_in = kept.units_in + excluded.units_in,
                 units_out = kept.units_out + excluded.units_out,
                 cost_nano_usd = kept.cost_nano_usd + excluded.cost_nano_usd";
        let month = Timestamp::now().strftime("%Y-%m").to_string();
        let OwnerCall { owner, kind, spent } = call;
        let model = spent.model.as_deref().unwrap_or_default();
        let (made, spared) = if spent.cached { (0_i64, 1_i64) } else { (1, 0) };
        let units = (signed("units", spent.units_in)?, signed("units", spent.units_out)?);
        let cost = signed("cost", spent.cost_nano_usd)?;
        let line = args![
            &owner.0,
            month,
            kind.name(),
            &spent.provider,
            model,
            made,
            spared,
            units.0,
            units.1,
            cost
        ];
        self.execute(sql, line).await?;
        Ok(())
    }

    async fn usage_by_month(
        &self,
        owner: &Owner,
        from: Option<&str>,
    ) -> Result<Vec<MonthUsage>, Error> {
        let sql = "SELECT * FROM usage_by_month WHERE owner = $1 AND month >= $2
             ORDER BY month DESC, kind, provider, model";
        let rows = self.rows(sql, args![&owner.0, from.unwrap_or_default()]).await?;
        rows.iter().map(decode::month_usage).collect()
    }
}
