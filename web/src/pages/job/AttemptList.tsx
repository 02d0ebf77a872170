import type { Attempt } from "../../api/types";
import { counted, names } from "../../lib/format";
import { stopMeaning } from "../../lib/reasons";

/** What each attempt searched for and read. */
export function AttemptList({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) return null;
  return (
    <section className="stack tight" aria-label="Attempts">
      <h3>Attempts</h3>
      {attempts.map((attempt, at) => (
        <details key={at} className="attempt">
          <summary>
            Attempt {attempt.attempt_number}: {counted(attempt.sources.length, "page")} read
            {attempt.failed.length > 0 && `, ${attempt.failed.length} unreadable`}
          </summary>
          <div className="stack tight small">
            {attempt.queries.length > 0 && (
              <p>
                <span className="muted">Searched: </span>
                {names(attempt.queries.map((query) => `“${query}”`))}
              </p>
            )}
            <ul>
              {attempt.sources.map((page) => (
                <li key={page} className="address">
                  {page}
                </li>
              ))}
            </ul>
            {attempt.failed.length > 0 && (
              <>
                <p className="muted">Could not be read:</p>
                <ul>
                  {attempt.failed.map((page) => (
                    <li key={page.url} className="address">
                      {page.url} <span className="muted">({page.code.replaceAll("_", " ")})</span>
                    </li>
                  ))}
                </ul>
              </>
            )}
            {attempt.missing_columns.length > 0 && (
              <p>
                <span className="muted">Still missing: </span>
                {names(attempt.missing_columns)}
              </p>
            )}
            {attempt.stopped != null && <p>{stopMeaning(attempt.stopped)}</p>}
          </div>
        </details>
      ))}
    </section>
  );
}
