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
              <span className="muted small"> ({count(estimate.own_rows)} distinct)</span>
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
          <dt>Maximum cost</dt>
          <dd>{usd(estimate.cost_at_most_usd)}</dd>
        </div>
      </dl>
      <p className="muted small">
        {estimate.from_rows > 0
          ? `Estimated from ${counted(estimate.from_rows, "row")} of earlier runs.`
          : "Estimated from settings; no earlier runs to learn from."}
      </p>
      {estimate.expired_prices.length > 0 && (
        <p className="muted small">
          A price in the cost no longer applies: {names(estimate.expired_prices)}. The charge may be
          different now.
        </p>
      )}
      {estimate.unknown_prices.length > 0 && (
        <Callout tone="fair">
          The cost does not include {names(estimate.unknown_prices)}: no price is known.
        </Callout>
      )}
    </div>
  );
}
