import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** One entry for every file in src/areas, beside the entry that all pages load and the service worker. */
const areas = readdirSync(`${root}src/areas`)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => `src/areas/${name}`);

export default defineConfig({
  root,
  base: "/static/",
  publicDir: false,
  build: {
    outDir: "../src/kneewise/web/static",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: ["src/main.ts", "src/sw.ts", ...areas],
      output: {
        // The service worker keeps its name: browsers look for its updates at one address.
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
