/** Sending files one by one with their progress: fetch tells none, so this asks the older interface. */

import { csrfToken } from "./requests";

/** The server's refusal, as its sentence. */
export class Refused extends Error {}

/** Send one file as the body of a request; the browser reads it from the disk piece by piece. */
export function sendFile(
  url: string,
  file: Blob,
  headers: Record<string, string>,
  { onSent, signal }: { onSent?: (bytes: number) => void; signal?: AbortSignal } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => onSent?.(event.loaded));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(request.responseText);
      else reject(new Refused(sentenceIn(request.responseText)));
    });
    request.addEventListener("error", () => reject(new Error("no connection")));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function sentenceIn(text: string): string {
  try {
    return (JSON.parse(text) as { error: { text: string } }).error.text;
  } catch {
    return text.slice(0, 200);
  }
}
