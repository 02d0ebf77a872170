// A bucket on loopback: it responds like S3 as far as a browser and the server need it, and checks
// every signature (AWS Signature Version 4, in the URL or in the headers) by itself.
import { createHash, createHmac } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

const KEY_ID = "AKIALOOPBACK";
const SECRET = "loopback-secret";
const REGION = "eu-test-1";

const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");

interface Claim {
  date: string;
  signed: string;
  signature: string;
  payload: string;
  query: string;
}

export class Bucket {
  readonly objects = new Map<string, Buffer>();
  /** What pages and servers uploaded, in order. */
  readonly received: Buffer[] = [];
  /** The requests, in words: `PUT`, `OPTIONS` and so on. */
  readonly asked: string[] = [];
  readonly refused: string[] = [];

  private constructor(
    readonly server: HttpServer,
    readonly allowed: () => string,
  ) {}

  /** A bucket whose rules let pages of this origin send to it. */
  static async start(allowed: () => string): Promise<Bucket> {
    const server = createServer();
    const bucket = new Bucket(server, allowed);
    server.on("request", (request, response) => void bucket.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return bucket;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The settings with which the server uses this bucket. */
  get settings(): Record<string, string> {
    return {
      BLOB_URL: "s3://tables/inbox/",
      AWS_ENDPOINT: this.url,
      AWS_ALLOW_HTTP: "true",
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: KEY_ID,
      AWS_SECRET_ACCESS_KEY: SECRET,
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const { method = "", url = "" } = request;
    const { origin } = request.headers;
    this.asked.push(`${method}${origin === undefined ? "" : " from a page"}`);
    const mayRead = origin === this.allowed() ? { "access-control-allow-origin": origin } : {};
    if (method === "OPTIONS") {
      const headers = {
        ...mayRead,
        "access-control-allow-methods": "PUT",
        "access-control-allow-headers": "content-type",
      };
      response.writeHead(origin === this.allowed() ? 200 : 403, headers).end();
      return;
    }
    const wrong = mistake(request, body);
    if (wrong !== null) {
      this.refused.push(`${method} ${url}: ${wrong}`);
      response.writeHead(403, mayRead).end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
      return;
    }
    const name = decodeURIComponent(new URL(url, this.url).pathname.slice(1));
    const dated = { ...mayRead, "last-modified": "Mon, 23 Nov 2026 08:00:00 GMT", etag: '"e"' };
    const object = this.objects.get(name);
    if (method === "PUT") {
      this.objects.set(name, body);
      this.received.push(body);
      response.writeHead(200, dated).end();
    } else if (method === "DELETE") {
      this.objects.delete(name);
      response.writeHead(204).end();
    } else if (object === undefined) {
      response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
    } else {
      response
        .writeHead(200, { ...dated, "content-length": object.length })
        .end(method === "HEAD" ? undefined : object);
    }
  }
}

function claim(request: IncomingMessage, body: Buffer): Claim | string {
  const [, query = ""] = (request.url ?? "").split("?");
  const pairs = query.split("&").filter((pair) => pair !== "");
  const { authorization } = request.headers;
  const header = (name: string) => String(request.headers[name] ?? "");
  if (authorization !== undefined) {
    const part = (name: string) =>
      authorization
        .split(/[ ,]+/)
        .find((piece) => piece.startsWith(name))
        ?.slice(name.length) ?? "";
    const payload = header("x-amz-content-sha256");
    if (payload !== "UNSIGNED-PAYLOAD" && payload !== sha256(body)) return "another payload";
    return {
      date: header("x-amz-date"),
      signed: part("SignedHeaders="),
      signature: part("Signature="),
      payload,
      query: pairs.sort().join("&"),
    };
  }
  const value = (name: string) => new URLSearchParams(query).get(name) ?? "";
  const date = value("X-Amz-Date");
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const until =
    Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`) + Number(value("X-Amz-Expires")) * 1000;
  if (!(Date.now() <= until)) return "expired";
  const unsigned = pairs.filter((pair) => !pair.startsWith("X-Amz-Signature=")).sort();
  return {
    date,
    signed: value("X-Amz-SignedHeaders"),
    signature: value("X-Amz-Signature"),
    payload: "UNSIGNED-PAYLOAD",
    query: unsigned.join("&"),
  };
}

/** What is wrong with a request's signature, if anything. */
function mistake(request: IncomingMessage, body: Buffer): string | null {
  const claimed = claim(request, body);
  if (typeof claimed === "string") return claimed;
  const { date, signed, signature, payload, query } = claimed;
  const [path = ""] = (request.url ?? "").split("?");
  const headers = signed
    .split(";")
    .map((name) => `${name}:${String(request.headers[name] ?? "").trim()}\n`)
    .join("");
  const canonical = [request.method, path, query, headers, signed, payload].join("\n");
  const day = date.slice(0, 8);
  const scope = `${day}/${REGION}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = [day, REGION, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${SECRET}`);
  return hmac(key, text).toString("hex") === signature ? null : "another signature";
}
