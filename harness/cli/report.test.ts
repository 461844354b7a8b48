import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportModel } from '../../reports/model/types.ts';
import { figuresIn } from '../../reports/render/outline.ts';
import { reportFaults } from '../../reports/schema/validate.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import type { RawRunOptions } from '../plan/options.ts';
import type { FakeBehaviour } from '../run/testing/fake-testbed.ts';
import { main } from './main.ts';
import { FakeSignals, memorySurroundings } from './testing.ts';

let runs: string;
beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-reports-'));
});
afterAll(() => rm(runs, { recursive: true, force: true }));

async function command(...argv: string[]) {
  const surroundings = memorySurroundings();
  const exitCode = await main(argv, surroundings, new FakeSignals());
  return { exitCode, out: surroundings.stdout.text, err: surroundings.stderr.text };
}

const SMALL: RawRunOptions = { bench: ['page-walk'], pages: '40', blocks: '1' };

async function modelIn(folder: string): Promise<ReportModel> {
  const model = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
  expect(reportFaults(model)).toEqual([]);
  return model;
}

/** Reports on a run in every format, and gives what it says. */
async function reportOn(raw: RawRunOptions, behaviour: FakeBehaviour = {}) {
  const folder = await sampleResult(runs, raw, behaviour);
  const { exitCode, err } = await command('report', folder);
  const text = async (name: string) => readFile(join(folder, name), 'utf8');
  const written = [
    await text('report.html'),
    await text('report.md'),
    await text('latex/report.tex'),
  ];
  for (const document of written) expect(document).not.toMatch(/NaN|undefined|Infinity|\[object/);
  expect((await text('paper.pdf')).length).toBeGreaterThan(5000);
  return { exitCode, err, model: await modelIn(folder), html: written[0] as string };
}

describe('report of a run', () => {
  it('without an arm shows the other one, and decides no claim', async () => {
    const { exitCode, model } = await reportOn({ ...SMALL, arm: ['minios'] });
    expect(exitCode).toBe(0);
    expect(model.overview?.columns.map(({ label }) => label)).toEqual(['state', 'Mini-OS', '95 %']);
    expect(model.method.join(' ')).toContain('nothing is compared');
    expect(model.claims?.rows.every(([, verdict]) => verdict?.startsWith('inconclusive'))).toBe(
      true,
    );
    expect(model.claims?.rows[0]?.[1]).toContain(
      '(measured by tinyvmi-bench run --bench page-walk)',
    );
    expect(model.answer.line).toMatch(
      /^Reading a page from Mini-OS costs [\d,]+ instructions with nothing mapped \(95 %: /,
    );
    expect(figuresIn(model).length).toBeGreaterThan(3);
  }, 60_000);

  it('with one page a batch has intervals by its batches, and draws no broken figure', async () => {
    const { exitCode, model } = await reportOn({
      ...SMALL,
      pages: '1',
      repeat: '1',
      state: ['tables'],
      protocol: 'v1',
    });
    expect(exitCode).toBe(0);
    expect(model.threats.map(({ label }) => label)).not.toContain('Conclusion: too few samples');
    for (const { chart } of figuresIn(model)) {
      for (const panel of chart.panels) {
        if (panel.kind === 'lines') expect(panel.lines[0]?.points.length).toBeGreaterThan(0);
      }
    }
  }, 60_000);

  it('that was skipped says why, and nothing else', async () => {
    const { exitCode, model, html } = await reportOn(SMALL, { flask: 'absent' });
    expect(exitCode).toBe(77);
    expect(model.abstract).toEqual([]);
    expect(model.answer.answer).toMatch(/^No answer: the run was skipped: .*FLASK/);
    expect(figuresIn(model)).toEqual([]);
    expect(model.method).toEqual([]);
    expect(model.notes).toEqual([]);
    expect(html).not.toContain('<svg');
  }, 60_000);

  it('that failed gives no figures and says what is wrong', async () => {
    const { exitCode, model, html } = await reportOn(SMALL, {
      targetLines: (spec) => [
        `TARGET region base=0x5a0000000000 pages=${spec.pages} page-size=${spec.pageSize} batch=${spec.batch}`,
        `TARGET digest first=0 pages=${spec.pages} digest=0000000000000001`,
        'TARGET ready',
      ],
    });
    expect(exitCode).toBe(1);
    expect(model.status).toBe('failure');
    expect(figuresIn(model)).toEqual([]);
    expect(model.claims).toBeNull();
    expect(html).toContain('No answer: what was measured is wrong: ');
  }, 60_000);
});

describe('report of several results', () => {
  it('compares two, shows three side by side, and draws a history', async () => {
    const folders = [];
    for (const seed of ['1', '2', '3']) {
      folders.push(await sampleResult(runs, { ...SMALL, seed, protocol: 'v1' }));
    }
    const [a, b, c] = folders as [string, string, string];
    const out = join(runs, 'out');
    const only = ['--format', 'json,md'];
    expect((await command('report', a, b, '--out', join(out, 'two'), ...only)).exitCode).toBe(0);
    const two = await modelIn(join(out, 'two'));
    expect(two.kind).toBe('comparison');
    expect(two.overview?.columns.map(({ label }) => label)).toContain('verdict');
    expect((await readdir(join(out, 'two'))).sort()).toContain('report.md');
    expect(two.figures[0]?.chart.panels[0]).toMatchObject({ kind: 'ratios', title: 'page-walk' });

    expect((await command('report', a, b, c, '--out', join(out, 'three'), ...only)).exitCode).toBe(
      0,
    );
    const three = await modelIn(join(out, 'three'));
    expect(three.kind).toBe('runs');
    expect(three.results).toHaveLength(3);
    expect(three.overview?.rows).toHaveLength(3 * 2 * 4);

    const history = join(runs, 'h.jsonl');
    await command('history', 'append', a, b, c, '--file', history);
    expect(
      (await command('report', history, '--out', join(out, 'history'), ...only)).exitCode,
    ).toBe(0);
    const course = await modelIn(join(out, 'history'));
    expect(course.kind).toBe('history');
    expect(figuresIn(course)[0]?.chart.panels[0]?.kind).toBe('lines');
  }, 120_000);

  it('shows what does not match side by side, naming the difference', async () => {
    const a = await sampleResult(runs, { ...SMALL, protocol: 'v1' });
    const b = await sampleResult(runs, { ...SMALL, protocol: 'v1', pages: '20' });
    const out = join(runs, 'mismatch');
    expect((await command('report', a, b, '--out', out, '--format', 'json')).exitCode).toBe(0);
    const model = await modelIn(out);
    expect(model.kind).toBe('runs');
    expect(model.notes.join()).toMatch(/not compared.*pages: 40 .*20/);
  }, 60_000);
});

describe('report of samples from elsewhere', () => {
  it('takes names with signs that mean something', async () => {
    const file = join(runs, 'nasty.csv');
    const arm = `<b>&'$_#%{}\\*`;
    const rows = Array.from({ length: 30 }, (_, i) => `${arm},${i % 3},${100 + (i % 7)}`);
    await writeFile(file, `method,run,value\n${rows.join('\n')}\n`);
    const columns = ['--arm-column', 'method', '--value-column', 'value', '--boot-column', 'run'];
    const { out } = await command(
      'import',
      file,
      ...columns,
      '--unit',
      '<us>',
      '--out',
      runs,
      '--json',
    );
    const { folder } = JSON.parse(out) as { folder: string };
    expect((await command('report', folder)).exitCode).toBe(0);
    const model = await modelIn(folder);
    expect(JSON.stringify(model)).toContain(JSON.stringify(arm).slice(1, -1));
    expect(await readFile(join(folder, 'report.html'), 'utf8')).not.toContain('<b>');
    expect(await readFile(join(folder, 'latex', 'report.tex'), 'utf8')).toContain(
      '\\textless{}b\\textgreater{}\\&\\textquotesingle{}\\$\\_\\#\\%\\{\\}\\textbackslash{}*',
    );
  }, 60_000);
});

describe('bad options of report', () => {
  it('names the formats', async () => {
    const { exitCode, err } = await command('report', runs, '--format', 'html,docx');
    expect(exitCode).toBe(64);
    expect(err).toContain('there is no format "docx"');
    expect(err).toContain('html, md, pdf, latex, json');
  });

  it('says that a folder cannot be written to, and leaves nothing', async () => {
    const folder = await sampleResult(runs, { ...SMALL, protocol: 'v1' });
    const file = join(runs, 'a-file');
    await writeFile(file, '');
    const { exitCode, err } = await command('report', folder, '--out', file, '--format', 'json');
    expect(exitCode).toBe(2);
    expect(err).toContain(`Cannot write the report to ${file}`);
    expect(err).toContain('--out');
  }, 30_000);
});
