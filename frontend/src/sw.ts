/** The service worker: keeps the shell and the pages that work offline; everything else comes from the server. */

declare const self: ServiceWorkerGlobalScope;

interface Shell {
  version: string;
  files: string[];
  pages: string[];
}

const PREFIX = "kneewise-";
const BUILD = new URL(self.location.href).searchParams.get("build") ?? "";
const SHELL = `${PREFIX}shell-${BUILD}`;
// A kept page names the files of its build, so both come and go together.
const PAGES = `${PREFIX}pages-${BUILD}`;
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
  // Without the pages the new version is not installed; the old one goes on and this is tried again.
  if (!answer.ok || answer.redirected) throw new Error(`${address} cannot be kept: ${answer.status}`);
  await pages.put(address, answer);
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

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  // The start link works once and sets the key: nothing stands between it and the server.
  if (address.pathname === "/start") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (address.pathname.startsWith("/static/") || address.pathname === "/icon.svg") event.respondWith(file(request));
});

export {};
