import type { Proof } from "../../api/types";
import { date, dateTime } from "../../lib/format";
import { lead, mark, trail, webAddress } from "../../lib/mark";
import { Icon } from "../../ui/icons";

/** The quote that proves a value, with the value marked, and its source. All of it is text. */
export function ProofView({ proof, value }: { proof: Proof; value: unknown }) {
  const url = webAddress(proof.url);
  const named =
    proof.title ??
    (url === null ? proof.url : `${url.host}${url.pathname === "/" ? "" : decoded(url.pathname)}`);
  return (
    <figure className="proof">
      <blockquote>
        {proof.before != null && <span className="muted">{lead(proof.before)}</span>}
        {mark(proof.quote, value).map((piece, at) =>
          piece.marked ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>,
        )}
        {proof.after != null && <span className="muted">{trail(proof.after)}</span>}
      </blockquote>
      {proof.context.length > 0 && (
        <p className="small muted">
          The page states for this number: “{proof.context.join("” “")}”
        </p>
      )}
      <figcaption className="small">
        {url === null ? (
          <span>{named}</span>
        ) : (
          <a href={url.href} target="_blank" rel="noopener noreferrer">
            <Icon name="link" size={14} />
            {named}
            <span className="visually-hidden"> (opens in a new tab)</span>
          </a>
        )}
        {proof.title != null && url !== null && <span className="muted"> {url.host}</span>}
        {proof.read_at != null && (
          <span className="muted">
            Read on <time dateTime={proof.read_at}>{dateTime(proof.read_at)}</time>.
          </span>
        )}
        <span className="muted">
          {proof.dated == null ? "The page gives no date." : `Page dated ${date(proof.dated)}.`}
        </span>
      </figcaption>
    </figure>
  );
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
