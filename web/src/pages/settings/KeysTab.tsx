import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { api, type Answer } from "../../api/client";
import { explain } from "../../api/problem";
import { apiKeys } from "../../api/queries";
import { ago, dateTime } from "../../lib/format";
import { Badge, Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/Dialog";
import { Callout, EmptyState, ErrorState, Skeleton, TableFrame } from "../../ui/states";
import { useToasts } from "../../ui/Toasts";

type Made = Answer<"/api/v1/api-keys", "post">;
type Listed = Answer<"/api/v1/api-keys", "get">;

export function KeysTab() {
  const keys = useQuery(apiKeys());
  const client = useQueryClient();
  const toasts = useToasts();
  const [name, setName] = useState("");
  const [made, setMade] = useState<Made | null>(null);
  const renew = () => client.invalidateQueries({ queryKey: apiKeys().queryKey });
  const make = useMutation({
    mutationFn: () => api.post("/api/v1/api-keys", { body: { name: name.trim() } }),
    onSuccess: async (key) => {
      setMade(key);
      setName("");
      await renew();
    },
  });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      api.delete("/api/v1/api-keys/{key_id}", { path: { key_id: id }, keepalive: true }),
    onError: (error) => toasts.say(explain(error)),
    onSettled: renew,
  });
  const take = (id: string, called: string) => {
    const now = new Date().toISOString();
    client.setQueryData<Listed>(
      apiKeys().queryKey,
      (all) =>
        all && {
          api_keys: all.api_keys.map((key) => (key.id === id ? { ...key, revoked_at: now } : key)),
        },
    );
    toasts.later(
      `Revoked the key “${called}”.`,
      () => revoke.mutate(id),
      () => void renew(),
    );
  };
  return (
    <div className="stack">
      <form
        className="row add-column short"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (name.trim() !== "") make.mutate();
        }}
      >
        <div className="grow">
          <Field
            label="New API key"
            placeholder="what it is for"
            value={name}
            wrong={make.error === null ? null : explain(make.error)}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <Button
          type="submit"
          kind="primary"
          icon="key"
          busy={make.isPending}
          disabled={name.trim() === ""}
        >
          Create key
        </Button>
      </form>
      {keys.error !== null && <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Skeleton lines={3} height={34} />}
      {keys.data?.api_keys.length === 0 && (
        <EmptyState icon="key" title="No API keys">
          <p>A key lets a program call this server on your behalf.</p>
        </EmptyState>
      )}
      {keys.data !== undefined && keys.data.api_keys.length > 0 && (
        <TableFrame label="API keys">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Prefix</th>
                <th scope="col" className="wide-only">
                  Created
                </th>
                <th scope="col" className="wide-only">
                  Last used
                </th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data.api_keys.map((key) => (
                <tr key={key.id}>
                  <th scope="row" className="name">
                    {key.name}
                  </th>
                  <td>
                    <code>{key.prefix}…</code>
                  </td>
                  <td className="muted small wide-only" title={dateTime(key.created_at)}>
                    {ago(key.created_at)}
                  </td>
                  <td className="muted small wide-only">
                    {key.used_at == null ? "never" : ago(key.used_at)}
                  </td>
                  <td className="right">
                    {key.revoked_at != null ? (
                      <Badge>Revoked</Badge>
                    ) : (
                      <Button
                        small
                        kind="quiet"
                        icon="trash"
                        aria-label={`Revoke ${key.name}`}
                        onClick={() => take(key.id, key.name)}
                      >
                        Revoke
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {made !== null && (
        <Dialog title={`Key “${made.name}”`} onClose={() => setMade(null)}>
          <Callout tone="fair">Copy the key now: it is shown only once.</Callout>
          <Field
            label="API key"
            readOnly
            value={made.key}
            onFocus={(event) => event.target.select()}
          />
          <div className="actions">
            <Button kind="primary" onClick={() => setMade(null)}>
              I have copied it
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
