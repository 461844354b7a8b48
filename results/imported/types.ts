/**
 * A result made of somebody's samples. It is a document of its own kind: no digests agreed and no
 * refusal was proven for it, so that it can never pass for a run of ours.
 */
import type { Measure } from '../../harness/analyse/analyse.ts';
import type { FileEntry } from '../types.ts';
import type { LeftOut } from './collect.ts';

/** Version of imported.json. A reader refuses any other. */
export const IMPORTED_VERSION = 1;

/** A measure as in summary.json, whose arm, state and unit may be anybody's. */
export type AnyMeasure = Omit<Measure, 'arm' | 'state' | 'unit'> & {
  arm: string;
  state: string;
  unit: string;
};

/** A file that was read. */
export type SourceEntry = FileEntry & { name: string };

/** imported.json. */
export interface Imported {
  schemaVersion: typeof IMPORTED_VERSION;
  origin: 'imported';
  id: string;
  tool: { name: string; version: string };
  importedAt: string;
  /** The file that was read, of which format, and which of its columns. Earlier versions knew tables alone. */
  source: SourceEntry & { columns: Record<string, string>; format?: string };
  /** Further files, in the order in which they were read. */
  furtherSources?: SourceEntry[];
  /** Rows that are no samples, and were left out. */
  leftOut?: LeftOut[];
  /** What must be known of the samples. */
  warnings?: string[];
  benchmark: string;
  unit: string;
  measures: AnyMeasure[];
  files: Record<string, FileEntry>;
}
