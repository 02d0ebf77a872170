import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The server that `npm run dev` hands the API to.
const server = process.env["AMPLEDATA_URL"] ?? "http://127.0.0.1:8080";
const proxy = Object.fromEntries(
  ["/api", "/uploads", "/healthz", "/readyz"].map((path) => [path, { target: server }]),
);

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The Content-Security-Policy allows what comes from the server itself, nothing in line.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The grid is large and comes on demand.
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy },
  preview: { proxy },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
