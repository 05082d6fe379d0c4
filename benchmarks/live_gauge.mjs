/** Put keypoints of many pictures before the browser's gauge: tracks as JSON on stdin, its readings as JSON on stdout. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

// Read first: Vite sets the standard input to return at once.
const { settings, everyS, tracks } = JSON.parse(readFileSync(0, "utf-8"));
const root = fileURLToPath(new URL("../frontend", import.meta.url));
const vite = createRequire(`${root}/package.json`).resolve("vite");
const { createServer } = await import(pathToFileURL(vite).href);
const server = await createServer({ root, logLevel: "error", server: { middlewareMode: true, ws: false }, optimizeDeps: { noDiscovery: true } });
const { Gauge } = await server.ssrLoadModule("/src/live/gauge.ts");

const POINTS = 33;

function replay({ width, height, times, points, visibility }) {
  const gauge = new Gauge(settings);
  const readings = [];
  let toldS = times[0];
  times.forEach((timeS, picture) => {
    const seen = new Float32Array(3 * POINTS);
    points[picture].forEach(([x, y], point) => seen.set([x ?? NaN, y ?? NaN], 3 * point));
    gauge.add({ timeS, width, height, presence: 1, points: seen, visibility: Float32Array.from(visibility[picture]) });
    if (timeS - toldS < everyS) return;
    toldS = timeS;
    readings.push({ timeS, ...gauge.read() });
  });
  return readings;
}

process.stdout.write(JSON.stringify(tracks.map(replay)));
await server.close();
