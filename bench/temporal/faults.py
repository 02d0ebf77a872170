#!/usr/bin/env python3
"""Runs a job of 500 rows on an API process and two workers, over PostgreSQL and Temporal, while one of them is
killed or cut off.

    make web && cargo build -p ampledata && bench/temporal/faults.py [--times 3] [FAULT…]

For each fault it prints the rows completed, the calls made and needed (each row needs two searches and one page),
and the seconds from the end of the fault to the next completed row.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from table import ROWS, write_table

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = REPOSITORY / "target/debug/ampledata"
# Rows completed before the fault.
BEFORE = 100
# Seconds before a killed process is restarted, and for which servers are cut off.
AWAY, CUT_OFF = 3, 60
DEADLINE = 600


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


class Postgres:
    def __init__(self, folder):
        self.programs = subprocess.check_output([REPOSITORY / "scripts/install-postgres"], text=True).strip()
        self.folder, self.port, self.server = folder / "postgres", free_port(), None
        self.folder.mkdir()
        self.as_user = []
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root, so the user of its package runs it.
            self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
            folder.chmod(0o755)
            shutil.chown(self.folder, "postgres")
        made = [f"{self.programs}/initdb", "--pgdata=data", "--username=postgres", "--auth=trust", "--encoding=UTF8",
                "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(self.as_user + made, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self):
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=300"]
        program = [f"{self.programs}/postgres", "-D", "data", "-p", str(self.port), *options]
        log = open(self.folder / "log", "a")
        self.server = subprocess.Popen(self.as_user + program, cwd=self.folder, stdout=log, stderr=log)
        wait_for_port(self.port)

    def processes(self):
        children = pathlib.Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        return [self.server.pid, *map(int, children)]

    def kill(self):
        kill(self.server)


class Temporal:
    def __init__(self, folder):
        self.folder, self.port, self.server = folder, free_port(), None
        self.start()

    def start(self):
        installed = REPOSITORY / ".tools/temporal/bin/temporal"
        program = [str(installed if installed.exists() else "temporal"), "server", "start-dev", "--headless",
                   "--ip", "127.0.0.1", "--port", str(self.port), "--log-level", "error", "--db-filename", "t.db",
                   "--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"]
        log = open(self.folder / "temporal.log", "a")
        self.server = subprocess.Popen(program, cwd=self.folder, stdout=log, stderr=log)
        wait_for_port(self.port)

    def processes(self):
        return [self.server.pid]

    def kill(self):
        kill(self.server)


class Deployment:
    """An API process, workers and the servers that they need; they all end together."""

    def __init__(self, folder, workers):
        self.folder = folder
        write_table(folder)
        self.postgres, self.temporal = Postgres(folder), Temporal(folder)
        # The port opens a moment before the namespace exists.
        time.sleep(2)
        self.environment = {
            **os.environ, "DATABASE_URL_ENRICH": self.postgres.url, "RUST_LOG": "error",
            "TEMPORAL_HOST_PORT": f"127.0.0.1:{self.temporal.port}", "CORPUS_DIR": str(folder / "corpus"),
            "CONCURRENCY_ROW_ENRICHMENT_LIMIT": "20", "MAX_ENRICHMENT_RETRIES": "0",
        }
        self.port, self.api = free_port(), None
        self.start_api()
        self.workers = [self.program(f"worker{n}", "worker") for n in range(workers)]
        time.sleep(3)

    def program(self, name, *arguments, **more):
        log = open(self.folder / f"{name}.log", "a")
        environment = {**self.environment, "DATA_DIR": str(self.folder / name), **more}
        return subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, env=environment, stdout=log, stderr=log)

    def start_api(self):
        self.api = self.program("api", "serve", SERVER_ADDR=f"127.0.0.1:{self.port}")
        wait_for_port(self.port)

    def call(self, method, path, body=None, kind="application/json"):
        address = path if path.startswith("http") else f"http://127.0.0.1:{self.port}/api/v1{path}"
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, method=method, data=data, headers={"content-type": kind})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read() or b"null")

    def start_job(self):
        table = (self.folder / "rows.csv").read_bytes()
        signed = self.call("POST", "/enrichment-signed-url", {"contentType": "text/csv", "length": len(table)})
        self.call("PUT", signed["url"], table, "text/csv")
        columns = [{"name": "opened_on", "type": "date"}, {"name": "length_m", "type": "number"}]
        asked = {"key_column": "company", "columns_metadata": columns}
        self.call("POST", f"/jobs/{signed['jobId']}/start", asked)
        return signed["jobId"]

    def progress(self, job):
        """Rows completed and the job's status, or None while the API or its database does not respond."""
        try:
            now = self.call("GET", f"/jobs/{job}/progress")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None
        return now["rows_by_stage"].get("COMPLETED", 0), now["status"]

    def completed(self, job):
        """Rows completed, once the API responds."""
        while (now := self.progress(job)) is None:
            time.sleep(0.05)
        return now[0]

    def end(self):
        for process in [self.api, *self.workers, self.temporal.server, self.postgres.server]:
            if process.poll() is None:
                kill(process)


