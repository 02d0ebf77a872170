import "./progress.css";

interface Part {
  label: string;
  count: number;
  tone: "done" | "active" | "bad" | "stopped";
}

/** How much is done, of a whole that is known. */
export function Progress({ label, value, max }: { label: string; value: number; max: number }) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <span className="progress-part progress-done" style={{ width: `${share * 100}%` }} />
    </div>
  );
}

/** What a whole consists of; the words stand beside it. */
export function Stacked({ label, parts, total }: { label: string; parts: readonly Part[]; total: number }) {
  const said = parts.filter((part) => part.count > 0).map((part) => `${part.label}: ${part.count}`);
  return (
    <div className="progress" role="img" aria-label={`${label}. ${said.join(", ")} of ${total}`}>
      {parts.map((part) => (
        <span
          key={part.label}
          className={`progress-part progress-${part.tone}`}
          style={{ width: `${total > 0 ? (part.count / total) * 100 : 0}%` }}
        />
      ))}
    </div>
  );
}
