/**
 * Reads a result back. Whatever is not exactly a result is one clear error.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../infra/errors.ts';
import {
  type Checked,
  checkManifest,
  checkSummary,
  otherSchemaVersion,
} from '../schema/validate.ts';
import { type FileEntry, type Result, SCHEMA_VERSION } from '../types.ts';
import { hashFile } from './files.ts';

function isNot(folder: string, why: string): UserError {
  return new UserError(`${folder} is not a result: ${why}.`, {
    advice: 'Give a folder below results/runs/, as tinyvmi-bench run prints it.',
  });
}

/** Reads one document of a result, and checks its version and its schema. @throws UserError */
export async function readDocument<T>(
  folder: string,
  name: string,
  check: (value: unknown) => Checked<T>,
): Promise<{ value: T; bytes: Buffer }> {
  let bytes: Buffer;
  let value: unknown;
  try {
    bytes = await readFile(join(folder, name));
  } catch {
    throw isNot(folder, `it has no ${name}`);
  }
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw isNot(folder, `${name} is not JSON`);
  }
  const other = otherSchemaVersion(value);
  if (other !== undefined) {
    throw new UserError(
      `${join(folder, name)} is of schema version ${other}; this program reads version ${SCHEMA_VERSION}.`,
      { advice: 'Read it with the release of tinyvmi-bench that wrote it (manifest.json, tool).' },
    );
  }
  const checked = check(value);
  if (!checked.ok) throw isNot(folder, `${name} does not fit its schema: ${checked.reasons[0]}`);
  return { value: checked.value, bytes };
}

/** Checks that the files are there and as they were written. @throws UserError that names the one */
export async function checkFiles(
  folder: string,
  files: Readonly<Record<string, FileEntry>>,
): Promise<void> {
  for (const [name, expected] of Object.entries(files)) {
    const found = await hashFile(join(folder, name)).catch(() => undefined);
    if (found === undefined) throw isNot(folder, `it lacks ${name}, which its manifest lists`);
    if (found.sha256 !== expected.sha256) {
      throw new UserError(`${join(folder, name)} was changed after the run: its hash is another.`, {
        advice: 'Restore it, or run again. A changed result is not reported.',
      });
    }
  }
}

/**
 * Reads a result and checks its schemas and the hash of every file.
 * @throws UserError for a folder that is no result, of another schema version, or changed
 */
export async function readResult(path: string): Promise<Result> {
  const folder = resolve(path);
  const info = await stat(folder).catch(() => undefined);
  if (info === undefined) throw isNot(folder, 'there is no such folder');
  if (!info.isDirectory()) throw isNot(folder, 'it is no folder');
  const manifest = await readDocument(folder, 'manifest.json', checkManifest);
  await checkFiles(folder, manifest.value.files);
  const summary = await readDocument(folder, 'summary.json', checkSummary);
  return {
    folder,
    summary: summary.value,
    manifest: manifest.value,
    manifestDigest: createHash('sha256').update(manifest.bytes).digest('hex'),
  };
}
