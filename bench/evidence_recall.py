#!/usr/bin/env python3
"""Measures where the proof of a cell is lost on its way into a model's prompt.

usage: bench/evidence_recall.py BINARY SET [--tokens N] [--kinds KIND ...] [--lost FILE] [--prompts FILE]

A server that speaks the protocol of OpenAI's chat completions records every prompt and finds nothing. BINARY enriches
each table of SET offline against it, with built-in patterns and decisions. For each gold cell the words that prove it are
then looked for at each stage:

    shown    a search showed a page that states them
    read     such a page was chosen and read
    kept     such a page has at least one passage in a prompt of the row
    prompt   they stand in a passage of such a page
    asked    they do, in a prompt that asks for the column
    reach    the same, or the value is right without the model

SET holds `input_KIND.csv`, `columns_KIND.json`, `gold_KIND.csv` (accepted values joined by ` || `), `qrels_KIND.jsonl` (the pages that
state them), `pages.jsonl`, and perhaps `facts.json`: `kind`, `row` (from 1), `column`, `url` and the words that are `visible` there;
entries with a `tag` are traps. Without it, a page states a value if its words occur there, and yes or no is left out.
"""

import argparse
import collections
import csv
import html.parser
import http.server
import json
import os
import pathlib
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import unicodedata

STAGES = "cells shown read kept prompt asked reach".split()
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
PASSAGE = re.compile(r"^passage \d+: .*\((\S+?)(?:, dated [^)]*)?\)$")


class Text(html.parser.HTMLParser):
    """The words of a page: its text, structured data and attributes."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = []
        self.skipped = False

    def handle_starttag(self, tag, attrs):
        self.parts.append("\n" if tag not in ("a", "b", "i", "em", "strong", "sup", "sub") else "")
        values = dict(attrs)
        self.skipped = tag == "style" or tag == "script" and "json" not in (values.get("type") or "")
        for name in ("content", "datetime", "alt", "value", "href", "title"):
            if values.get(name):
                self.parts.append(f"\n{values[name]}\n")

    def handle_endtag(self, tag):
        self.skipped = False
        if tag not in ("a", "b", "i", "em", "strong", "sup", "sub"):
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.skipped:
            self.parts.append(data)


class Recorder(http.server.BaseHTTPRequestHandler):
    """Answers that nothing was found."""

    prompts = []
    lock = threading.Lock()
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, answer):
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.reply({"object": "list", "data": [{"id": "recorder", "object": "model"}]})

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = request["messages"][0]["content"]
        name = request.get("response_format", {}).get("json_schema", {}).get("name", "")
        with self.lock:
            self.prompts.append((name, prompt))
        answer = {"cells": []} if name == "extract" else {"read": [], "facts": []}
        choice = {"index": 0, "message": {"role": "assistant", "content": json.dumps(answer)}, "finish_reason": "stop"}
        usage = {"prompt_tokens": len(prompt.encode()) // 4, "completion_tokens": 8, "total_tokens": len(prompt.encode()) // 4 + 8}
        self.reply({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage})


def fold(text):
    """Lower case without accents, words apart by single spaces, digits of one number together."""
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    text = re.sub(r"[$€£]", " ", text)
    text = re.sub(r"(?<=\d)[,\-](?=\d)", "", text)
    text = re.sub(r"(?<=\d)\.(?=\d)", "p", text)
    text = re.sub(r"[\W_]+", " ", text)
    text = re.sub(r"p00\b", "", text)
    return f" {text.strip()} "


def has_date(line, date):
    year, *rest = date.split("T")[0].split("-")
    words = fold(re.sub(r"(?<=\d)[-./](?=\d)", " ", line)).split()
    if year not in words:
        return False
    numbers = [int(found.group()) for found in (re.match(r"\d{1,2}(?!\d)", word) for word in words) if found]
    if rest:
        month = int(rest[0])
        if month not in numbers and not any(word.startswith(MONTHS[month - 1]) for word in words):
            return False
    return len(rest) < 2 or int(rest[1]) in numbers


def states(text, value, kind):
    """Whether a text has the words of a value; each item of a list anywhere, the parts of a date in one line."""
    if kind == "date" and re.fullmatch(r"\d{4}(-\d\d){0,2}(T.*)?", value):
        return any(has_date(line, value) for line in text.splitlines())
    folded = fold(text)
    return all(fold(item) in folded for item in value.split("; "))


def has_visible(text, visible):
    """Whether words stand in a text as a page shows them, whatever marks and line breaks lie between."""
    wanted, have = fold(visible), fold(text)
    return wanted in have or len(wanted) > 10 and wanted.replace(" ", "") in have.replace(" ", "")


def one_line(text):
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:200]}…"


def described(row):
    """The row as prompts describe it."""
    fields = [(name, value) for name, value in row.items() if value.strip() or name == "key"]
    return "; ".join(f"{one_line(name)}: {one_line(value)}" for name, value in fields[:13])


def passages(prompt):
    """Address and text of each passage of a prompt."""
    lines = prompt.splitlines()
    at = 0
    while at < len(lines):
        head = PASSAGE.match(lines[at])
        if head and at + 1 < len(lines) and re.fullmatch(r"-{5,}", lines[at + 1]):
            fence = lines[at + 1]
            end = lines.index(fence, at + 2)
            yield head.group(1), "\n".join([lines[at], *lines[at + 2 : end]])
            at = end
        at += 1


def run(binary, folder, kind, work, port, tokens):
    environment = {name: value for name, value in os.environ.items() if not re.search(r"_API_KEY$|_URL|^DATABASE|^TEMPORAL|^ENGINE$", name)}
    environment |= {
        "SEARCH_PROVIDER": "corpus", "CORPUS_DIR": str(folder), "DATA_DIR": str(work / kind),
        "PATTERN_MODEL": "builtin", "DECISION_MODEL": "builtin", "EXTRACTION_MODEL": "openai:recorder",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "PROMPT_TOKENS": str(tokens), "NO_PROXY": "127.0.0.1",
    }
    output = work / f"enriched_{kind}.csv"
    command = [binary, "enrich", folder / f"input_{kind}.csv", "-k", "key", "--columns", folder / f"columns_{kind}.json"]
    command += ["--fresh", "-o", output]
    done = subprocess.run(command, env=environment, cwd=work, capture_output=True, text=True)
    if done.returncode:
        print(f"{kind}: exit {done.returncode}: {done.stderr[-500:]}", file=sys.stderr)
    return list(csv.DictReader(open(output, encoding="utf-8"))) if output.exists() else []


def history(data):
    """By row: addresses shown by its searches, addresses read, and the whole pages' bytes."""
    base = sqlite3.connect(next(path for path in data.rglob("*") if path.suffix in (".db", ".sqlite", ".sqlite3") and "corpus" not in path.name))
    serps = {}
    for query, serp in base.execute("SELECT query, serp FROM searches JOIN serps USING (hash)"):
        serps[query] = [result["url"] for result in json.loads(serp)["results"]]
    sizes = dict(base.execute("SELECT url, bytes FROM fetches JOIN pages USING (hash)"))
    rows = base.execute("SELECT row_index, leader, attempts FROM job_rows").fetchall()
    attempts = {row: json.loads(text) for row, _, text in rows if text}
    found = {}
    for row, leader, _ in rows:
        tries = attempts.get(row) or attempts.get(leader) or []
        shown = {url for one in tries for query in one["queries"] for url in serps.get(query, [])}
        read = {url for one in tries for url in one["pages"]}
        found[row] = (shown, read, sum(sizes.get(url, 0) for url in read), sum(len(one["queries"]) for one in tries))
    return found


