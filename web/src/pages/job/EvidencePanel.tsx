import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { cell as cellQuery } from "../../api/queries";
import type { CellContent, CellDetail, Job } from "../../api/types";
import { dateTime, percent, value } from "../../lib/format";
import { band, BANDS, outcomeLook, stageLabel } from "../../lib/status";
import { webAddress } from "../../lib/mark";
import { Badge, Button } from "../../ui/controls";
import { Icon } from "../../ui/icons";
import { ErrorState, Skeleton } from "../../ui/states";
import { AttemptList } from "./AttemptList";
import { CorrectionForm } from "./CorrectionForm";
import type { Chosen } from "./JobPage";
import { ProofView } from "./ProofView";
import { saysMore } from "./saysMore";

/** Everything known about one cell. */
export function EvidencePanel({
  job,
  chosen,
  onClose,
  onChanged,
}: {
  job: Job;
  chosen: Chosen;
  onClose: () => void;
  onChanged: () => void;
}) {
  const detail = useQuery(cellQuery(job.job_id, chosen.row, chosen.column));
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const back = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      if (back instanceof HTMLElement) back.focus();
    };
  }, []);
  const column = job.columns.find((asked) => asked.name === chosen.column);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it, as its button does
    <aside
      className="panel card"
      ref={panel}
      tabIndex={-1}
      aria-labelledby="panel-title"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <div className="row spread">
        <div>
          <p className="muted small">Row {chosen.row + 1}</p>
          <h2 id="panel-title">{chosen.column}</h2>
        </div>
        <Button kind="quiet" icon="close" aria-label="Close evidence" onClick={onClose} />
      </div>
      {column !== undefined && saysMore(column) && (
        <p className="muted small">{column.description}</p>
      )}
      {detail.error !== null && detail.data === undefined && (
        <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />
      )}
      {detail.isPending && <Skeleton lines={6} />}
      {detail.data !== undefined && (
        <>
          <Standing detail={detail.data} threshold={job.confidence_threshold ?? 0.6} />
          {column !== undefined && (
            <CorrectionForm
              job={job}
              row={chosen.row}
              column={column}
              detail={detail.data}
              focus={chosen.edit}
              onChanged={onChanged}
            />
          )}
          <Evidence content={detail.data.found ?? detail.data.cell ?? null} />
          <Candidates content={detail.data.found ?? detail.data.cell ?? null} />
          <Rejected content={detail.data.found ?? detail.data.cell ?? null} />
          <AttemptList attempts={detail.data.attempts} />
          <History detail={detail.data} />
        </>
      )}
    </aside>
  );
}

function Standing({ detail, threshold }: { detail: CellDetail; threshold: number }) {
  const cell = detail.cell;
  if (cell == null)
    return (
      <p className="muted">
        Nothing yet. Stage of the row: {stageLabel(detail.stage).toLowerCase()}.
      </p>
    );
  const look = outcomeLook(cell.outcome);
  const sure = BANDS[band(cell.confidence, threshold)];
  return (
    <div className="stack tight">
      <p className="big-value">
        {cell.value == null ? <span className="muted">{look.label}</span> : value(cell.value)}
      </p>
      <div className="row">
        <Badge tone={look.tone}>
          {look.sign} {look.label}
        </Badge>
        {cell.outcome === "found" && (
          <Badge tone={sure.tone}>
            {sure.bars} {percent(cell.confidence)}, {sure.label}
          </Badge>
        )}
        {detail.corrected && (
          <Badge tone="calm" icon="edit">
            Set by hand
          </Badge>
        )}
        {detail.locked && <Badge icon="lock">Locked</Badge>}
      </div>
      <p>{cell.reason === "" ? look.meaning : cell.reason}</p>
    </div>
  );
}

function Evidence({ content }: { content: CellContent | null }) {
  if (content?.evidence == null) return null;
  return (
    <section className="stack tight" aria-label="Evidence">
      <h3>Evidence</h3>
      <ProofView proof={content.evidence} value={content.value} />
    </section>
  );
}

function Candidates({ content }: { content: CellContent | null }) {
  if (content === null || content.candidates.length === 0) return null;
  return (
    <section className="stack tight" aria-label="Other candidates">
      <h3>{content.outcome === "conflict" ? "Conflicting values" : "Other candidates"}</h3>
      <ul className="stack tight">
        {content.candidates.map((candidate, at) => (
          <li key={at} className="stack tight candidate">
            <strong>{value(candidate.value)}</strong>
            {candidate.lost != null && (
              <p className="small why-lost">
                <Icon name={candidate.lost.code === "agrees" ? "check" : "chevron"} size={15} />
                {candidate.lost.message}
              </p>
            )}
            <ProofView proof={candidate.evidence} value={candidate.value} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Proposed values that were rejected: how they begin, where they are from, and why. */
function Rejected({ content }: { content: CellContent | null }) {
  if (content === null || content.rejected.length === 0) return null;
  return (
    <section className="stack tight" aria-label="Rejected values">
      <h3>Rejected values</h3>
      <ul className="stack tight small">
        {content.rejected.map((rejected, at) => (
          <li key={at} className="stack tight candidate">
            {rejected.said != null && <strong>{rejected.said}</strong>}
            <p className="why-lost">
              <Icon name="close" size={15} />
              {rejected.why.message}
            </p>
            <p className="muted address">{webAddress(rejected.url)?.host ?? rejected.url}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ detail }: { detail: CellDetail }) {
  if (detail.corrections.length === 0) return null;
  return (
    <section className="stack tight" aria-label="Corrections">
      <h3>Set by hand</h3>
      <ul className="stack tight small">
        {detail.corrections.map((correction, at) => (
          <li key={at}>
            {dateTime(correction.at)}, {correction.by}: {value(correction.old) || "no value"} →{" "}
            {value(correction.new) || "no value"}
          </li>
        ))}
      </ul>
    </section>
  );
}
