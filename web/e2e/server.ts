// A real server with its own folder and port.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const EXAMPLE = join(ROOT, "examples/bridges");
const BINARY = process.env.AMPLEDATA_BIN ?? join(ROOT, "target/debug/ampledata");

export class Server {
  #process: ChildProcess | null = null;
  #log = "";
  readonly url: string;

  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly settings: Record<string, string>,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(settings: Record<string, string> = {}): Promise<Server> {
    if (!existsSync(BINARY))
      throw new Error(`${BINARY} does not exist: build it, or set AMPLEDATA_BIN`);
    const folder = await mkdtemp(join(tmpdir(), "ampledata-e2e-"));
    const server = new Server(folder, await freePort(), settings);
    await server.run();
    return server;
  }

  /** Starts, or restarts with the same folder and port. */
  async run(): Promise<void> {
    const env = {
      PATH: process.env.PATH ?? "",
      HOME: this.folder,
      DATA_DIR: join(this.folder, "data"),
      SERVER_ADDR: `127.0.0.1:${this.port}`,
      RATE_LIMIT_PER_MINUTE: "100000",
      ...this.settings,
    };
    const child = spawn(BINARY, ["serve", "--corpus", EXAMPLE], {
      env,
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const note = (piece: Buffer) => {
      this.#log += piece.toString();
    };
    child.stdout.on("data", note);
    child.stderr.on("data", note);
    this.#process = child;
    for (let tries = 0; tries < 150; tries += 1) {
      if (child.exitCode !== null) break;
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the server did not start:\n${this.#log}`);
  }

  /** Stops the server: on request, or as abruptly as a power failure. */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("no port is available"));
      });
    });
  });
}
