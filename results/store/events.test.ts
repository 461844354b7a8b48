import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_COSTS } from '../../harness/run/testing/fake-events.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { readResult } from './reader.ts';

let runs: string;
let folder: string;

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-events-'));
  const raw = { bench: ['events'], state: ['cpuid', 'debug'], events: '20', blocks: '2' };
  folder = await sampleResult(runs, raw);
});
afterAll(() => rm(runs, { recursive: true, force: true }));

async function rowsOf(name: string): Promise<[string, string[][]]> {
  const [header = '', ...rows] = (await readFile(join(folder, name), 'utf8')).trim().split('\n');
  return [header, rows.map((row) => row.split(','))];
}

describe('a result of events', () => {
  it('has the tables of events, and none of pages', async () => {
    const names = await readdir(folder);
    expect(names.filter((name) => name.endsWith('.csv')).sort()).toEqual([
      'event-jobs.csv',
      'events.csv',
    ]);
  });

  it('has one row an event, with the number that the target gave it', async () => {
    const [header, rows] = await rowsOf('events.csv');
    expect(header).toBe(
      'boot,domain,block,order,arm,state,kind,batch,monitored,vcpu,event,round_trip,handler',
    );
    expect(rows).toHaveLength(16 * 3 * 20);
    expect(rows.slice(0, 20).map((row) => Number(row[10]))).toEqual(
      Array.from({ length: 20 }, (_, i) => 1000 + i),
    );
    expect(rows.filter((row) => row[8] === '0').every((row) => row[12] === '')).toBe(true);
  });

  it('has one row a job, counted on both sides', async () => {
    const [, rows] = await rowsOf('event-jobs.csv');
    expect(rows).toHaveLength(16);
    for (const row of rows)
      expect([row[9], row[11], row[13], row[14], row[15]]).toEqual(['43', '43', '0', '43', '43']);
  });

  it('has work of other vcpus in a table of its own', async () => {
    const other = await sampleResult(runs, {
      bench: ['events'],
      state: ['busy-4'],
      arm: ['minios'],
      clock: 'wall',
      events: '20',
      blocks: '1',
    });
    const text = await readFile(join(other, 'event-others.csv'), 'utf8');
    const [header, ...rows] = text.trim().split('\n');
    expect(header).toBe('boot,domain,block,order,arm,state,kind,batch,monitored,vcpu,unit,ticks');
    expect(rows).toHaveLength(2 * 3 * 2 * 20);
    const columns = rows.map((row) => row.split(','));
    expect(new Set(columns.map((row) => row[9]))).toEqual(new Set(['1', '2', '3']));
    expect(columns.slice(0, 20).map((row) => Number(row[10]))).toEqual(
      Array.from({ length: 20 }, (_, i) => 500 + i),
    );
    const { summary } = await readResult(other);
    const lost = summary.measures.find(({ phase }) => phase === 'others-loss');
    expect(lost).toMatchObject({ n: 120, p50: EVENT_COSTS.unit * 0.01 });
    const events = await readFile(join(other, 'events.csv'), 'utf8');
    expect(events.trim().split('\n')).toHaveLength(1 + 2 * 3 * 20);
  });

  it('has the measures that the contract names, and reads back whole', async () => {
    const { summary, manifest } = await readResult(folder);
    expect(summary.benchmarks).toEqual(['events']);
    expect(summary.states).toEqual(['cpuid', 'debug']);
    for (const arm of ['dom0', 'minios'] as const) {
      const of = (phase: string) =>
        summary.measures.find(
          (m) =>
            m.arm === arm && m.state === 'cpuid' && m.phase === phase && m.benchmark === 'events',
        );
      const platform = arm === 'dom0' ? 'linux' : 'minios';
      expect(of('unmonitored')?.p50).toBe(EVENT_COSTS.unmonitored + 2);
      expect(of('added')?.p50).toBe(EVENT_COSTS[platform]);
      expect(of('round-trip')?.p50).toBe(EVENT_COSTS.unmonitored + EVENT_COSTS[platform] + 2);
      expect(of('handler')?.p50).toBe(2_800);
      expect(of('added')?.n).toBe(4 * 2 * 20);
    }
    expect(summary.ratios.map(({ state, phase }) => [state, phase])).toEqual([
      ['cpuid', 'added'],
      ['debug', 'added'],
    ]);
    expect(summary.events).toHaveLength(4);
    expect(manifest.order.every(({ benchmark }) => benchmark === 'events')).toBe(true);
  });
});
