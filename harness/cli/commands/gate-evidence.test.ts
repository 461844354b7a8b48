/**
 * What shows how good the gate is: the commands false-alarms and sensitivity, over the fake testbed.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleResult } from '../../../results/testing/sample-result.ts';
import { answer } from '../../run/testing/fake-introspector.ts';
import { runOptionsOf } from '../program.ts';
import { makeProgress } from '../progress/progress.ts';
import { memorySurroundings, untimed } from '../testing.ts';
import { falseAlarmsCommand } from './false-alarms.ts';
import { sensitivityCommand } from './sensitivity.ts';

const OPTIONS = { bench: ['page-walk'], pages: '40', blocks: '2', protocol: 'v1' };

let runs: string;
let baseline: string;
beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-evidence-'));
  baseline = await sampleResult(runs, OPTIONS);
});
afterAll(() => rm(runs, { recursive: true, force: true }));

function context() {
  const surroundings = memorySurroundings();
  const { stdout, stderr, env } = surroundings;
  const { signal } = new AbortController();
  const times = untimed();
  const progress = makeProgress(surroundings, times);
  const say = (text: string) => stdout.write(text);
  const all = { stdout, stderr, env, json: false, quiet: false, say, signal, times, progress };
  return { context: all, out: () => stdout.text };
}

/** Measures with an introspector that is slower by part of what it was asked to be. */
function measureSlowed(part: number, asked: string[][] = []) {
  return async (argv: readonly string[]) => {
    asked.push([...argv]);
    const { out: _out, ...raw } = await runOptionsOf(argv);
    const more = Number(raw.seededSlowdown) * part;
    return sampleResult(runs, raw, {
      reply: (from, line) =>
        answer(from, line, (records) =>
          records.map((record) => {
            if (record.type !== 'S') return record;
            const ticks = Buffer.from(record.payload);
            for (let at = 16; at < ticks.length; at += 20) {
              ticks.writeUInt32LE(Math.round(ticks.readUInt32LE(at) + more), at);
            }
            return { ...record, payload: ticks };
          }),
        ),
    });
  };
}

const RAW = { confirm: true };

describe('sensitivity', () => {
  it('slows each arm and state down by itself, twice, and finds all of it', async () => {
    const { context: surroundings, out } = context();
    const asked: string[][] = [];
    const document = join(runs, 'sensitivity.json');
    const code = await sensitivityCommand(
      baseline,
      { ...RAW, out: runs, document },
      surroundings,
      measureSlowed(1, asked),
    );
    expect(out()).toContain('8 of 8 slowdowns were noticed');
    expect(code).toBe(0);
    expect(asked).toHaveLength(16);
    const { slowdowns } = JSON.parse(await readFile(document, 'utf8'));
    expect(slowdowns).toHaveLength(8);
    for (const [index, { arm, state, percent, instructions, row }] of slowdowns.entries()) {
      expect(percent).toBe(arm === 'minios' ? 1 : 3);
      expect(instructions).toBe(Math.ceil((row.a.p50 * percent) / 100));
      expect(row.b.p50 - row.a.p50).toBe(instructions);
      const [first, second] = [asked[2 * index], asked[2 * index + 1]] as [string[], string[]];
      const options = await runOptionsOf(first);
      expect(options).toMatchObject({ arm: [arm], state: [state], pages: '40', seed: '1' });
      expect((await runOptionsOf(second)).seed).toBe('2');
    }
  }, 60_000);

  it('says so when a slowdown is not noticed', async () => {
    const { context: surroundings, out } = context();
    const raw = { ...RAW, confirm: false, out: runs };
    const code = await sensitivityCommand(baseline, raw, surroundings, measureSlowed(0));
    expect(code).toBe(1);
    expect(out()).toContain('0 of 8 slowdowns were noticed');
  }, 60_000);

  it('wants a baseline of instructions', async () => {
    const events = await sampleResult(runs, { bench: ['events'], state: ['cpuid'], events: '10' });
    const raw = { ...RAW, out: runs };
    const attempt = sensitivityCommand(events, raw, context().context, measureSlowed(1));
    await expect(attempt).rejects.toThrow('nothing that can be slowed down');
  });
});

describe('false-alarms', () => {
  it('gives rates by level, and a document that makes them again', async () => {
    const aa = await sampleResult(runs, { ...OPTIONS, aa: true, boots: '2', domains: '2' });
    const out = join(runs, 'false-alarms.json');
    const { context: surroundings, out: text } = context();
    expect(await falseAlarmsCommand(aa, { out }, surroundings)).toBe(0);
    expect(text()).toContain('two boots: 0 of 16 verdicts of 2 A/A comparisons were wrong');
    const first = await readFile(out, 'utf8');
    const { levels, results } = JSON.parse(first);
    expect(results).toHaveLength(1);
    expect(
      levels.map(({ level, pairs }: { level: string; pairs: number }) => [level, pairs]),
    ).toEqual([
      ['creation', 4],
      ['boot', 2],
      ['testbed', 2],
    ]);
    await falseAlarmsCommand(aa, { out }, surroundings);
    expect(await readFile(out, 'utf8')).toBe(first);
  });

  it('has nothing to say of one creation without A/A', async () => {
    const attempt = falseAlarmsCommand(baseline, {}, context().context);
    await expect(attempt).rejects.toThrow('nothing to compare with itself');
  });
});
