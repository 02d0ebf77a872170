"""Uploads a table to an API, starts a job over it, and prints seconds, completed rows and status until it ends."""
import json
import sys
import time
import urllib.request

base, path = sys.argv[1], sys.argv[2]


def call(method, address, body=None, kind="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(address, method=method, data=data, headers={"content-type": kind})
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


table = open(path, "rb").read()
signed = call("POST", f"{base}/enrichment-signed-url", {"contentType": "text/csv", "length": len(table)})
call("PUT", signed["url"], table, "text/csv")
job, begun = signed["jobId"], time.time()
columns = [{"name": "opened_on", "type": "date"}, {"name": "length_m", "type": "number"}]
call("POST", f"{base}/jobs/{job}/start", {"key_column": "company", "columns_metadata": columns})
while True:
    now = call("GET", f"{base}/jobs/{job}/progress")
    print(f"{time.time() - begun:.1f} {now['rows_by_stage'].get('COMPLETED', 0)} {now['status']}", flush=True)
    if now["status"] in ("COMPLETED", "FAILED", "CANCELLED"):
        break
    time.sleep(0.3)
calls = call("GET", f"{base}/jobs/{job}/usage")["calls"]
print(now["rows_by_stage"], {of["kind"]: of["calls"] for of in calls}, flush=True)
