/**
 * Adds what runs say by protocol seed-2018 to results/baselines/seed-2018.json, from which README.md says
 * how much that differs from run to run: `npm run docs:seed -- <folder of results> …`.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quantile, sortedSample } from '../../harness/analyse/quantile.ts';
import { readCsv } from '../../results/store/csv.ts';
import { readResult } from '../../results/store/reader.ts';
import { ROOT } from './documents.ts';
import { readSeedRuns, SEED_RUNS, type SeedRun, type SeedSide } from './seed-runs.ts';

/** Ticks of a page during which another domain had the processor: a millisecond of instructions. */
const INTERRUPTED = 1_000_000;

/** Samples of the batches by protocol seed-2018, by arm. */
async function pagesOf(folder: string): Promise<Map<string, { us: number[]; ticks: number[] }>> {
  const arms = new Map<string, { us: number[]; ticks: number[] }>();
  await readCsv(join(folder, 'samples.csv'), (columns) => {
    const at = (name: string) => columns.indexOf(name);
    const [arm, state, walk, total] = [at('arm'), at('state'), at('walk'), at('total')];
    return (cells) => {
      if (cells[state] !== 'seed-2018') return;
      const name = cells[arm] as string;
      const own = arms.get(name) ?? { us: [], ticks: [] };
      own.us.push(Number(cells[walk]));
      own.ticks.push(Number(cells[total]));
      arms.set(name, own);
    };
  });
  return arms;
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function sideOf(pages: { us: number[]; ticks: number[] } | undefined, frequency: number): SeedSide {
  if (pages === undefined) throw new Error('An arm was not measured.');
  const ticks = Float64Array.from(pages.ticks);
  return {
    meanByMicroseconds: Math.round((mean(pages.us) * frequency) / 1e6),
    mean: Math.round(mean(pages.ticks)),
    median: Math.round(quantile(sortedSample(ticks), 0.5)),
    interrupted: pages.ticks.filter((value) => value > INTERRUPTED).length,
    longest: Math.max(...pages.ticks),
  };
}

async function runOf(folder: string): Promise<SeedRun> {
  const { manifest } = await readResult(folder);
  const pages = await pagesOf(folder);
  const [clock] = manifest.clocks;
  if (clock === undefined) throw new Error(`${folder} has no clock.`);
  return {
    id: manifest.id,
    commit: manifest.tool.commit,
    start: manifest.starts?.[0]?.start.kind ?? 'cold',
    seed: manifest.seed,
    dom0: sideOf(pages.get('dom0'), clock.frequency),
    minios: sideOf(pages.get('minios'), clock.frequency),
  };
}

const folders: string[] = [];
for (const set of process.argv.slice(2)) {
  for (const name of await readdir(set)) if (!name.startsWith('.')) folders.push(join(set, name));
}
const added = await Promise.all(folders.map(runOf));
const ids = new Set(added.map(({ id }) => id));
const kept = (await readSeedRuns(ROOT)).filter(({ id }) => !ids.has(id));
const runs = [...kept, ...added];
runs.sort((a, b) => (a.id < b.id ? -1 : 1));
await writeFile(join(ROOT, SEED_RUNS), `${JSON.stringify({ runs }, null, 2)}\n`);
process.stdout.write(`${SEED_RUNS}: ${runs.length} runs\n`);
