import base from "../playwright.config";

// Without a trace, because its snapshots are taken on the thread that is measured.
export default {
  ...base,
  testDir: ".",
  timeout: 900_000,
  outputDir: "../test-results",
  use: { ...base.use, trace: "off" as const },
};
