/** Requests to our own server, with the CSRF token. */

import { meta } from "./page";

let fresh = "";

/** Return the token of this session. */
export function csrfToken(): string {
  return fresh || meta("csrf-token");
}

/** Ask for the token again: a page kept offline may carry an old one. */
export async function renewToken(): Promise<void> {
  const answer = await fetch("/session.json", { headers: { Accept: "application/json" } });
  if (answer.ok) fresh = ((await answer.json()) as { csrf: string }).csrf;
}

/** Send something that changes the record; JSON comes back, or an `{error: {text}}`. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("X-CSRF-Token", csrfToken());
  if (!headers.has("Accept")) headers.set("Accept", "application/json");
  return fetch(url, { method: "POST", ...init, headers });
}

/** The server's sentence of a refused request. */
export async function sentence(answer: Response): Promise<string> {
  try {
    return ((await answer.json()) as { error: { text: string } }).error.text;
  } catch {
    return answer.statusText;
  }
}
