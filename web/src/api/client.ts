import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, OfflineError, isProblem } from "./problem";
import type { components, paths } from "./schema";
import { unique } from "./unique";
import { currentToken, tokenRefused } from "./session";

export type Schema = components["schemas"];

/** Fetches with the token, and turns every failure into an `ApiError` or an `OfflineError`. */
export async function send(request: Request): Promise<Response> {
  const token = currentToken();
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new OfflineError();
  }
  if (response.ok || response.status === 304) return response;
  throw await failure(response);
}

export async function failure(response: Response): Promise<Error> {
  if (response.status === 401) tokenRefused();
  const body: unknown = await response.json().catch(() => null);
  // A proxy answers in its own words when the server behind it is away.
  if (!isProblem(body) && [502, 503, 504].includes(response.status)) return new OfflineError();
  const problem = isProblem(body)
    ? body
    : { code: `http_${response.status}`, message: `the server answered ${response.status}` };
  return new ApiError(response.status, problem, response.headers.get("x-request-id"));
}

/** Middlewares see answers before they are read; failures were thrown by `send`. */
const once: Middleware = {
  onRequest({ request }) {
    // Whatever a retry repeats is carried out once.
    if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", unique());
    }
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: "", fetch: send });
api.use(once);

/** The body of an answer that `send` let through. */
export async function got<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await answer;
  if (data === undefined) {
    throw new ApiError(
      response.status,
      { code: "no_body", message: "the server answered without a body" },
      response.headers.get("x-request-id"),
    );
  }
  return data;
}
