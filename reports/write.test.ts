import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageWalk } from '../bench/page-walk/index.ts';
import { readResult } from '../results/store/reader.ts';
import { sampleResult } from '../results/testing/sample-result.ts';
import { buildReport } from './model/build.ts';
import { writeReport } from './write.ts';

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-report-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

describe('writeReport', () => {
  it('adds its files to a result, which reads back as before', async () => {
    const folder = await sampleResult(runs);
    const before = await readResult(folder);
    const files = await writeReport(folder, buildReport(before, pageWalk));
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining([
        'report.html',
        'report.md',
        'chart-figure-3.png',
        'chart-states.png',
      ]),
    );
    expect(await readFile(files.markdown, 'utf8')).toContain('](chart-figure-3.png)');
    expect(await readFile(files.html, 'utf8')).toContain('data:image/png;base64,iVBOR');
    expect(await readResult(folder)).toEqual(before);
  }, 20_000);
});
