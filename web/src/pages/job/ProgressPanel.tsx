import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { isOver, type Job } from "../../api/types";
import { count, counted, duration, number, percent, usd } from "../../lib/format";
import { STAGES, stageLabel } from "../../lib/status";
import { Progress } from "../../ui/states";
import type { Live } from "./useLive";

const ANNOUNCE_MS = 10_000;

export function ProgressPanel({ job, pace }: { job: Job; pace: Live["pace"] }) {
  const { progress, rate } = useSyncExternalStore(pace.subscribe, pace.get);
  const stages = progress.rows_by_stage;
  const total = Math.max(1, progress.total_rows);
  const done = stages["COMPLETED"] ?? 0;
  const failed = stages["FAILED"] ?? 0;
  const rest = total - done - failed - (stages["CANCELLED"] ?? 0);
  const cells = progress.total_rows * job.columns.length;
  const cap = job.budget.max_cost_usd ?? null;
  return (
    <section className="card stack tight progress-card" aria-label="Progress">
      <div className="row spread">
        <strong>
          {percent((done + failed) / total)} of {counted(progress.total_rows, "row")}
        </strong>
        <span className="muted small number">
          {rate > 0 &&
            `${number(Math.round(rate * 10) / 10)} rows per second, about ${duration(rest / rate)} left`}
        </span>
      </div>
      <Progress
        label="Finished rows"
        parts={[{ share: done / total }, { share: failed / total, tone: "bad" }]}
      />
      <dl className="meters">
        {STAGES.filter((stage) => (stages[stage] ?? 0) > 0).map((stage) => (
          <div key={stage}>
            <dt>{stageLabel(stage)}</dt>
            <dd>{count(stages[stage] ?? 0)}</dd>
          </div>
        ))}
        <div>
          <dt>Cells found</dt>
          <dd>
            {count(progress.cells_found)} <span className="muted small">of {count(cells)}</span>
          </dd>
        </div>
        <div>
          <dt>Cost</dt>
          <dd>
            {usd(progress.cost_usd)}{" "}
            {cap !== null && <span className="muted small">of {usd(cap)}</span>}
          </dd>
        </div>
      </dl>
      {cap !== null && (
        <Progress
          label="Cost against the budget"
          parts={[{ share: Math.min(1, cap === 0 ? 1 : progress.cost_usd / cap), tone: "fair" }]}
        />
      )}
      {job.models != null && <Models models={job.models} />}
      <Announcer
        text={`${percent((done + failed) / total)} finished, ${counted(progress.cells_found, "cell")} found.`}
        over={isOver(progress.status)}
      />
    </section>
  );
}

/** The models that the run uses; nothing where the program does everything itself. */
function Models({ models }: { models: NonNullable<Job["models"]> }) {
  const roles = [
    ["queries", models.patterns],
    ["page choice", models.decisions],
    ["values", models.values],
  ] as const;
  if (roles.every(([, model]) => model === "builtin")) return null;
  return (
    <p className="muted small">
      Models: {roles.map(([role, model]) => `${role} ${model}`).join(", ")}
    </p>
  );
}

/** Announces progress to screen readers: at most once every ten seconds, and at the end. */
function Announcer({ text, over }: { text: string; over: boolean }) {
  const [said, setSaid] = useState("");
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  });
  useEffect(() => {
    const timer = over
      ? setTimeout(() => setSaid(latest.current), 0)
      : setInterval(() => setSaid(latest.current), ANNOUNCE_MS);
    return () => clearInterval(timer);
  }, [over]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}
