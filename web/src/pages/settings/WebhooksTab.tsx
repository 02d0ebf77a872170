import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { api, type Answer } from "../../api/client";
import { explain } from "../../api/problem";
import { deliveries as deliveriesQuery, webhooks as webhooksQuery } from "../../api/queries";
import { ago, counted } from "../../lib/format";
import { Badge, Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/Dialog";
import { Callout, EmptyState, ErrorState, Skeleton } from "../../ui/states";
import { useToasts } from "../../ui/Toasts";

type Webhook = Answer<"/api/v1/webhooks", "post">;
type Listed = Answer<"/api/v1/webhooks", "get">;

export function WebhooksTab() {
  const hooks = useQuery(webhooksQuery());
  const client = useQueryClient();
  const [url, setUrl] = useState("");
  const [made, setMade] = useState<Webhook | null>(null);
  const make = useMutation({
    mutationFn: () => api.post("/api/v1/webhooks", { body: { url: url.trim() } }),
    onSuccess: async (hook) => {
      setMade(hook);
      setUrl("");
      await client.invalidateQueries({ queryKey: webhooksQuery().queryKey });
    },
  });
  return (
    <div className="stack">
      <form
        className="row add-column short"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (url.trim() !== "") make.mutate();
        }}
      >
        <div className="grow">
          <Field
            label="New webhook"
            type="url"
            placeholder="https://example.org/hook"
            value={url}
            hint="Receives an event when a run completes, pauses or fails."
            wrong={make.error === null ? null : explain(make.error)}
            onChange={(event) => setUrl(event.target.value)}
          />
        </div>
        <Button
          type="submit"
          kind="primary"
          icon="plus"
          busy={make.isPending}
          disabled={url.trim() === ""}
        >
          Add
        </Button>
      </form>
      {hooks.error !== null && (
        <ErrorState error={hooks.error} onRetry={() => void hooks.refetch()} />
      )}
      {hooks.isPending && <Skeleton lines={3} height={34} />}
      {hooks.data?.webhooks.length === 0 && (
        <EmptyState icon="link" title="No webhooks">
          <p>No one is notified about runs. You can still follow them here.</p>
        </EmptyState>
      )}
      <ul className="stack tight">
        {hooks.data?.webhooks.map((hook) => (
          <Hook key={hook.id} hook={hook} />
        ))}
      </ul>
      {made !== null && (
        <Dialog title="Webhook added" onClose={() => setMade(null)}>
          <Callout tone="fair">
            Copy the secret now: it is shown only once. Deliveries are signed with it.
          </Callout>
          <Field
            label="Signing secret"
            readOnly
            value={made.secret ?? ""}
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

const TONES = { waiting: "calm", delivered: "good", failed: "bad" } as const;

function Hook({ hook }: { hook: Webhook }) {
  const [open, setOpen] = useState(false);
  const sent = useQuery({ ...deliveriesQuery(hook.id), enabled: open });
  const client = useQueryClient();
  const toasts = useToasts();
  const key = webhooksQuery().queryKey;
  const remove = useMutation({
    mutationFn: () =>
      api.delete("/api/v1/webhooks/{webhook_id}", {
        path: { webhook_id: hook.id },
        keepalive: true,
      }),
    onError: (error) => toasts.say(explain(error)),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  const take = () => {
    client.setQueryData<Listed>(
      key,
      (all) => all && { webhooks: all.webhooks.filter((other) => other.id !== hook.id) },
    );
    toasts.later(
      `Deleted the webhook to ${hook.url}.`,
      () => remove.mutate(),
      () => void client.invalidateQueries({ queryKey: key }),
    );
  };
  return (
    <li className="card stack tight">
      <div className="row spread">
        <div className="grow">
          <p className="address">
            <strong>{hook.url}</strong>
          </p>
          <p className="muted small">{hook.events.join(", ")}</p>
        </div>
        <div className="row">
          <Button small aria-expanded={open} onClick={() => setOpen(!open)}>
            Deliveries
          </Button>
          <Button
            small
            kind="quiet"
            icon="trash"
            aria-label={`Delete the webhook to ${hook.url}`}
            onClick={take}
          />
        </div>
      </div>
      {open && sent.error !== null && <ErrorState error={sent.error} />}
      {open && sent.data?.deliveries.length === 0 && (
        <p className="muted small">Nothing has been sent yet.</p>
      )}
      {open && sent.data !== undefined && (
        <ul className="stack tight small">
          {sent.data.deliveries.map((delivery) => (
            <li key={delivery.id} className="row">
              <Badge
                tone={(TONES as Record<string, "calm" | "good" | "bad">)[delivery.state] ?? "plain"}
              >
                {delivery.state}
              </Badge>
              <span>{delivery.event}</span>
              <span className="muted">
                {ago(delivery.created_at)}, {counted(delivery.attempts, "attempt")}
                {delivery.problem != null && `: ${delivery.problem}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
