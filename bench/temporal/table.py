"""Writes rows.csv and a corpus with a page for each of its 500 rows into the folder given."""
import json
import os
import sys

folder = sys.argv[1]
os.makedirs(f"{folder}/corpus")
pages = []
with open(f"{folder}/rows.csv", "w") as table:
    table.write("company,city\n")
    for n in range(500):
        name, city = f"Acmewell {n} Works", f"Town{n % 37}"
        table.write(f"{name},{city}\n")
        with open(f"{folder}/corpus/{n}.html", "w") as page:
            page.write(
                f"<title>{name}</title><h1>{name}</h1><p>{name} is a company in {city}.</p>"
                f"<dl><dt>Opened on</dt><dd>{1 + n % 28} March {1900 + n % 100}</dd>"
                f"<dt>Length m</dt><dd>{100 + n}</dd></dl>"
            )
        pages.append(json.dumps({"url": f"https://c{n}.example/", "file": f"{n}.html"}))
with open(f"{folder}/corpus/pages.jsonl", "w") as listed:
    listed.write("\n".join(pages) + "\n")
