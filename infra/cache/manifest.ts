/**
 * The manifest of a cache entry: what it was made of, and the size and hash of every file in it. It is
 * the last file that a build writes, so an entry without one was never finished.
 */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow, hashFile } from './hash.ts';
import { Seen } from './seen.ts';

/** Name of the manifest within its entry. */
export const MANIFEST = 'manifest.json';

/** What an entry is. */
export interface Manifest {
  name: string;
  key: string;
  inputs: Record<string, string>;
  /** By path relative to the entry. */
  files: Record<string, { size: number; sha256: string }>;
}

/** Describes the files that a build left in `folder`, and writes the manifest there. */
export async function writeManifest(
  folder: string,
  about: Pick<Manifest, 'name' | 'key' | 'inputs'>,
): Promise<Manifest> {
  const files: Manifest['files'] = {};
  for (const path of await filesBelow(folder)) {
    const full = join(folder, path);
    files[path] = { size: (await stat(full)).size, sha256: await hashFile(full) };
  }
  const manifest: Manifest = { ...about, files };
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

/** An entry as found: absent, whole, or broken for a reason. */
export type EntryState =
  | { state: 'absent' }
  | { state: 'broken'; reason: string }
  | { state: 'whole'; manifest: Manifest };

/** Reads an entry and checks that every file of it is what its manifest says. */
export async function inspectEntry(folder: string, key: string): Promise<EntryState> {
  const present = await stat(folder).catch(() => undefined);
  if (present === undefined) return { state: 'absent' };
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined) return { state: 'broken', reason: 'it has no manifest' };
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
    if (typeof manifest.files !== 'object' || manifest.files === null) throw new Error('no files');
  } catch {
    return { state: 'broken', reason: 'its manifest cannot be read' };
  }
  if (manifest.key !== key) return { state: 'broken', reason: 'its manifest is of another entry' };
  const seen = await Seen.of(folder);
  for (const [path, expected] of Object.entries(manifest.files)) {
    const full = join(folder, path);
    const found = await stat(full, { bigint: true }).catch(() => undefined);
    if (found === undefined) return { state: 'broken', reason: `${path} is missing` };
    if (Number(found.size) !== expected.size) {
      return { state: 'broken', reason: `${path} has ${found.size} bytes, not ${expected.size}` };
    }
    if (seen.has(path, found, expected.sha256)) continue;
    if ((await hashFile(full)) !== expected.sha256) {
      return { state: 'broken', reason: `${path} has been changed` };
    }
    seen.add(path, found, expected.sha256);
  }
  await seen.save();
  return { state: 'whole', manifest };
}
