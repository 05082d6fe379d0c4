/** The service worker: keeps the shell and the pages that work offline; everything else comes from the server. */

declare const self: ServiceWorkerGlobalScope;

interface Shell {
  version: string;
  files: string[];
  pages: string[];
}

const PREFIX = "kneewise-";
const SHELL = `${PREFIX}shell-${new URL(self.location.href).searchParams.get("build") ?? ""}`;
const PAGES = `${PREFIX}pages`;
const OFFLINE = "/offline";

async function install(): Promise<void> {
  const shell = (await (await fetch("/shell.json")).json()) as Shell;
  await (await caches.open(SHELL)).addAll(shell.files);
  const pages = await caches.open(PAGES);
  await Promise.all(shell.pages.map((address) => keepPage(pages, address)));
  await self.skipWaiting();
}

async function keepPage(pages: Cache, address: string): Promise<void> {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) await pages.put(address, answer);
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== SHELL && name !== PAGES).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

/** A page from the server, else as it was kept, else the page that says so. */
async function page(request: Request): Promise<Response> {
  const pages = await caches.open(PAGES);
  const address = new URL(request.url).pathname;
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && (await pages.match(address))) await pages.put(address, answer.clone());
    return answer;
  } catch {
    return (await pages.match(address)) ?? (await home(pages, address)) ?? (await pages.match(OFFLINE)) ?? Response.error();
  }
}

/** The address "/" leads to the first area; offline, to the first page that was kept. */
async function home(pages: Cache, address: string): Promise<Response | undefined> {
  if (address !== "/") return undefined;
  const kept = (await pages.keys()).map((request) => new URL(request.url).pathname).find((path) => path !== OFFLINE);
  return kept ? Response.redirect(kept, 302) : undefined;
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (address.pathname.startsWith("/static/") || address.pathname === "/icon.svg") event.respondWith(file(request));
});

export {};
