/**
 * Schemas of a result, applied on write and on read.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { HistoryEntry } from '../history/types.ts';
import type { Imported } from '../imported/types.ts';
import { type Manifest, SCHEMA_VERSION, type Summary } from '../types.ts';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

function load<T>(name: string): ValidateFunction<T> {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  return ajv.compile<T>(JSON.parse(text));
}

const summary = load<Summary>('summary.schema.json');
const manifest = load<Manifest>('manifest.schema.json');
const imported = load<Imported>('imported.schema.json');
const historyEntry = load<HistoryEntry>('history.schema.json');

/** A value that fits its schema, or the reasons why it does not. */
export type Checked<T> = { ok: true; value: T } | { ok: false; reasons: string[] };

function check<T>(validate: ValidateFunction<T>, value: unknown): Checked<T> {
  if (validate(value)) return { ok: true, value };
  const reasons = (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath === '' ? '/' : instancePath} ${message}`,
  );
  return { ok: false, reasons };
}

/** Checks the contents of summary.json. */
export function checkSummary(value: unknown): Checked<Summary> {
  return check(summary, value);
}

/** Checks the contents of manifest.json. */
export function checkManifest(value: unknown): Checked<Manifest> {
  return check(manifest, value);
}

/** Checks the contents of imported.json. */
export function checkImported(value: unknown): Checked<Imported> {
  return check(imported, value);
}

/** Checks a line of a history. */
export function checkHistoryEntry(value: unknown): Checked<HistoryEntry> {
  return check(historyEntry, value);
}

/** The schema version that a value claims, when it is not the one that is read here. */
export function otherSchemaVersion(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value)) return undefined;
  const { schemaVersion } = value;
  return schemaVersion === SCHEMA_VERSION ? undefined : String(schemaVersion);
}
