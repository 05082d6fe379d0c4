/** What was dropped or chosen, as plain files with the way to each. */

export interface Named {
  file: File;
  /** Folders included: "2024/march/run.fit". */
  name: string;
}

/** Pictures and films hold no run; sending them would only take time. */
const MEDIA = /\.(jpe?g|png|gif|heic|webp|mp4|mov|avi|mpe?g|webm|mp3|wav|pdf)$/i;
/** Tables of an export name the runs beside them: they come last, when the runs are known. */
const TABLES = /\.(csv|json)$/i;

/** Return chosen files with their ways. */
export function chosen(files: FileList): Named[] {
  return [...files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
}

/** Return dropped files; folders are walked through. The items must be read before the event is over. */
export async function dropped(transfer: DataTransfer): Promise<Named[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  if (!entries.some((entry) => entry !== null)) return chosen(transfer.files);
  const found: Named[] = [];
  for (const entry of entries) if (entry) await walk(entry, "", found);
  return found;
}

async function walk(entry: FileSystemEntry, above: string, found: Named[]): Promise<void> {
  const name = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    found.push({ file, name });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A browser gives some entries at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return;
    for (const inner of some) await walk(inner, `${name}/`, found);
  }
}

/** Leave out what holds no run, and put what names the others at the end. */
export function sorted(files: Named[]): { wanted: Named[]; leftOut: number } {
  const wanted = files.filter(({ name, file }) => !MEDIA.test(name) && file.size > 0 && !/(^|\/)\./.test(name));
  wanted.sort((one, other) => Number(TABLES.test(one.name)) - Number(TABLES.test(other.name)));
  return { wanted, leftOut: files.filter(({ name }) => MEDIA.test(name)).length };
}

/** Cut a long list so that the first runs are in soon, and no part grows beyond bounds. */
export function parts(files: Named[], first = 20, further = 300, bytes = 256e6): Named[][] {
  const cut: Named[][] = [];
  let part: Named[] = [];
  let size = 0;
  for (const one of files) {
    if (part.length && (part.length >= (cut.length ? further : first) || size + one.file.size > bytes)) {
      cut.push(part);
      part = [];
      size = 0;
    }
    part.push(one);
    size += one.file.size;
  }
  if (part.length) cut.push(part);
  return cut;
}
