import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Answer } from "../../api/client";
import { explain } from "../../api/problem";
import { sources as sourcesQuery } from "../../api/queries";
import type { JobSummary, Source } from "../../api/types";
import { Link } from "../../app/router";
import { ago, count, dateTime } from "../../lib/format";
import { Button } from "../../ui/controls";
import { TableFrame } from "../../ui/states";
import { StatusBadge } from "../../ui/StatusBadge";
import { useToasts } from "../../ui/Toasts";

type Listed = Answer<"/api/v1/sources", "get">;

export function SourcesTable({
  sources,
  jobs,
}: {
  sources: Source[];
  jobs: Map<string, JobSummary[]>;
}) {
  return (
    <TableFrame label="Tables">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Table</th>
            <th scope="col" className="right">
              Rows
            </th>
            <th scope="col" className="wide-only">
              Columns
            </th>
            <th scope="col">Latest run</th>
            <th scope="col" className="wide-only">
              Added
            </th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <Row key={source.source_id} source={source} jobs={jobs.get(source.source_id) ?? []} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Row({ source, jobs }: { source: Source; jobs: JobSummary[] }) {
  const latest = jobs[0];
  const remove = useRemoval(source);
  return (
    <tr>
      <th scope="row" className="name">
        <Link to={`/sources/${source.source_id}`}>{source.name}</Link>
      </th>
      <td className="right number">{source.ready ? count(source.total_rows) : "–"}</td>
      <td className="muted small wide-only">
        <span className="clip">{source.columns.join(", ")}</span>
      </td>
      <td>
        {latest === undefined || latest.status === "PENDING" ? (
          <StatusBadge status={source.ready ? "PENDING" : "FAILED"} />
        ) : (
          <Link to={`/jobs/${latest.job_id}`}>
            <StatusBadge status={latest.status} />
          </Link>
        )}
      </td>
      <td className="muted small wide-only" title={dateTime(source.created_at)}>
        {ago(source.created_at)}
      </td>
      <td className="right">
        <Button
          kind="quiet"
          small
          icon="trash"
          aria-label={`Delete ${source.name}`}
          onClick={remove}
        />
      </td>
    </tr>
  );
}

/** Removes the table from the list at once, and deletes it when the time to undo is over. */
function useRemoval(source: Source): () => void {
  const client = useQueryClient();
  const toasts = useToasts();
  const key = sourcesQuery().queryKey;
  const remove = useMutation({
    mutationFn: () =>
      api.delete("/api/v1/sources/{source_id}", {
        path: { source_id: source.source_id },
        keepalive: true,
      }),
    onError: (error) => toasts.say(explain(error)),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["sources"] }),
        client.invalidateQueries({ queryKey: ["jobs"] }),
      ]),
  });
  return () => {
    client.setQueryData<Listed>(
      key,
      (listed) =>
        listed && {
          sources: listed.sources.filter((other) => other.source_id !== source.source_id),
          total_count: listed.total_count - 1,
        },
    );
    toasts.later(
      `Deleted “${source.name}” and all its results.`,
      () => remove.mutate(),
      () => void client.invalidateQueries({ queryKey: key }),
    );
  };
}
