// Errors of the API, and how they are worded.

export interface ProblemBody {
  code: string;
  message: string;
  details?: unknown;
}

/** Why a request failed. `status` is 0 if the server was not reached. */
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
    const message =
      "the server cannot be reached; check that it is running and that you are online";
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

/** The error in a response, whatever its body. */
export function problemOf(status: number, body: string, requestId: string | null): Problem {
  try {
    const read: unknown = JSON.parse(body);
    if (isBody(read)) return new Problem(read, status, requestId);
  } catch {
    // Not this server's own response, but perhaps a proxy's: only the status is known.
  }
  return new Problem(
    { code: "unexpected_answer", message: `the server answered with status ${status}` },
    status,
    requestId,
  );
}

/** Makes a message a sentence: a capital letter first, a full stop last. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const ended = /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

const INSTEAD: Record<string, string> = {
  unauthorized: "You are not signed in, or your key is no longer valid. Sign in again.",
  rate_limited: "Too many requests in a short time. Retrying in a moment.",
  internal_error: "The server had an internal error. Its log has the details.",
};

/** The text to show for any error. */
export function explain(error: unknown): string {
  if (error instanceof Problem) {
    const text = INSTEAD[error.code] ?? sentence(error.message);
    return error.code === "internal_error" && error.requestId !== null
      ? `${text} Request ${error.requestId}.`
      : text;
  }
  return error instanceof Error ? sentence(error.message) : "Something went wrong.";
}
