// Failures of the API as sentences.

export interface ProblemBody {
  code: string;
  message: string;
  details?: unknown;
}

/** What a request failed with. `status` is 0 where the server was not reached. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: unknown;
  readonly requestId: string | null;

  constructor(body: ProblemBody, status: number, requestId: string | null = null) {
    super(body.message);
    this.name = "Problem";
    this.code = body.code;
    this.status = status;
    this.details = body.details;
    this.requestId = requestId;
  }

  static offline(): Problem {
    const message = "the server cannot be reached; check that it runs and that you are online";
    return new Problem({ code: "offline", message }, 0);
  }
}

function isBody(value: unknown): value is ProblemBody {
  if (typeof value !== "object" || value === null) return false;
  return (
    "code" in value &&
    typeof value.code === "string" &&
    "message" in value &&
    typeof value.message === "string"
  );
}

/** The failure that an answer tells, whatever its body is. */
export function problemOf(status: number, body: string, requestId: string | null): Problem {
  try {
    const read: unknown = JSON.parse(body);
    if (isBody(read)) return new Problem(read, status, requestId);
  } catch {
    // Not the server's own answer: a proxy between, say. The status is all there is to tell.
  }
  return new Problem(
    { code: "unexpected_answer", message: `the server answered with status ${status}` },
    status,
    requestId,
  );
}

/** A sentence for people: begins with a capital and ends with a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const ended = /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

const INSTEAD: Record<string, string> = {
  unauthorized: "You are not signed in, or your key is no longer valid. Sign in again.",
  rate_limited: "Too many requests in a short time. The page tries again in a moment.",
  internal_error: "Something went wrong inside the server. Its log says what.",
};

/** What to show of any failure. */
export function explain(error: unknown): string {
  if (error instanceof Problem) {
    const text = INSTEAD[error.code] ?? sentence(error.message);
    return error.code === "internal_error" && error.requestId !== null
      ? `${text} Request ${error.requestId}.`
      : text;
  }
  return error instanceof Error ? sentence(error.message) : "Something went wrong.";
}
