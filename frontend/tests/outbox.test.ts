import "fake-indexeddb/auto";

import { beforeEach, expect, test, vi } from "vitest";

import { type Entry, drop, keep, newKey, waiting } from "../src/outbox_store";

const entry = (key: string, toldAt: string): Entry => ({ key, url: "/x", fields: [["during", "2"]], toldAt, record: "r" });

vi.stubGlobal("document", { querySelector: () => ({ content: "r" }), getElementById: () => null, dispatchEvent: () => true });
const { deliver, replay } = await import("../src/outbox");

beforeEach(async () => {
  for (const one of await waiting()) await drop(one.key);
});

test("entries wait in the order of telling and no two have one name", async () => {
  await keep(entry("b", "2026-11-22T08:00:00Z"));
  await keep(entry("a", "2026-11-22T07:00:00Z"));
  expect((await waiting()).map((one) => one.key)).toEqual(["a", "b"]);
  expect(new Set(Array.from({ length: 100 }, newKey)).size).toBe(100);
});

test("what is stored leaves, sent under its own key", async () => {
  const sent = vi.fn().mockResolvedValue(new Response("{}"));
  vi.stubGlobal("fetch", sent);
  await keep(entry("a", "2026-11-22T07:00:00Z"));
  expect((await deliver((await waiting())[0]!)).state).toBe("stored");
  expect(new Headers(sent.mock.calls[0]![1].headers).get("Idempotency-Key")).toBe("a");
  expect(await waiting()).toEqual([]);
});

test.each([
  ["no connection", () => Promise.reject(new TypeError("offline"))],
  ["a server in trouble", () => Promise.resolve(new Response("", { status: 503 }))],
  ["a lost session", () => Promise.resolve(new Response("", { status: 401 }))],
])("with %s nothing is lost", async (_, fetched) => {
  vi.stubGlobal("fetch", vi.fn(fetched));
  await keep(entry("a", "2026-11-22T07:00:00Z"));
  await keep(entry("b", "2026-11-22T08:00:00Z"));
  await replay();
  expect((await waiting()).map((one) => one.key)).toEqual(["a", "b"]);
});

test("what is refused keeps its reason and does not stop the rest", async () => {
  const refusal = new Response(JSON.stringify({ error: { text: "That day is to come." } }), { status: 422 });
  vi.stubGlobal("fetch", vi.fn().mockResolvedValueOnce(refusal).mockResolvedValue(new Response("{}")));
  await keep(entry("a", "2026-11-22T07:00:00Z"));
  await keep(entry("b", "2026-11-22T08:00:00Z"));
  await replay();
  expect((await waiting()).map((one) => one.refused)).toEqual(["That day is to come."]);
});
