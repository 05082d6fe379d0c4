/** What the server wrote into the page for us. */

/** Return the JSON block that `page_data(id, ...)` wrote. */
export function pageData<T>(id: string): T {
  const text = document.getElementById(id)?.textContent;
  if (!text) throw new Error(`this page has no data '${id}'`);
  return JSON.parse(text) as T;
}

/** Texts that every page carries, in the reader's language. */
export type SharedTexts = Record<
  | "kept"
  | "waiting"
  | "waiting_one"
  | "unkept"
  | "elsewhere"
  | "sent"
  | "refused"
  | "mend"
  | "discard"
  | "failed"
  | "unsigned",
  string
>;

export function sharedTexts(): SharedTexts {
  return pageData<SharedTexts>("shared-texts");
}

/** Fill the places of a text: fill("{count} runs", { count: "3" }). */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Content of a meta element. */
export function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

let hiding: ReturnType<typeof setTimeout> | undefined;

/** Say something at the edge of the page for a while. */
export function toast(text: string): void {
  const place = document.getElementById("toast");
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (place.hidden = true), 8000);
}
