import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT } from '../../infra/testing/silent.ts';
import { readResult } from '../../results/store/reader.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { resolveOptions } from '../plan/page-walk/options.ts';
import { makePlan } from '../plan/page-walk/plan.ts';
import { fakeCodeBase } from '../run/testing/fake-code-base.ts';
import { answer } from '../run/testing/fake-introspector.ts';
import { type FakeBehaviour, FakeTestbed } from '../run/testing/fake-testbed.ts';
import { runToResult } from './session.ts';

let runs: string;

beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-runs-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

function session(
  behaviour: FakeBehaviour = {},
  raw: RawRunOptions = { pages: '20', batch: '8', blocks: '2', protocol: 'v1' },
  control = new AbortController(),
): Promise<string> {
  return runToResult([makePlan(resolveOptions(raw))], {
    newTestbed: async () => new FakeTestbed(behaviour),
    codeBase: fakeCodeBase,
    progress: SILENT,
    signal: control.signal,
    runs,
  });
}

describe('runToResult', () => {
  it('leaves one result that reads back whole', async () => {
    const folder = await session();
    expect(await readdir(runs)).toEqual([folder.slice(runs.length + 1)]);
    expect((await readdir(folder)).sort()).toEqual([
      'batches.csv',
      'console-target.log.gz',
      'console-xen.log.gz',
      'manifest.json',
      'samples.csv',
      'summary.json',
    ]);
    const { summary, manifest } = await readResult(folder);
    expect(summary.status).toBe('success');
    expect(summary.testbed).toMatchObject({ kind: 'replay', emulated: true, clock: 'counted' });
    expect(summary.measures).toHaveLength(2 * 4 * 6);
    expect(summary.digests.map(({ arm, agrees }) => [arm, agrees])).toEqual([
      ['dom0', true],
      ['minios', true],
    ]);
    expect(summary.refusals.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'refused',
    ]);
    expect(summary.ratios).toHaveLength(4);
    expect(manifest.seed).toBe(1);
    expect(manifest.order).toHaveLength(32);
    expect(manifest.clocks.map(({ arm }) => arm).sort()).toEqual(['dom0', 'minios']);
    expect(manifest.images.xen).toBe('0'.repeat(64));
    const log = await readFile(join(folder, 'console-target.log.gz'));
    expect(gunzipSync(log).toString()).toContain('TARGET ready');
  });

  it('has one row a page, warm-up included, and measures without it', async () => {
    const folder = await session();
    const text = await readFile(join(folder, 'samples.csv'), 'utf8');
    const [header, ...rows] = text.trim().split('\n');
    expect(header).toBe(
      'boot,domain,block,order,arm,state,pass,warmup,batch,page,walk,map,copy,unmap,total,open_share,close_share,depth',
    );
    expect(rows).toHaveLength(32 * 3 * 20);
    const cells = rows.map((row) => row.split(','));
    expect(cells.filter((row) => row[7] === '1')).toHaveLength(32 * 20);
    expect(cells.slice(0, 20).map((row) => Number(row[9]))).toEqual([...Array(20).keys()]);
    const { summary } = await readResult(folder);
    const total = summary.measures.find(
      ({ arm, state, phase }) => arm === 'minios' && state === 'cold' && phase === 'total',
    );
    const own = cells.filter((row) => row[4] === 'minios' && row[5] === 'cold' && row[7] === '0');
    expect(total?.n).toBe(own.length);
    const costs = own.map((row) => Number(row[14]) + Number(row[15]) + Number(row[16]));
    expect(total?.max).toBe(Math.max(...costs));
    expect(total?.min).toBe(Math.min(...costs));
  });

  it('keeps a wrong answer as a failure without figures', async () => {
    const folder = await session({
      reply: (from, line) =>
        answer(from, line, (records) =>
          records.map((record) =>
            record.type === 'B' && line.includes('state=batch')
              ? {
                  ...record,
                  payload: (record.payload as string).replace(/digest=\w{4}/, 'digest=0000'),
                }
              : record,
          ),
        ),
    });
    const { summary } = await readResult(folder);
    expect(summary.status).toBe('failure');
    expect(summary.reason).toContain('wrong bytes');
    expect(summary.measures).toEqual([]);
  });

  it('keeps a granted request as a failure that names it', async () => {
    const folder = await session({
      reply: (from, line) =>
        answer(from, line, (records) =>
          records.map((record) =>
            record.type === 'R'
              ? { ...record, payload: (record.payload as string).replace('errno=13', 'errno=0') }
              : record,
          ),
        ),
    });
    const { summary } = await readResult(folder);
    expect(summary.status).toBe('failure');
    expect(summary.refusals.every(({ outcome }) => outcome === 'granted')).toBe(true);
  });

  it('leaves nothing of a run that broke, crashed or was interrupted', async () => {
    const control = new AbortController();
    const faults: Record<string, FakeBehaviour> = {
      error: { at: (stage) => Promise.reject(new Error(`broken ${stage}`)) },
      crash: {
        at: (stage, testbed) => {
          if (stage === 'job:4') testbed.domain('target').die();
        },
      },
      interrupted: { at: (stage) => void (stage === 'job:7' && control.abort()) },
    };
    for (const [kind, behaviour] of Object.entries(faults)) {
      await expect(session(behaviour, undefined, control)).rejects.toMatchObject({ kind });
    }
    expect(await readdir(runs)).toEqual([]);
  });
});
