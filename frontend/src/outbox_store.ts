/** Entries that wait for the server, kept in the browser's own database. */

export interface Entry {
  /** Our name of this entry; the server stores it once, however often it comes. */
  key: string;
  url: string;
  /** Form fields in their order. */
  fields: [string, string][];
  /** When it was told, ISO 8601 with offset. */
  toldAt: string;
  /** The record that it was told to; another one behind the same address never gets it. */
  record: string;
  /** The page on which it can be put right. */
  mend?: string;
  /** The server's sentence, where it did not accept the entry. */
  refused?: string;
}

const DATABASE = "kneewise-outbox";
const STORE = "entries";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Keep an entry, new or changed. */
export async function keep(entry: Entry): Promise<void> {
  await run("readwrite", (store) => store.put(entry));
}

/** Let go of an entry. */
export async function drop(key: string): Promise<void> {
  await run("readwrite", (store) => store.delete(key));
}

/** All entries, the one told first at the front. */
export async function waiting(): Promise<Entry[]> {
  const entries = await run<Entry[]>("readonly", (store) => store.getAll() as IDBRequest<Entry[]>);
  return entries.sort((one, other) => one.toldAt.localeCompare(other.toldAt));
}

/** A name that no other entry has; also where the browser has no randomUUID because the page is not served securely. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
