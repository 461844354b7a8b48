import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedBatch } from '../../harness/run/recorder.ts';
import { UserError } from '../../infra/errors.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { CsvFile, hashFile, writeHashed } from './files.ts';
import { resultId } from './id.ts';
import { readResult } from './reader.ts';
import { ResultWriter } from './writer.ts';

let runs: string;

beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-store-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

function recorded(pages: number, warmup = false): RecordedBatch {
  return {
    boot: 0,
    domain: 0,
    job: { order: 0, boot: 0, domain: 0, block: 0, arm: 'minios', state: 'tables' },
    batch: {
      type: 'B',
      batch: 0,
      pass: 0,
      warmup,
      state: 'tables',
      first: 0,
      pages,
      digest: '0123456789abcdef',
      depth: 4,
      open: pages,
      close: 2 * pages,
      fill: 0,
      drop: 0,
      maps: pages,
      unmaps: pages,
      hypercalls: undefined,
      syscalls: 0,
      hits: 0,
      cr3: '0x1000',
    },
    samples: {
      type: 'S',
      pages,
      ticks: Uint32Array.from({ length: pages * 5 }, (_, index) => index),
    },
  };
}

async function errorOf(promise: Promise<unknown>): Promise<UserError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('readResult', () => {
  it('reads what was written', async () => {
    const folder = await sampleResult(runs);
    const result = await readResult(folder);
    expect(result.summary.status).toBe('success');
    expect(result.manifestDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses a folder that is no result, each time with the reason', async () => {
    expect((await errorOf(readResult(join(runs, 'none')))).message).toContain('no such folder');
    expect((await errorOf(readResult(runs))).message).toContain('has no manifest.json');
    await writeFile(join(runs, 'file'), '');
    expect((await errorOf(readResult(join(runs, 'file')))).message).toContain('no folder');
    await writeFile(join(runs, 'manifest.json'), '{');
    expect((await errorOf(readResult(runs))).message).toContain('not JSON');
    await writeFile(join(runs, 'manifest.json'), '{"schemaVersion":1}');
    expect((await errorOf(readResult(runs))).message).toContain('does not fit its schema');
  });

  it('refuses another schema version and says which it reads', async () => {
    const folder = await sampleResult(runs);
    const path = join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...manifest, schemaVersion: 7 }));
    const error = await errorOf(readResult(folder));
    expect(error.message).toContain('schema version 7; this program reads version 1');
  });

  it.each(['samples.csv', 'batches.csv', 'summary.json', 'console-xen.log.gz'])(
    'refuses a result whose %s was changed or is gone',
    async (name) => {
      const folder = await sampleResult(runs);
      const content = await readFile(join(folder, name));
      await writeFile(join(folder, name), Buffer.concat([content, Buffer.from('\n')]));
      expect((await errorOf(readResult(folder))).message).toContain(`${name} was changed`);
      await rm(join(folder, name));
      expect((await errorOf(readResult(folder))).message).toContain(`lacks ${name}`);
    },
  );

  it('reads no file outside the result, whatever the manifest says', async () => {
    const folder = await sampleResult(runs);
    const path = join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    manifest.files['../../etc/passwd'] = { sha256: '0'.repeat(64), bytes: 0 };
    await writeFile(path, JSON.stringify(manifest));
    expect((await errorOf(readResult(folder))).message).toContain('does not fit its schema');
  });
});

describe('ResultWriter', () => {
  it('leaves nothing when it is discarded', async () => {
    const writer = await ResultWriter.create(runs, resultId(new Date()));
    await writer.record(recorded(500));
    expect(await readdir(runs)).not.toEqual([]);
    await writer.discard();
    expect(await readdir(runs)).toEqual([]);
  });

  it('says what to do when the folder cannot be made', async () => {
    await writeFile(join(runs, 'file'), '');
    const error = await errorOf(
      ResultWriter.create(join(runs, 'file', 'below'), resultId(new Date())),
    );
    expect(error.advice).toContain('--out');
  });

  it('gives the analysis the recorded batches as they were, without warm-up', async () => {
    const writer = await ResultWriter.create(runs, resultId(new Date()));
    await writer.record(recorded(3, true));
    await writer.record(recorded(3));
    await writer.record(recorded(2));
    const [group] = writer.groups(['dom0', 'minios'], ['cold', 'tables']);
    const batches = [];
    for await (const batch of group?.batches() ?? []) batches.push(batch);
    expect(batches.map(({ pages }) => pages)).toEqual([3, 2]);
    expect([...(batches[0]?.ticks ?? [])]).toEqual([...Array(15).keys()]);
    expect([...(batches[1]?.ticks ?? [])]).toEqual([...Array(10).keys()]);
    await writer.discard();
  });

  it('keeps memory flat over a hundred thousand pages', async () => {
    const writer = await ResultWriter.create(runs, resultId(new Date()));
    await writer.record(recorded(4000));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 25; i++) await writer.record(recorded(4000));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
    await writer.discard();
  }, 120_000);

  it('names results by time, each name once', () => {
    const now = new Date('2026-01-02T03:04:05.678Z');
    expect(resultId(now)).toMatch(/^2026-01-02T03-04-05Z-[0-9a-f]{6}$/);
    expect(resultId(now)).not.toBe(resultId(now));
  });
});

describe('CsvFile', () => {
  it('hashes what it wrote', async () => {
    const path = join(runs, 'x.csv');
    const file = new CsvFile(path, ['a', 'b']);
    await file.row([1, 'x,y']);
    const entry = await file.end();
    expect(await readFile(path, 'utf8')).toBe('a,b\n1,"x,y"\n');
    expect(entry).toEqual(await hashFile(path));
  });

  it('counts the bytes, and not the letters, of what it wrote', async () => {
    const content = 'grüße\n';
    const entry = await writeHashed(runs, 'x.md', content);
    expect(await readFile(join(runs, 'x.md'), 'utf8')).toBe(content);
    expect(entry).toEqual(await hashFile(join(runs, 'x.md')));
    expect(entry).toEqual({
      sha256: createHash('sha256').update(content).digest('hex'),
      bytes: 8,
    });
  });

  it('goes as slowly as the disk, row by row', async () => {
    const path = join(runs, 'long.csv');
    const file = new CsvFile(path, ['a']);
    const wide = 'x'.repeat(10_000);
    for (let i = 0; i < 50; i++) await file.row([`${i}${wide}`]);
    expect(await file.end()).toEqual(await hashFile(path));
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(52);
  });

  it('is given up without waiting for more', async () => {
    const file = new CsvFile(join(runs, 'x.csv'), ['a']);
    await file.row([1]);
    await file.abandon();
    await new CsvFile(join(runs, 'none', 'x.csv'), ['a']).abandon();
  });

  it('rejects when it cannot write', async () => {
    const file = new CsvFile(join(runs, 'none', 'x.csv'), ['a']);
    const writing = async () => {
      for (let i = 0; i < 100_000; i++) await file.row([i]);
      await file.end();
    };
    await expect(writing()).rejects.toThrow('ENOENT');
  });
});
