// Builds cells as DOM elements by hand, so that scrolling stays fast and all content is text.
import type { Cell } from "../api/types";
import { percent, value } from "../lib/format";
import { band, BANDS, isDone, outcomeLook } from "../lib/status";

export function element(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** The content of a cell as text, for copying and for screen readers. */
export function cellText(cell: Cell | undefined): string {
  return cell?.value === null || cell?.value === undefined ? "" : value(cell.value);
}

export function drawCell(cell: Cell | undefined, stage: string, threshold: number): HTMLElement {
  const frame = element("div", "cell");
  if (cell === undefined) {
    frame.append(
      element(
        "span",
        "shown waiting",
        isDone(stage) ? "not requested" : stage === "PENDING" ? "waiting" : "working…",
      ),
    );
    return frame;
  }
  const look = outcomeLook(cell.outcome);
  if (cell.value === null || cell.value === undefined) {
    frame.append(
      element("span", "shown why", look.label.toLowerCase()),
      sign(look.sign, look.tone),
    );
  } else {
    frame.append(element("span", "shown", value(cell.value)));
    if (cell.kept) frame.append(element("span", "lock small", "kept"));
    frame.append(
      cell.outcome === "found" ? sureness(cell.confidence, threshold) : sign(look.sign, look.tone),
    );
  }
  if (cell.reason !== "") frame.title = cell.reason;
  return frame;
}

function sign(text: string, tone: string): HTMLElement {
  const made = element("span", `sure ${tone}`, text);
  made.setAttribute("aria-hidden", "true");
  return made;
}

function sureness(confidence: number, threshold: number): HTMLElement {
  const look = BANDS[band(confidence, threshold)];
  const made = element("span", `sure ${look.tone}`);
  const bars = element("span", "bars", look.bars);
  bars.setAttribute("aria-hidden", "true");
  made.append(
    bars,
    element("span", "", percent(confidence)),
    element("span", "visually-hidden", look.label),
  );
  return made;
}
