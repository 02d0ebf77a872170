import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The development server proxies everything but the app itself to a running `ampledata serve`.
const server = process.env.AMPLEDATA_URL ?? "http://127.0.0.1:8080";
const passed = ["/api", "/uploads", "/readyz", "/healthz", "/metrics"];

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The Content-Security-Policy allows no `data:` scripts or fonts; inlined files cannot be cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  // As the program serves the app, Content-Security-Policy included.
  preview: {
    proxy: Object.fromEntries(passed.map((path) => [path, { target: server }])),
    headers: {
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'",
    },
  },
  server: { proxy: Object.fromEntries(passed.map((path) => [path, { target: server }])) },
});
