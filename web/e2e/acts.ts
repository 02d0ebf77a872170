// What users do in the app, by the texts that they see.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import AXE from "axe-core";
import { expect, type Page } from "@playwright/test";
import { parse } from "./csv";
import { EXAMPLE, type Server } from "./server";

export const TABLE = join(EXAMPLE, "input_bridges.csv");
export const INPUT = readFileSync(TABLE, "utf8").trim().split("\n").slice(1);

/** Opens the app, and returns everything that the browser complains about. */
export async function open(page: Page, server: Server, path = "/"): Promise<string[]> {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Refused requests are shown by the app; that the browser logs them as well is fine.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith("http") && host !== new URL(server.url).host)
      complaints.push(`asked ${request.url()}`);
  });
  await page.goto(server.url + path);
  return complaints;
}

export async function upload(
  page: Page,
  file: string | { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  await page.getByLabel("Table file").setInputFiles(file);
}

/** From the home page to a started run over these columns. */
export async function begin(
  page: Page,
  columns: string,
  file: Parameters<typeof upload>[1] = TABLE,
): Promise<void> {
  await upload(page, file);
  await page.waitForURL(/\/sources\//);
  await page.getByLabel("New columns").fill(columns);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Edit / }).first()).toBeVisible();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.waitForURL(/\/jobs\//);
}

export const status = (page: Page) => page.locator(".page-head .badge");
export const completed = (page: Page) =>
  expect(status(page)).toHaveText("Completed", { timeout: 60_000 });
export const jobOf = (page: Page): string => /\/jobs\/([^/?]+)/.exec(page.url())?.[1] ?? "";

export const cellOf = (page: Page, row: number, column: string) =>
  page.locator(`.ag-row[row-index="${row}"] [col-id="found:${column}"]`);

/** A table large enough for its run to be observed. */
export function large(rows: number): { name: string; mimeType: string; buffer: Buffer } {
  const lines = Array.from({ length: rows }, (_, at) => {
    const [key = "", ...rest] = parse(INPUT[at % INPUT.length] ?? "")[0] ?? [];
    return [at < INPUT.length ? key : `${key} ${at}`, ...rest]
      .map((field) => `"${field}"`)
      .join(",");
  });
  return {
    name: "many.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`key,city,country\n${lines.join("\n")}\n`),
  };
}

/** Checks a view for accessibility violations. */
export async function accessible(page: Page, where: string): Promise<void> {
  await page.evaluate(AXE.source);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof AXE };
    const results = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return results.violations.map(
      (one) =>
        `${one.id}: ${one.help}\n  ${one.nodes
          .slice(0, 3)
          .map((node) => `${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`)
          .join("\n  ")}`,
    );
  });
  expect(found, where).toEqual([]);
}
