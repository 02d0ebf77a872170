import base from "../playwright.config";

export default { ...base, testDir: ".", timeout: 900_000, outputDir: "../test-results" };
