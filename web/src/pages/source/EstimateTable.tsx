import type { Estimate } from "../../api/types";
import { count, counted, duration, names, usd } from "../../lib/format";
import { Callout } from "../../ui/states";

export function EstimateTable({ estimate }: { estimate: Estimate }) {
  const tokens = estimate.tokens_in + estimate.tokens_out;
  return (
    <div className="stack tight" aria-live="polite">
      <dl className="facts">
        <div>
          <dt>Rows</dt>
          <dd>
            {count(estimate.rows)}
            {estimate.own_rows !== estimate.rows && (
              <span className="muted small"> ({count(estimate.own_rows)} different)</span>
            )}
          </dd>
        </div>
        <div>
          <dt>Cells</dt>
          <dd>{count(estimate.cells)}</dd>
        </div>
        <div>
          <dt>Searches</dt>
          <dd>{count(estimate.searches)}</dd>
        </div>
        <div>
          <dt>Pages</dt>
          <dd>{count(estimate.pages)}</dd>
        </div>
        <div>
          <dt>Tokens</dt>
          <dd>{count(tokens)}</dd>
        </div>
        <div>
          <dt>Time</dt>
          <dd>{duration(estimate.seconds)}</dd>
        </div>
        <div>
          <dt>Cost</dt>
          <dd>{usd(estimate.cost_usd)}</dd>
        </div>
        <div>
          <dt>At most</dt>
          <dd>{usd(estimate.cost_at_most_usd)}</dd>
        </div>
      </dl>
      <p className="muted small">
        {estimate.from_rows > 0
          ? `Judged by ${counted(estimate.from_rows, "row")} of earlier runs.`
          : "Judged by the settings alone: nothing has run yet."}
      </p>
      {estimate.unknown_prices.length > 0 && (
        <Callout tone="fair">
          Nobody knows what {names(estimate.unknown_prices)} charges: it is not in the cost.
        </Callout>
      )}
    </div>
  );
}
