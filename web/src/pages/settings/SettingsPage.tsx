import { useQuery } from "@tanstack/react-query";
import { me, ready, usage } from "../../api/queries";
import { go, useSearch } from "../../app/router";
import { usd } from "../../lib/format";
import { Badge } from "../../ui/controls";
import { ErrorState, Skeleton } from "../../ui/states";
import { Tabs } from "../../ui/Tabs";
import { UsageTable } from "../job/RunsTab";
import { KeysTab } from "./KeysTab";
import { ProvidersTab } from "./ProvidersTab";
import { WebhooksTab } from "./WebhooksTab";

export function SettingsPage() {
  const chosen = useSearch().get("tab") ?? "server";
  return (
    <>
      <h1>Settings</h1>
      <Tabs
        label="Settings"
        chosen={chosen}
        onChoose={(tab) => go(`/settings?tab=${tab}`, true)}
        tabs={[
          { id: "server", label: "Server", content: <ServerTab /> },
          { id: "providers", label: "Providers", content: <ProvidersTab /> },
          { id: "keys", label: "API keys", content: <KeysTab /> },
          { id: "webhooks", label: "Webhooks", content: <WebhooksTab /> },
          { id: "usage", label: "Usage", content: <UsageTab /> },
        ]}
      />
    </>
  );
}

const AUTH: Record<string, string> = {
  none: "No sign-in: only requests from this machine are accepted.",
  "api-key": "You are signed in with an API key.",
  jwt: "You are signed in with a token from your identity provider.",
};

function ServerTab() {
  const state = useQuery(ready());
  const who = useQuery(me());
  const calls = useQuery(usage());
  if (who.error !== null)
    return <ErrorState error={who.error} onRetry={() => void who.refetch()} />;
  const providers = [...new Set(calls.data?.calls.map((call) => call.provider))].sort();
  return (
    <div className="stack">
      <dl className="card facts wide">
        <div>
          <dt>User</dt>
          <dd>{who.data?.owner ?? "…"}</dd>
        </div>
        <div>
          <dt>Authentication</dt>
          <dd>{who.data === undefined ? "…" : (AUTH[who.data.auth] ?? who.data.auth)}</dd>
        </div>
        <div>
          <dt>Database</dt>
          <dd>
            <State what={state.data?.checks?.database} />
          </dd>
        </div>
        <div>
          <dt>Engine</dt>
          <dd>
            <State what={state.data?.checks?.engine} />
          </dd>
        </div>
        <div>
          <dt>Providers called so far</dt>
          <dd>{providers.length === 0 ? "none" : providers.join(", ")}</dd>
        </div>
      </dl>
    </div>
  );
}

function State({ what }: { what: string | undefined }) {
  if (what === undefined) return <span className="muted">…</span>;
  return what === "ok" ? (
    <Badge tone="good" icon="check">
      OK
    </Badge>
  ) : (
    <Badge tone="bad" icon="warn">
      {what.replaceAll("_", " ")}
    </Badge>
  );
}

function UsageTab() {
  const report = useQuery(usage());
  if (report.error !== null)
    return <ErrorState error={report.error} onRetry={() => void report.refetch()} />;
  if (report.data === undefined) return <Skeleton lines={5} height={34} />;
  return (
    <div className="stack">
      <p>
        Your calls have cost <strong>{usd(report.data.cost_usd)}</strong> in all, including those of
        deleted runs.
      </p>
      <UsageTable calls={report.data.calls} />
    </div>
  );
}
