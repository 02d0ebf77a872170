import type { JobSummary } from "../../api/types";
import { Link } from "../../app/router";
import { ago, count, dateTime } from "../../lib/format";
import { TableFrame } from "../../ui/states";
import { StatusBadge } from "../../ui/StatusBadge";

const MOST = 20;

/** The latest runs. A run that is not started is listed only if its table is not. */
export function JobsTable({ jobs, tables }: { jobs: JobSummary[]; tables: Set<string> }) {
  const started = jobs
    .filter((job) => job.status !== "PENDING" || !tables.has(job.source_id))
    .slice(0, MOST);
  if (started.length === 0) return null;
  return (
    <section className="stack tight" aria-labelledby="jobs-heading">
      <h2 id="jobs-heading">Latest runs</h2>
      <TableFrame label="Runs">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Table</th>
              <th scope="col">Status</th>
              <th scope="col" className="right">
                Rows
              </th>
              <th scope="col" className="wide-only">
                Started
              </th>
            </tr>
          </thead>
          <tbody>
            {started.map((job) => (
              <tr key={job.job_id}>
                <th scope="row" className="name">
                  <Link to={`/jobs/${job.job_id}`}>{job.file_path}</Link>
                </th>
                <td>
                  <StatusBadge status={job.status} />
                </td>
                <td className="right number">{count(job.total_rows)}</td>
                <td
                  className="muted small wide-only"
                  title={dateTime(job.started_at ?? job.created_at)}
                >
                  {ago(job.started_at ?? job.created_at)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </section>
  );
}
