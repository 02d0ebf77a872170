import { useQuery } from "@tanstack/react-query";
import type { Answer } from "../../api/client";
import { providers as providersQuery } from "../../api/queries";
import { ago, dateTime } from "../../lib/format";
import { Badge, Button, type Tone } from "../../ui/controls";
import type { IconName } from "../../ui/icons";
import { ErrorState, Skeleton, TableFrame } from "../../ui/states";

type Provider = Answer<"/api/v1/me/providers", "get">["providers"][number];

const TASKS: Record<string, string> = {
  search: "Finds pages",
  crawl: "Reads pages",
  patterns: "Writes queries",
  decisions: "Chooses pages",
  values: "Extracts values",
};

const STATES: Record<string, { label: string; tone: Tone; icon: IconName }> = {
  answers: { label: "Responding", tone: "good", icon: "check" },
  key_refused: { label: "Key rejected", tone: "bad", icon: "key" },
  unreachable: { label: "Unreachable", tone: "bad", icon: "wifi" },
  refused: { label: "Requests refused", tone: "bad", icon: "warn" },
  not_checked: { label: "Not checked", tone: "plain", icon: "clock" },
};

/** The providers that this server uses, and whether they respond. */
export function ProvidersTab() {
  const seen = useQuery(providersQuery());
  if (seen.error !== null && seen.data === undefined)
    return <ErrorState error={seen.error} onRetry={() => void seen.refetch()} />;
  if (seen.data === undefined) return <Skeleton lines={5} height={40} />;
  return (
    <div className="stack">
      <div className="row spread">
        <p className="muted small">
          Checked{" "}
          <time dateTime={seen.data.checked_at} title={dateTime(seen.data.checked_at)}>
            {ago(seen.data.checked_at)}
          </time>{" "}
          with free requests only; at most once a minute.
        </p>
        <Button small icon="refresh" busy={seen.isFetching} onClick={() => void seen.refetch()}>
          Check again
        </Button>
      </div>
      <TableFrame label="Providers">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Provider</th>
              <th scope="col">State</th>
              <th scope="col" className="wide-only">
                Details
              </th>
            </tr>
          </thead>
          <tbody>
            {seen.data.providers.map((provider) => (
              <Line key={provider.task} provider={provider} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      <p className="muted small">
        Providers and their keys are configured where the server is started. Keys are never shown
        here.
      </p>
    </div>
  );
}

function Line({ provider }: { provider: Provider }) {
  const look = STATES[provider.state] ?? {
    label: provider.state,
    tone: "plain" as const,
    icon: "warn" as const,
  };
  const remedy = provider.remedy != null && <p className="small">{provider.remedy}</p>;
  return (
    <tr>
      <th scope="row">{TASKS[provider.task] ?? provider.task}</th>
      <td>
        {provider.provider}
        {provider.model != null && (
          <>
            {" "}
            <code>{provider.model}</code>
          </>
        )}
      </td>
      <td>
        <Badge tone={look.tone} icon={look.icon}>
          {look.label}
        </Badge>
        <div className="narrow-only small">
          <p className="muted">{provider.message}</p>
          {remedy}
        </div>
      </td>
      <td className="wide-only">
        <p className="muted small">{provider.message}</p>
        {remedy}
      </td>
    </tr>
  );
}