def kill(process):
    process.kill()
    process.wait()


def wait_for_port(port):
    until = time.time() + 30
    while time.time() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit(f"nothing is listening on port {port}")


def again(server):
    server.kill()
    time.sleep(AWAY)
    server.start()


def api_killed(all_of_it):
    kill(all_of_it.api)
    time.sleep(AWAY)
    all_of_it.start_api()


def cut_off(all_of_it):
    """Suspends both servers without closing connections, as if packets no longer arrived."""
    stopped = all_of_it.postgres.processes() + all_of_it.temporal.processes()
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    time.sleep(CUT_OFF)
    for process in stopped:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)


FAULTS = {
    "nothing": (2, lambda all_of_it: None),
    "only-worker": (0, api_killed),
    "one-of-two-workers": (2, lambda all_of_it: kill(all_of_it.workers[0])),
    "temporal": (2, lambda all_of_it: again(all_of_it.temporal)),
    "postgres": (2, lambda all_of_it: again(all_of_it.postgres)),
    "cut-off": (2, cut_off),
}


def measure(fault):
    workers, strike = FAULTS[fault]
    with tempfile.TemporaryDirectory() as folder:
        all_of_it = Deployment(pathlib.Path(folder), workers)
        try:
            job, begun = all_of_it.start_job(), time.time()
            over, recovered, rows, status = None, None, 0, ""
            while status not in ("COMPLETED", "FAILED", "CANCELLED") and time.time() - begun < DEADLINE:
                rows, status = all_of_it.progress(job) or (rows, status)
                if over is None and rows >= BEFORE:
                    strike(all_of_it)
                    over, struck = time.time(), all_of_it.completed(job)
                elif over is not None and recovered is None and rows > struck:
                    recovered = time.time() - over
                time.sleep(0.1)
            calls = all_of_it.call("GET", f"/jobs/{job}/usage")["calls"]
            made = {kind: sum(of["calls"] for of in calls if of["kind"] == kind) for kind in ("search", "crawl")}
        finally:
            all_of_it.end()
    print(
        f"{fault:<20} {status:<10} {rows:>4} rows   searches {made['search']} of {2 * ROWS}   "
        f"pages {made['crawl']} of {ROWS}   recovered after {recovered or 0:.1f} s   {time.time() - begun:.1f} s in all",
        flush=True,
    )
    return rows == ROWS and status == "COMPLETED"


def main():
    parser = argparse.ArgumentParser(description="run a job while parts of its deployment are killed or cut off")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"one of {', '.join(FAULTS)}; default: all")
    parser.add_argument("--times", type=int, default=1, help="repetitions of each")
    chosen = parser.parse_args()
    unknown = [fault for fault in chosen.faults if fault not in FAULTS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; expected {', '.join(FAULTS)}")
    whole = [measure(fault) for fault in chosen.faults or FAULTS for _ in range(chosen.times)]
    sys.exit(0 if all(whole) else 1)


if __name__ == "__main__":
    main()
