/**
 * Schemas of a result, applied on write and on read.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { HistoryEntry } from '../history/types.ts';
import type { Imported } from '../imported/types.ts';
import { type Manifest, SCHEMA_VERSION, type Summary } from '../types.ts';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

/**
 * A schema of this folder: read at once, so that a long run ends with the one that it began with, and
 * compiled when it is first asked for, since a command needs few of them.
 */
function lazily<T>(name: string): () => ValidateFunction<T> {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  let compiled: ValidateFunction<T> | undefined;
  return () => {
    compiled ??= ajv.compile<T>(JSON.parse(text));
    return compiled;
  };
}

const summary = lazily<Summary>('summary.schema.json');
const manifest = lazily<Manifest>('manifest.schema.json');
const imported = lazily<Imported>('imported.schema.json');
const historyEntry = lazily<HistoryEntry>('history.schema.json');

/** A value that fits its schema, or the reasons why it does not. */
export type Checked<T> = { ok: true; value: T } | { ok: false; reasons: string[] };

function check<T>(validate: ValidateFunction<T>, value: unknown): Checked<T> {
  if (validate(value)) return { ok: true, value };
  const reasons = (validate.errors ?? []).map(
    ({ instancePath, keyword, message }) =>
      // A regular expression tells nobody what is wrong.
      `${instancePath === '' ? '/' : instancePath} ${keyword === 'pattern' ? 'is of another form' : message}`,
  );
  return { ok: false, reasons };
}

/** Checks the contents of summary.json. */
export function checkSummary(value: unknown): Checked<Summary> {
  return check(summary(), value);
}

/** Checks the contents of manifest.json. */
export function checkManifest(value: unknown): Checked<Manifest> {
  return check(manifest(), value);
}

/** Checks the contents of imported.json. */
export function checkImported(value: unknown): Checked<Imported> {
  return check(imported(), value);
}

/** Checks a line of a history. */
export function checkHistoryEntry(value: unknown): Checked<HistoryEntry> {
  return check(historyEntry(), value);
}

/** The schema version that a value claims, when it is not the one that is read here. */
export function otherSchemaVersion(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value)) return undefined;
  const { schemaVersion } = value;
  return schemaVersion === SCHEMA_VERSION ? undefined : String(schemaVersion);
}
