/** Reads what `apt-get --print-uris` prints: one line a file, `'uri' name size HASH:hex`. */

/** A file of an archive, as a signed index describes it. */
export interface ArchiveFile {
  uri: string;
  /** Name under which apt stores it. */
  name: string;
  /** Bytes. */
  size: number;
  /** SHA-256, hex. */
  sha256: string;
}

/** The files in apt's output; other lines are apt's conversation. */
export function parsePrintedUris(text: string): ArchiveFile[] {
  const files: ArchiveFile[] = [];
  for (const line of text.split('\n')) {
    const match = /^'([^']+)' (\S+) (\d+) SHA256:([0-9a-f]{64})$/.exec(line.trim());
    if (match === null) continue;
    const [, uri = '', name = '', size = '0', sha256 = ''] = match;
    files.push({ uri, name, size: Number(size), sha256 });
  }
  return files;
}
