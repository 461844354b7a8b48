import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageWalk } from '../bench/page-walk/index.ts';
import { claimsOf, diagnoseAll, spreadAll } from '../harness/cli/commands/evidence.ts';
import { seededRandom } from '../harness/plan/prng.ts';
import { measuredOfRun } from '../results/measured.ts';
import { readResult } from '../results/store/reader.ts';
import { sampleResult } from '../results/testing/sample-result.ts';
import { addEvidence, buildReport } from './model/build.ts';
import { figuresIn } from './render/outline.ts';
import { SHORT_LIMIT } from './render/short.ts';
import { writeReport } from './write.ts';

const SAMPLES = 100_000;
const BATCH = 500;

let runs: string;
beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-large-'));
});
afterAll(() => rm(runs, { recursive: true, force: true }));

it('reports on 100,000 samples within 10 s of one core and 1 GiB, in every format', async () => {
  const result = await readResult(await sampleResult(runs));
  const small = await measuredOfRun(result);
  const random = seededRandom(1);
  const each = SAMPLES / small.groups.length / BATCH;
  const groups = small.groups.map((group) => ({
    ...group,
    batches: Array.from({ length: each }, (_, batch) => ({
      path: [small.id, String(batch % 4), '0', String(batch % 8), String(batch)],
      values: Float64Array.from({ length: BATCH }, () => 10_000 + random.below(500)),
    })),
  }));
  const before = process.cpuUsage();
  const measured = { ...small, groups };
  const evidence = {
    claims: claimsOf(result),
    diagnoses: diagnoseAll(measured),
    spreads: spreadAll(measured),
  };
  const model = addEvidence(buildReport(result, pageWalk), result, evidence);
  await writeReport(join(runs, 'report'), model);
  const { user, system } = process.cpuUsage(before);
  expect(figuresIn(model).map(({ id }) => id)).toContain('page-walk-boots');
  const short = await readFile(join(runs, 'report', 'report-short.md'), 'utf8');
  expect(short.length).toBeLessThan(SHORT_LIMIT);
  expect((user + system) / 1e6).toBeLessThan(10);
  expect(process.resourceUsage().maxRSS * 1024).toBeLessThan(2 ** 30);
}, 120_000);
