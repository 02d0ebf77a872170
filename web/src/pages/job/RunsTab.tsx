import { useQuery } from "@tanstack/react-query";
import { jobsOf, jobUsage } from "../../api/queries";
import type { Job } from "../../api/types";
import { Link } from "../../app/router";
import { ago, count, dateTime, usd } from "../../lib/format";
import { ErrorState, Skeleton, TableFrame } from "../../ui/states";
import { StatusBadge } from "../../ui/StatusBadge";

/** All runs over the same table, and the provider calls of this one. */
export function RunsTab({ job }: { job: Job }) {
  const all = useQuery(jobsOf(job.source_id));
  const usage = useQuery(jobUsage(job.job_id));
  const own = all.data?.jobs.filter(
    (other) => other.started_at != null || other.job_id === job.job_id,
  );
  return (
    <div className="stack">
      {all.error !== null && own === undefined && <ErrorState error={all.error} />}
      {own === undefined ? (
        <Skeleton />
      ) : (
        <TableFrame label="Runs">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">Run</th>
                <th scope="col">Status</th>
                <th scope="col" className="right">
                  Rows
                </th>
              </tr>
            </thead>
            <tbody>
              {own.map((run) => (
                <tr key={run.job_id}>
                  <th scope="row" className="name" title={dateTime(run.created_at)}>
                    {run.job_id === job.job_id ? (
                      `${ago(run.started_at ?? run.created_at)} (this run)`
                    ) : (
                      <Link to={`/jobs/${run.job_id}`}>
                        {ago(run.started_at ?? run.created_at)}
                      </Link>
                    )}
                  </th>
                  <td>
                    <StatusBadge status={run.status} />
                  </td>
                  <td className="right number">{count(run.total_rows)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      <h2>Provider calls</h2>
      {usage.error !== null && <ErrorState error={usage.error} />}
      {usage.data !== undefined && <UsageTable calls={usage.data.calls} />}
    </div>
  );
}

interface Call {
  month?: string | null;
  kind: string;
  provider: string;
  model?: string | null;
  calls: number;
  cached: number;
  units_in: number;
  units_out: number;
  cost_usd: number;
}

export function UsageTable({ calls }: { calls: Call[] }) {
  if (calls.length === 0) return <p className="muted">No provider was called.</p>;
  const monthly = calls.some((call) => call.month != null);
  return (
    <TableFrame label="Calls">
      <table className="plain">
        <thead>
          <tr>
            {monthly && <th scope="col">Month</th>}
            <th scope="col">Kind</th>
            <th scope="col">Provider</th>
            <th scope="col" className="right">
              Calls
            </th>
            <th scope="col" className="right">
              Cached
            </th>
            <th scope="col" className="right wide-only">
              In
            </th>
            <th scope="col" className="right wide-only">
              Out
            </th>
            <th scope="col" className="right">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={`${call.month ?? ""}/${call.kind}/${call.provider}/${call.model ?? ""}`}>
              {monthly && <td className="number">{call.month}</td>}
              <td>{call.kind}</td>
              <td>
                {call.provider}
                {call.model != null && <span className="muted small"> {call.model}</span>}
              </td>
              <td className="right number">{count(call.calls)}</td>
              <td className="right number">{count(call.cached)}</td>
              <td className="right number wide-only">{count(call.units_in)}</td>
              <td className="right number wide-only">{count(call.units_out)}</td>
              <td className="right number">{usd(call.cost_usd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
