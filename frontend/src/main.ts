/** What every page loads. */

import htmx from "htmx.org/dist/htmx.esm.js";

import "./styles/tokens.css";
import "./styles/frame.css";
import "./styles/parts.css";
import "./styles/forms.css";
import { startOutbox } from "./outbox";
import { meta, sharedTexts, toast } from "./page";
import { csrfToken } from "./requests";
import { startSliders } from "./slider";

interface Configured extends Event {
  detail: { headers: Record<string, string> };
}
interface Failed extends Event {
  detail: { xhr: XMLHttpRequest };
}

function startHtmx(): void {
  document.addEventListener("htmx:configRequest", (event) => {
    (event as Configured).detail.headers["X-CSRF-Token"] = csrfToken();
  });
  document.addEventListener("htmx:sendError", () => toast(sharedTexts().failed));
  document.addEventListener("htmx:responseError", (event) => {
    const text = (event as Failed).detail.xhr.responseText;
    try {
      toast((JSON.parse(text) as { error: { text: string } }).error.text);
    } catch {
      toast(sharedTexts().failed);
    }
  });
  void htmx;
}

function startWorker(): void {
  // Staff of a clinic read many records; none of them is kept on their device.
  if (!("serviceWorker" in navigator) || !meta("csrf-token") || !meta("record")) return;
  // Without a connection the worker that is there goes on; the next page tries again.
  navigator.serviceWorker.register(`/sw.js?build=${meta("build")}`, { scope: "/" }).catch(() => undefined);
  // Who is led to a session may begin it where there is no connection; who is not led to one any more must not.
  if (document.querySelector('#today, a[href^="/live"]')) keepLive();
  for (const told of ["outbox:answer", "outbox:stored"]) document.addEventListener(told, keepLive);
}

/** Let the pages of live sessions be kept as they are now. */
function keepLive(): void {
  void navigator.serviceWorker.ready.then(({ active }) => {
    for (const keep of ["/live", "/live/trial"]) active?.postMessage({ keep });
  });
}

startHtmx();
startSliders();
// After everything was erased nothing is sent that still waited, and nothing is kept, not even empty pages.
if (!document.getElementById("erased")) {
  startOutbox();
  startWorker();
}
