import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const CHROMIUMS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
];
const chromium = process.env.CHROMIUM ?? CHROMIUMS.find((path) => existsSync(path));
if (chromium === undefined) throw new Error("Chromium was not found: run scripts/install-chromium");

export default defineConfig({
  testDir: "e2e",
  timeout: 120_000,
  expect: { timeout: 20_000 },
  fullyParallel: false,
  workers: 1,
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    acceptDownloads: true,
    actionTimeout: 20_000,
    launchOptions: { executablePath: chromium, args: ["--no-sandbox"] },
    trace: "retain-on-failure",
  },
});
