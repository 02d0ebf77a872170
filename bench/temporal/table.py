"""A table of companies, and a corpus with a page for each of its rows."""
import json

ROWS = 500


def write_table(folder):
    """Writes rows.csv and corpus/ into the folder."""
    corpus = folder / "corpus"
    corpus.mkdir()
    lines, pages = ["company,city"], []
    for n in range(ROWS):
        name, city = f"Acmewell {n} Works", f"Town{n % 37}"
        lines.append(f"{name},{city}")
        (corpus / f"{n}.html").write_text(
            f"<title>{name}</title><h1>{name}</h1><p>{name} is a company in {city}.</p>"
            f"<dl><dt>Opened on</dt><dd>{1 + n % 28} March {1900 + n % 100}</dd>"
            f"<dt>Length m</dt><dd>{100 + n}</dd></dl>"
        )
        pages.append(json.dumps({"url": f"https://c{n}.example/", "file": f"{n}.html"}))
    (folder / "rows.csv").write_text("\n".join(lines) + "\n")
    (corpus / "pages.jsonl").write_text("\n".join(pages) + "\n")
