/** The service worker: keeps the shell and the pages that work offline; everything else comes from the server. */

declare const self: ServiceWorkerGlobalScope;

interface Shell {
  version: string;
  files: string[];
  pages: string[];
  /** Large files with their sizes. */
  late: Record<string, number>;
}

const PREFIX = "kneewise-";
const BUILD = new URL(self.location.href).searchParams.get("build") ?? "";
const SHELL = `${PREFIX}shell-${BUILD}`;
// A kept page names the files of its build, so both come and go together.
const PAGES = `${PREFIX}pages-${BUILD}`;
// The camera's networks and the program that runs them: kept from their first use on, or when the runner asks for it
// (live/ready.ts). Their names change with their content, so that what a new build still needs stays.
const LATE = `${PREFIX}late`;
const LIST = "/shell.json";
const OFFLINE = "/offline";

async function install(): Promise<void> {
  const list = await fetch(LIST);
  const shell = (await list.clone().json()) as Shell;
  const files = await caches.open(SHELL);
  await files.addAll(shell.files);
  await files.put(LIST, list);
  const pages = await caches.open(PAGES);
  await Promise.all(shell.pages.map((address) => keepPage(pages, address)));
  await self.skipWaiting();
}

async function keepPage(pages: Cache, address: string): Promise<void> {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  // Without the pages the new version is not installed; the old one goes on and this is tried again.
  if (!answer.ok || answer.redirected) throw new Error(`${address} cannot be kept: ${answer.status}`);
  await pages.put(address, answer);
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const ours = [SHELL, PAGES, LATE];
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && !ours.includes(name)).map((name) => caches.delete(name)),
  );
  if (names.includes(LATE)) await dropOldLate();
  await self.clients.claim();
}

/** Large files that this build knows. */
async function lateFiles(): Promise<Shell["late"]> {
  const list = await (await caches.open(SHELL)).match(LIST);
  return list ? ((await list.json()) as Shell).late : {};
}

async function dropOldLate(): Promise<void> {
  const [late, kept] = [await lateFiles(), await caches.open(LATE)];
  const old = (await kept.keys()).filter(({ url }) => !(new URL(url).pathname in late));
  await Promise.all(old.map((request) => kept.delete(request)));
}

/** A page from the server, else as it was kept, else the page that says so. */
async function page(request: Request): Promise<Response> {
  const pages = await caches.open(PAGES);
  const { pathname, search } = new URL(request.url);
  try {
    const answer = await fetch(request);
    // An address with a query shows something of the moment; what is kept is the plain page.
    if (answer.ok && !answer.redirected && !search && (await pages.match(pathname))) {
      await pages.put(pathname, answer.clone());
    }
    return answer;
  } catch {
    return (await pages.match(pathname)) ?? (await pages.match(OFFLINE)) ?? Response.error();
  }
}

async function file(event: FetchEvent): Promise<Response> {
  const kept = await caches.match(event.request);
  if (kept) return kept;
  const answer = await fetch(event.request);
  // A device without room goes on without it.
  if (answer.ok) event.waitUntil(keepLate(event.request, answer.clone()).catch(() => undefined));
  return answer;
}

async function keepLate(request: Request, answer: Response): Promise<void> {
  if (new URL(request.url).pathname in (await lateFiles())) await (await caches.open(LATE)).put(request, answer);
}

/** A page leads to one that is kept: keep that one as it is now, before the connection is gone. */
async function keepAgain(address: string): Promise<void> {
  const pages = await caches.open(PAGES);
  if (await pages.match(address)) await keepPage(pages, address).catch(() => undefined);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  const told = event.data as { keep?: string } | null;
  if (told?.keep) event.waitUntil(keepAgain(told.keep));
});
self.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  // The start link works once and sets the key: nothing stands between it and the server.
  if (address.pathname === "/start") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (/^\/(static|models)\/|^\/icon\.svg$/.test(address.pathname)) event.respondWith(file(event));
});

export {};
