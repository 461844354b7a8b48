/**
 * A result made of somebody's samples. It is a document of its own kind: no digests agreed and no
 * refusal was proven for it, so that it can never pass for a run of ours.
 */
import type { FileEntry } from '../types.ts';

/** Version of imported.json. A reader refuses any other. */
export const IMPORTED_VERSION = 1;

/** Statistics of an arm in a state, as in summary.json; arms, states and unit are the source's own. */
export interface ImportedMeasure {
  benchmark: string;
  arm: string;
  state: string;
  phase: 'total';
  unit: string;
  n: number;
  min: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
  mean: number;
  interval95: [number, number] | null;
}

/** imported.json. */
export interface Imported {
  schemaVersion: typeof IMPORTED_VERSION;
  origin: 'imported';
  id: string;
  tool: { name: string; version: string };
  importedAt: string;
  /** The file that was read, and which of its columns. */
  source: FileEntry & { name: string; columns: Record<string, string> };
  benchmark: string;
  unit: string;
  measures: ImportedMeasure[];
  files: Record<string, FileEntry>;
}
