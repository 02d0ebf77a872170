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
  values: "Takes values from pages",
};

const STATES: Record<string, { label: string; tone: Tone; icon: IconName }> = {
  answers: { label: "Answers", tone: "good", icon: "check" },
  key_refused: { label: "Key refused", tone: "bad", icon: "key" },
  unreachable: { label: "Unreachable", tone: "bad", icon: "wifi" },
  refused: { label: "Refuses", tone: "bad", icon: "warn" },
  not_checked: { label: "Not checked", tone: "plain", icon: "clock" },
};

/** Who searches, reads and answers on this server, and whether they do. */
export function ProvidersTab() {
  const seen = useQuery(providersQuery());
  if (seen.error !== null && seen.data === undefined)
    return <ErrorState error={seen.error} onRetry={() => void seen.refetch()} />;
  if (seen.data === undefined) return <Skeleton lines={5} height={40} />;
  return (
    <div className="stack">
      <div className="row spread">
        <p className="muted small">
          Asked{" "}
          <time dateTime={seen.data.checked_at} title={dateTime(seen.data.checked_at)}>
            {ago(seen.data.checked_at)}
          </time>
          , without anything that costs; again once a minute at most.
        </p>
        <Button small icon="refresh" busy={seen.isFetching} onClick={() => void seen.refetch()}>
          Look again
        </Button>
      </div>
      <TableFrame label="Providers">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col">Provider</th>
              <th scope="col">State</th>
              <th scope="col" className="wide-only">
                What was seen
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
        Providers and their keys are set where the server is started, and never shown here.
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
