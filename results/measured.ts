/**
 * A result as a comparison needs it, whoever measured it: its samples by benchmark, arm and state,
 * and what must be the same on the other side.
 */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measure } from '../harness/analyse/analyse.ts';
import { UserError } from '../infra/errors.ts';
import { BUILD_TOOLS } from '../infra/testbed.ts';
import { type Identity, identityOfImported, identityOfRun } from './identity.ts';
import { isImported, readImported } from './imported/read.ts';
import { readResult } from './store/reader.ts';
import { IMPORTED, SAMPLE_TABLES } from './store/sample-tables.ts';
import { readSamples, type SampledGroup } from './store/samples.ts';
import { hasFigures, type Result, type Summary } from './types.ts';

/** Samples of an arm in a state of a benchmark, in the phase that the benchmark compares. */
export interface MeasuredGroup extends SampledGroup {
  benchmark: string;
  unit: string;
}

/** A result with its samples. */
export interface Measured {
  id: string;
  folder: string;
  /** Names the whole result: SHA-256 of its manifest. */
  digest: string;
  startedAt: string;
  /** Commit of the program that measured, where it is known. */
  commit: string | null;
  identity: Identity;
  /** What made its images: `BUILD_TOOLS` of its testbed; undefined where that is not recorded. */
  buildTools?: string | undefined;
  groups: readonly MeasuredGroup[];
}

/** Whether a run has samples of any benchmark: some have figures only. */
export function hasSamples({ measures }: Summary): boolean {
  return SAMPLE_TABLES.some((table) =>
    measures.some(({ benchmark }) => benchmark === table.benchmark),
  );
}

/** @throws UserError unless the samples are those that the summary was made of */
function demandAll(folder: string, own: readonly Measure[], found: readonly SampledGroup[]): void {
  for (const { arm, state, n } of own) {
    const group = found.find((entry) => entry.arm === arm && entry.state === state);
    const size = group?.batches.reduce((sum, { values }) => sum + values.length, 0) ?? 0;
    if (size !== n) {
      throw new UserError(`${folder} has ${size} samples of ${arm} ${state}, not ${n}.`, {
        advice: 'Restore its tables, or run again.',
      });
    }
  }
}

/** The samples of a run. @throws UserError when it has none of a benchmark that it measured */
export async function measuredOfRun(result: Result): Promise<Measured> {
  const { summary, manifest, folder } = result;
  if (!hasFigures(summary)) {
    throw new UserError(`${folder} has no figures: its status is ${summary.status}.`, {
      advice: `Why: ${summary.reason ?? 'no reason is given'} Run again.`,
    });
  }
  const groups: MeasuredGroup[] = [];
  for (const table of SAMPLE_TABLES) {
    const own = summary.measures.filter(
      ({ benchmark, phase }) => benchmark === table.benchmark && phase === table.phase,
    );
    if (own.length === 0) continue;
    const place = ({ arm, state }: SampledGroup) =>
      own.findIndex((measure) => measure.arm === arm && measure.state === state);
    const found = await readSamples(folder, table, manifest.id, manifest.starts);
    if (found.length === 0) throw new UserError(`${folder} has no samples of ${table.benchmark}.`);
    demandAll(folder, own, found);
    found.sort((a, b) => place(a) - place(b));
    groups.push(
      ...found.map((group) => ({
        ...group,
        benchmark: table.benchmark,
        unit: own[place(group)]?.unit ?? summary.testbed.tickUnit,
      })),
    );
  }
  if (groups.length === 0) throw new UserError(`${folder} has no samples.`);
  return {
    id: manifest.id,
    folder,
    digest: result.manifestDigest,
    startedAt: manifest.startedAt,
    commit: manifest.tool.commit,
    identity: identityOfRun(summary, manifest),
    buildTools: manifest.testbed?.facts[BUILD_TOOLS],
    groups,
  };
}

async function measuredOfImported(path: string): Promise<Measured> {
  const { folder, imported } = await readImported(path);
  const { id, benchmark, unit, importedAt } = imported;
  const groups = await readSamples(folder, IMPORTED, id);
  return {
    id,
    folder,
    digest: createHash('sha256').update(JSON.stringify(imported)).digest('hex'),
    startedAt: importedAt,
    commit: null,
    identity: identityOfImported(imported),
    groups: groups.map((group) => ({ ...group, benchmark, unit })),
  };
}

/** Reads a result of either kind with its samples. @throws UserError when it is none */
export async function readMeasured(folder: string): Promise<Measured> {
  if (await isImported(folder)) return measuredOfImported(folder);
  return measuredOfRun(await readResult(folder));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** Folders of results that a name stands for: itself, or the results below it. */
async function foldersOf(name: string): Promise<string[]> {
  if (!(await isFolder(name))) return [name];
  const names = await readdir(name);
  if (names.includes('manifest.json') || names.includes('imported.json')) return [name];
  const inside = names.filter((entry) => !entry.startsWith('.')).sort();
  const folders: string[] = [];
  for (const entry of inside) {
    const folder = join(name, entry);
    if (await isFolder(folder)) folders.push(folder);
  }
  return folders.length === 0 ? [name] : folders;
}

/**
 * Reads a set of results: one folder, several with commas between them, or a folder of results.
 * @throws UserError when one of them is no result
 */
export async function readSet(names: string): Promise<Measured[]> {
  const set: Measured[] = [];
  for (const name of names.split(',').filter((part) => part !== '')) {
    for (const folder of await foldersOf(name)) set.push(await readMeasured(folder));
  }
  if (set.length === 0) throw new UserError(`"${names}" names no result.`, { kind: 'usage' });
  const ids = set.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw new UserError(`The result ${twice} is named twice in "${names}".`, {
      kind: 'usage',
      advice: 'Name each result once: its samples would count double.',
    });
  }
  return set;
}
