// The only way to the API: typed paths, the token, errors as `Problem`.
import { Problem, problemOf } from "./problem";
import { noteReach } from "./reach";
import type { paths } from "./schema";
import { setToken, token } from "./token";

type Method = "get" | "post" | "put" | "delete";
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];
type Json<T> = T extends { content: { "application/json": infer B } } ? B : never;
type Operation<P extends keyof paths, M extends Method> = paths[P][M];
export type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: { 200: infer R } } ? Json<R> : never;
type BodyOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody: infer B } ? Json<B> : undefined;
type PathParameters<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { parameters: { path: infer T } } ? T : undefined;
type Query<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { parameters: { query?: infer T } } ? T : undefined;

export interface Asked<P extends keyof paths, M extends Method> {
  path?: PathParameters<P, M>;
  query?: Query<P, M> | undefined;
  body?: BodyOf<P, M>;
  signal?: AbortSignal | undefined;
  /** Idempotency key: a POST repeated with the same key is carried out once. */
  once?: string;
  keepalive?: boolean;
}

/** A URL with its parameters filled in. */
export function address(
  template: string,
  path: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(path[name])),
  );
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const parameters = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length === 0 ? filled : `${filled}?${parameters.toString()}`;
}

export function withToken(headers: Record<string, string> = {}): Record<string, string> {
  const bearer = token();
  return bearer === null ? headers : { ...headers, authorization: `Bearer ${bearer}` };
}

/** Fetches, and throws a `Problem` unless the request succeeds. */
export async function send(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    noteReach(false);
    throw Problem.offline();
  }
  noteReach(true);
  if (response.ok) return response;
  const problem = problemOf(
    response.status,
    await response.text(),
    response.headers.get("x-request-id"),
  );
  // An invalid token would only fail again.
  if (problem.status === 401 && token() !== null) setToken(null);
  throw problem;
}

async function ask<P extends keyof paths, M extends Method>(
  method: M,
  path: P,
  asked: Asked<P, M> = {},
): Promise<Answer<P, M>> {
  const headers: Record<string, string> = { accept: "application/json" };
  if ("body" in asked) headers["content-type"] = "application/json";
  if (asked.once !== undefined) headers["idempotency-key"] = asked.once;
  const url = address(path, asked.path ?? {}, asked.query ?? {});
  const response = await send(url, {
    method: method.toUpperCase(),
    headers: withToken(headers),
    body: "body" in asked ? JSON.stringify(asked.body) : null,
    signal: asked.signal ?? null,
    keepalive: asked.keepalive ?? false,
  });
  return (await response.json()) as Answer<P, M>;
}

export const api = {
  get: <P extends PathsWith<"get">>(path: P, asked?: Asked<P, "get">) => ask("get", path, asked),
  post: <P extends PathsWith<"post">>(path: P, asked?: Asked<P, "post">) =>
    ask("post", path, asked),
  put: <P extends PathsWith<"put">>(path: P, asked?: Asked<P, "put">) => ask("put", path, asked),
  delete: <P extends PathsWith<"delete">>(path: P, asked?: Asked<P, "delete">) =>
    ask("delete", path, asked),
};
