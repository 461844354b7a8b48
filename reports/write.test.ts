import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageWalk } from '../bench/page-walk/index.ts';
import { evidenceOf } from '../harness/cli/commands/evidence.ts';
import { readResult } from '../results/store/reader.ts';
import { sampleResult } from '../results/testing/sample-result.ts';
import type { Result } from '../results/types.ts';
import { addEvidence, buildReport } from './model/build.ts';
import type { ReportModel } from './model/types.ts';
import { figuresIn } from './render/outline.ts';
import { reportFaults } from './schema/validate.ts';
import { nastyReport } from './testing/nasty.ts';
import { REPORT_FORMATS, writeReport } from './write.ts';

let runs: string;
let result: Result;
let model: ReportModel;

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-report-'));
  result = await readResult(await sampleResult(runs));
  model = addEvidence(buildReport(result, pageWalk), result, await evidenceOf(result));
}, 60_000);
afterAll(() => rm(runs, { recursive: true, force: true }));

/** Names of all files below a folder. */
async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    names.map(async (name) => ((await stat(join(folder, name))).isFile() ? [name] : [])),
  );
  return files.flat().sort();
}

describe('writeReport', () => {
  it('adds every format to a result, which reads back as before', async () => {
    const files = await writeReport(result.folder, model);
    expect(Object.keys(files)).toEqual([...REPORT_FORMATS]);
    const written = await filesIn(result.folder);
    for (const path of Object.values(files).flat()) {
      expect(written).toContain(path.slice(result.folder.length + 1));
    }
    expect(written.filter((name) => name.includes('partial'))).toEqual([]);
    expect(await readResult(result.folder)).toEqual(result);
    const read = async (name: string) => readFile(join(result.folder, name), 'utf8');
    expect(JSON.parse(await read('report.json'))).toEqual(model);
    expect(await read('report.md')).toContain('](chart-figure-3.png)');
    expect(await read('report.html')).toContain('<div class="wide"><svg');
    expect(await read('latex/report.tex')).toContain('\\toprule');
    expect((await read('paper.pdf')).slice(0, 5)).toBe('%PDF-');
  }, 60_000);

  it('stops between two charts when the user wants no more, and has written nothing', async () => {
    const folder = join(runs, 'interrupted');
    const control = new AbortController();
    const writing = writeReport(folder, model, REPORT_FORMATS, { signal: control.signal });
    setTimeout(() => control.abort(), 20);
    await expect(writing).rejects.toMatchObject({ kind: 'interrupted' });
    expect(await readdir(folder).catch(() => 'none')).toBe('none');
  }, 60_000);

  it('gives the same bytes for the same result', async () => {
    const again = join(runs, 'again');
    await writeReport(again, JSON.parse(JSON.stringify(model)) as ReportModel);
    const names = await filesIn(again);
    expect(names.length).toBeGreaterThan(REPORT_FORMATS.length);
    for (const name of names) {
      const [a, b] = await Promise.all(
        [result.folder, again].map((of) => readFile(join(of, name))),
      );
      expect(b?.equals(a as Buffer), name).toBe(true);
    }
  }, 60_000);

  it('writes only the formats that are asked for', async () => {
    const folder = join(runs, 'some');
    await writeReport(folder, model, ['json', 'latex']);
    const names = await filesIn(folder);
    expect(names).toContain('report.json');
    expect(names.every((name) => name === 'report.json' || name.startsWith('latex/'))).toBe(true);
  });

  it('writes nothing where the folder does not take it, and says so', async () => {
    const folder = join(runs, 'blocked');
    await mkdir(folder);
    await writeFile(join(folder, 'latex'), 'a file where a folder has to be');
    await expect(writeReport(folder, model, ['latex', 'json'])).rejects.toThrow(
      /Cannot write the report to .*blocked/,
    );
    expect(await filesIn(folder)).toEqual(['latex']);
    const inside = join(folder, 'latex', 'out');
    await expect(writeReport(inside, model, ['json'])).rejects.toMatchObject({
      advice: expect.stringContaining('--out'),
    });
  });

  it('takes signs that mean something in each format', async () => {
    const folder = join(runs, 'nasty');
    const nasty = nastyReport();
    expect(reportFaults(nasty)).toEqual([]);
    await writeReport(folder, nasty);
    const html = await readFile(join(folder, 'report.html'), 'utf8');
    expect(html).not.toMatch(/<b>|<script/);
    const tex = await readFile(join(folder, 'latex', 'report.tex'), 'utf8');
    expect(tex).not.toContain('<b>&"\'$_#%{}\\*');
  }, 30_000);

  it('refuses a model with a number that is none', async () => {
    const [first] = figuresIn(model);
    const broken = JSON.parse(JSON.stringify(model)) as ReportModel;
    const panel = figuresIn(broken)[0]?.chart.panels[0];
    expect(first).toBeDefined();
    if (panel?.kind !== 'bars' || panel.bars[0] === undefined) throw new Error('no bars');
    panel.bars[0].value = Number.NaN;
    const folder = join(runs, 'none');
    await expect(writeReport(folder, broken)).rejects.toThrow(/schema: .*value/);
    await expect(readdir(folder)).rejects.toThrow();
  });
});
