/** What the server says of a failure: `{code, message, details?}`. */
export interface ProblemBody {
  code: string;
  message: string;
  details?: unknown;
}

/** A request that failed, in words for people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  /** Under which the server's log says more. */
  readonly requestId: string | null;

  constructor(status: number, body: ProblemBody, requestId: string | null) {
    super(body.message);
    this.status = status;
    this.code = body.code;
    this.details = body.details;
    this.requestId = requestId;
  }
}

/** The server could not be reached at all. */
export class OfflineError extends Error {
  override readonly name = "OfflineError";
  constructor() {
    super("The server cannot be reached.");
  }
}

export function isProblem(body: unknown): body is ProblemBody {
  if (typeof body !== "object" || body === null) return false;
  const { code, message } = body as Record<string, unknown>;
  return typeof code === "string" && typeof message === "string";
}

/** What to say and what to do, by code; other codes are said in the API's own words. */
const ADVICE: Record<string, string> = {
  unauthorized: "Sign in with a token to go on.",
  foreign_origin: "Add this address to CORS_ORIGINS of the server.",
  rate_limited: "Wait a moment; the page tries again by itself.",
  internal_error: "Try again. If it comes back, the server's log says more under the request's id.",
  request_timeout: "Try again, or ask for fewer rows at a time.",
  job_not_found: "It may have been deleted, or it belongs to somebody else.",
  source_not_found: "It may have been deleted, or it belongs to somebody else.",
  upload_expired: "Choose the file again: an address for an upload is valid for 90 seconds.",
  file_not_uploaded: "Upload the file again.",
  table_empty: "Choose a file that has a header and at least one row.",
  not_a_table: "Choose a CSV, TSV, JSON, JSON Lines, Excel or Parquet file.",
  json_no_objects: "Give an array of objects, one for each row.",
  header_twice: "Give each column a name of its own and upload the file again.",
  header_unusable: "Give each column a name in the first row and upload the file again.",
  price_unknown: "Start without a budget, or set the model's price on the server.",
  disk_full: "Make room on the server's disk, then try again.",
};

export interface Said {
  title: string;
  advice: string | null;
  code: string | null;
  requestId: string | null;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

/** A failure in sentences. */
export function say(error: unknown): Said {
  if (error instanceof ApiError) {
    return {
      title: sentence(error.message),
      advice: ADVICE[error.code] ?? null,
      code: error.code,
      requestId: error.requestId,
    };
  }
  if (error instanceof OfflineError) {
    return {
      title: error.message,
      advice: "Check the connection. The page goes on by itself when the server answers again.",
      code: null,
      requestId: null,
    };
  }
  const title = error instanceof Error ? sentence(error.message) : "Something went wrong.";
  return { title, advice: null, code: null, requestId: null };
}

export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}
