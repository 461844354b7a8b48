import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countUnits, nest, pooled } from '../../harness/analyse/nested.ts';
import { quantile, sortedSample } from '../../harness/analyse/quantile.ts';
import { readMeasured, readSet } from '../measured.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { hashFile } from './files.ts';
import { readResult } from './reader.ts';
import { SAMPLE_TABLES } from './sample-tables.ts';
import { readSamples } from './samples.ts';

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-samples-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

const [PAGES, EVENTS] = SAMPLE_TABLES;
const HEADER =
  'boot,block,order,arm,state,pass,warmup,batch,page,walk,map,copy,unmap,total,open_share,close_share,depth';

function read(text: string, table = PAGES) {
  if (table === undefined) throw new Error('no table');
  return writeFile(join(runs, table.file), text).then(() => readSamples(runs, table, 'run'));
}

describe('readSamples', () => {
  it('gives the medians that the run computed, warm-up left out', async () => {
    const folder = await sampleResult(runs);
    const { summary } = await readResult(folder);
    const { groups } = await readMeasured(folder);
    expect(groups).toHaveLength(8);
    for (const { arm, state, batches } of groups) {
      const measure = summary.measures.find(
        (m) => m.arm === arm && m.state === state && m.phase === 'total',
      );
      const data = nest(batches);
      expect(data.size).toBe(measure?.n);
      expect(quantile(sortedSample(pooled(data)), 0.5)).toBe(measure?.p50);
      expect(countUnits(data)).toMatchObject({ run: 1, boot: 1, block: 2 });
    }
  });

  it('reads a level of domains when the table has one', async () => {
    const row = (domain: number) =>
      `0,${domain},0,${domain},minios,cold,0,0,0,0,1,2,3,4,10,1,1,4\n`;
    const [group] = await read(`boot,domain,${HEADER.slice(5)}\n${row(0)}${row(1)}`);
    expect(countUnits(nest(group?.batches ?? []))).toMatchObject({ boot: 1, domain: 2 });
  });

  it.each([
    ['NaN', 'total is "NaN", not a number'],
    ['', 'total is "", not a number'],
    ['-3', 'total is "-3", below zero, which no cost is'],
    ['1e999', 'total is "1e999", not a number'],
  ])('refuses a sample of %j and names its line', async (cell, message) => {
    const good = '0,0,0,minios,cold,0,0,0,0,1,2,3,4,10,1,1,4\n';
    const bad = good.replace(',10,', `,${cell},`);
    await expect(read(`${HEADER}\n${good}${bad}`)).rejects.toThrow(`line 3: ${message}`);
  });

  it('refuses a table that is cut, in a row or at its end, and one without a column', async () => {
    const row = '0,0,0,minios,cold,0,0,0,0,1,2,3,4,10,1,1,4';
    await expect(read(`${HEADER}\n${row}\n0,0,0,min`)).rejects.toThrow('line 3: 4 cells');
    await expect(read(`${HEADER}\n${row}`)).rejects.toThrow('is cut');
    await expect(read('boot,block\n0,0\n')).rejects.toThrow('no column warmup');
  });

  it('gives what a monitor adds to events: round trips less the unmonitored median', async () => {
    const header =
      'boot,block,order,arm,state,kind,batch,monitored,vcpu,event,round_trip,handler\n';
    const event = (batch: number, monitored: number, trip: number) =>
      `0,0,0,minios,cpuid,cpuid,${batch},${monitored},0,1,${trip},\n`;
    const alone = [100, 102, 110].map((trip) => event(0, 0, trip));
    const watched = [500, 90].map((trip) => event(1, 1, trip));
    const [group] = await read([header, ...alone, ...watched].join(''), EVENTS);
    expect(group).toMatchObject({ arm: 'minios', state: 'cpuid', phase: 'added' });
    expect([...pooled(nest(group?.batches ?? []))]).toEqual([398, -12]);
  });
});

describe('readMeasured', () => {
  it('refuses a result with a changed byte in its samples', async () => {
    const folder = await sampleResult(runs);
    const path = join(folder, 'samples.csv');
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replace(/\d\n$/, (end) => (end === '4\n' ? '3\n' : '4\n')),
    );
    await expect(readMeasured(folder)).rejects.toThrow('samples.csv was changed');
  });
});

describe('samples that are not those of the summary', () => {
  /** A result whose table was changed, and whose manifest was made to agree. */
  async function forged(change: (lines: string[]) => string[]): Promise<string> {
    const folder = await sampleResult(runs);
    const path = join(folder, 'samples.csv');
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    await writeFile(path, `${change(lines).join('\n')}\n`);
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    manifest.files['samples.csv'] = await hashFile(path);
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    return folder;
  }

  it('are refused: none at all, an arm less, a page less', async () => {
    const none = await forged((lines) => lines.slice(0, 1));
    await expect(readMeasured(none)).rejects.toThrow('has no samples of page-walk');
    const arm = await forged((lines) => lines.filter((line) => !line.includes(',minios,')));
    await expect(readMeasured(arm)).rejects.toThrow('has 0 samples of minios cold, not 320');
    const page = await forged((lines) => lines.slice(0, -1));
    await expect(readMeasured(page)).rejects.toThrow(/has 319 samples of \w+ \w+, not 320/);
  });
});

describe('readSet', () => {
  it('reads a folder of results, and several names with commas', async () => {
    const [first, second] = [await sampleResult(runs), await sampleResult(runs)];
    expect((await readSet(runs)).map(({ folder }) => folder).sort()).toEqual(
      [first, second].sort(),
    );
    expect(await readSet(`${first},${second}`)).toHaveLength(2);
  });

  it('refuses what is no result, and nothing', async () => {
    await expect(readSet(join(runs, 'none'))).rejects.toThrow('is not a result');
    await expect(readSet(runs)).rejects.toThrow('is not a result');
    await expect(readSet(',')).rejects.toThrow('names no result');
  });

  it('refuses a result that is named twice', async () => {
    const folder = await sampleResult(runs);
    await expect(readSet(`${folder},${folder}`)).rejects.toThrow('named twice');
  });
});