class LabelledSet:
    """A folder of tables with their accepted values and the pages that state them."""

    def __init__(self, folder):
        self.folder = folder
        self.kinds = sorted(path.stem[6:] for path in folder.glob("input_*.csv"))
        self.texts = dict(self.read_page(json.loads(line)) for line in self.lines("pages.jsonl"))
        self.facts = None
        if (folder / "facts.json").exists():
            self.facts = collections.defaultdict(list)
            for fact in json.loads((folder / "facts.json").read_text(encoding="utf-8")):
                if fact.get("tag") is None and fact["visible"]:
                    self.facts[fact["kind"], fact["row"], fact["column"]].append((fact["url"], fact["visible"]))

    def lines(self, name):
        return (self.folder / name).read_text(encoding="utf-8").splitlines()

    def table(self, name):
        with open(self.folder / name, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def columns(self, kind):
        listed = json.loads((self.folder / f"columns_{kind}.json").read_text(encoding="utf-8"))["columns"]
        return {column["name"]: column for column in listed}

    def read_page(self, page):
        source = (self.folder / page["file"]).read_bytes().decode(page.get("charset") or "utf-8", "replace")
        if page["file"].endswith((".html", ".htm")):
            reader = Text()
            reader.feed(source)
            source = "".join(reader.parts)
        return page["url"], page.get("title", "") + "\n" + source

    def has(self, text, words, column):
        return states(text, words, column["type"]) if self.facts is None else has_visible(text, words)

    def proofs(self, kind):
        """Row, column, accepted values, and the pages that state one of them, each with its words."""
        pages_of = collections.defaultdict(list)
        for row in map(json.loads, self.lines(f"qrels_{kind}.jsonl")):
            pages_of[row["key"]] += row["urls"]
        columns = self.columns(kind)
        for at, row in enumerate(self.table(f"gold_{kind}.csv")):
            for name, column in columns.items():
                accepted = [value for value in (row.get(name) or "").split(" || ") if value.strip()]
                if self.facts is not None:
                    claimed = self.facts[kind, at + 1, name]
                elif column["type"] == "boolean":
                    continue
                else:
                    claimed = [(url, value) for url in pages_of[row["key"]] for value in accepted]
                stated = [(url, words) for url, words in claimed if url in self.texts and self.has(self.texts[url], words, column)]
                if accepted and stated:
                    yield at, column, accepted, stated


class Prompt:
    """What a prompt asks for and shows."""

    def __init__(self, text):
        self.row = re.search(r"^Row: (.*)$", text, re.M).group(1)
        self.columns = set(re.findall(r"^- (.*?) \(", text.split("\nRules:")[0], re.M))
        self.passages = list(passages(text))
        self.tokens = len(text.encode()) // 4


def is_same(value, accepted, column):
    """Whether a value is an accepted one; a telephone number may have the code of its country."""
    digits = [re.sub(r"\D", "", text).lstrip("0") for text in (value, accepted)]
    is_phone = column.get("format") == "phone" and len(digits[1]) > 5
    return fold(value) == fold(accepted) or states(value, accepted, column["type"]) or is_phone and digits[0].endswith(digits[1])


def find_stages(labelled, proof, prompts, history, value):
    """The stages that the proof of a cell passes."""
    _, column, accepted, stated = proof
    shown, read, *_ = history
    pages = {url for url, _ in stated}
    holds = lambda page, text: any(url == page and labelled.has(text, words, column) for url, words in stated)
    held = [one for one in prompts if any(holds(*passage) for passage in one.passages)]
    is_right = bool(value) and any(is_same(value, one, column) for one in accepted)
    is_asked = any(column["name"] in one.columns for one in held)
    passed = {
        "cells": True,
        "shown": bool(pages & shown),
        "read": bool(pages & read),
        "kept": any(page in pages for one in prompts for page, _ in one.passages),
        "prompt": bool(held),
        "asked": is_asked,
        "reach": is_asked or is_right,
    }
    return [stage for stage in STAGES if passed[stage]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("set")
    parser.add_argument("--tokens", type=int, default=3000, help="PROMPT_TOKENS of the run")
    parser.add_argument("--kinds", nargs="*")
    parser.add_argument("--lost", help="a file for the cells out of reach, as JSON lines")
    parser.add_argument("--prompts", help="a file for all prompts, as JSON lines")
    options = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    labelled = LabelledSet(pathlib.Path(options.set).resolve())
    total, lost, recorded, rows, queries, whole = collections.Counter(), [], [], 0, 0, 0
    print(f"{'kind':12}" + "".join(f"{stage:>8}" for stage in STAGES) + f"{'tokens/row':>12}")
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        for kind in options.kinds or labelled.kinds:
            Recorder.prompts.clear()
            predicted = run(pathlib.Path(options.binary).resolve(), labelled.folder, kind, work, server.server_port, options.tokens)
            recorded += [{"kind": kind, "name": label, "prompt": text} for label, text in Recorder.prompts]
            prompts = [Prompt(text) for label, text in Recorder.prompts if label == "extract"]
            table, histories, of_kind = labelled.table(f"input_{kind}.csv"), history(work / kind), collections.Counter()
            for proof in labelled.proofs(kind):
                at, column, accepted, stated = proof
                of_row = [one for one in prompts if one.row == described(table[at])]
                value = predicted[at].get(column["name"], "") if at < len(predicted) else ""
                passed = find_stages(labelled, proof, of_row, histories.get(at, (set(), set(), 0, 0)), value)
                of_kind.update(passed)
                if "reach" not in passed:
                    lost.append({"kind": kind, "row": at + 1, "key": table[at]["key"], "column": column["name"], "gold": accepted, "value": value, "stated": stated, "passed": passed, "is_asked": any(column["name"] in one.columns for one in of_row)})
            rows += len(table)
            whole += sum(size for _, _, size, _ in histories.values())
            queries += sum(asked for _, _, _, asked in histories.values())
            total += of_kind
            tokens = sum(one.tokens for one in prompts) / max(len(table), 1)
            print(f"{kind:12}" + "".join(f"{of_kind[stage]:8}" for stage in STAGES) + f"{tokens:12.0f}", flush=True)
    sizes = [len(one["prompt"].encode()) // 4 for one in recorded if one["name"] == "extract"] or [0]
    print(f"{'total':12}" + "".join(f"{total[stage]:8}" for stage in STAGES) + f"{sum(sizes) / max(rows, 1):12.0f}")
    print(f"{'share':12}" + "".join(f"{total[stage] / max(total['cells'], 1):8.3f}" for stage in STAGES))
    print(
        f"{len(sizes)} prompts of {statistics.median(sizes):.0f} tokens (median), at most {max(sizes)}, together {sum(sizes)}: "
        f"{sum(sizes) / max(total['reach'], 1):.0f} for each cell within reach; {queries / max(rows, 1):.1f} queries a row; "
        f"the files of the pages read have {whole // 4 // max(rows, 1)} tokens a row"
    )
    for file, entries in ((options.lost, lost), (options.prompts, recorded)):
        if file:
            pathlib.Path(file).write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), encoding="utf-8")


if __name__ == "__main__":
    main()
