// Saves a chart as a file. Its styles come from the style sheets, so they are copied into the file.
import { save } from "../../lib/save";

const LOOKS = [
  "fill",
  "stroke",
  "stroke-width",
  "font-family",
  "font-size",
  "font-weight",
] as const;

function standalone(chart: SVGSVGElement): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const [seen, drawn] = [chart.querySelectorAll("*"), copy.querySelectorAll("*")];
  seen.forEach((element, at) => {
    const style = getComputedStyle(element);
    for (const look of LOOKS) drawn[at]?.setAttribute(look, style.getPropertyValue(look));
  });
  const { width, height } = chart.viewBox.baseVal;
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(chart).backgroundColor);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

const asBlob = (chart: SVGSVGElement): Blob =>
  new Blob([standalone(chart)], { type: "image/svg+xml" });

function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  save(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function saveSvg(chart: SVGSVGElement, name: string): void {
  saveBlob(asBlob(chart), `${name}.svg`);
}

/** Saves the chart at twice its size, for screens and for print. */
export async function savePng(chart: SVGSVGElement, name: string): Promise<void> {
  const { width, height } = chart.viewBox.baseVal;
  const image = new Image(width * 2, height * 2);
  const url = URL.createObjectURL(asBlob(chart));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob === null) throw new Error("the image could not be drawn");
    saveBlob(blob, `${name}.png`);
  } finally {
    URL.revokeObjectURL(url);
  }
}
