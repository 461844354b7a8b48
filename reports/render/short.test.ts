import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../harness/cli/main.ts';
import { FakeSignals, memorySurroundings } from '../../harness/cli/testing.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import type { ReportModel, Table } from '../model/types.ts';
import { nastyReport } from '../testing/nasty.ts';
import { renderShort, SHORT_LIMIT } from './short.ts';

const REFERENCE = fileURLToPath(new URL('../../results/reference/emulated', import.meta.url));
const LEFT_OUT = 'Left out or cut here';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tinyvmi-short-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Writes a report as Markdown. @returns both forms of it */
async function reportOf(name: string, ...results: string[]) {
  const out = join(scratch, name);
  const argv = ['report', ...results, '--out', out, '--format', 'md'];
  expect(await main(argv, memorySurroundings(), new FakeSignals())).toBe(0);
  const [whole, short] = await Promise.all(
    ['report.md', 'report-short.md'].map((file) => readFile(join(out, file), 'utf8')),
  );
  return { whole: whole as string, short: short as string };
}

/** A report with so many rows, sentences and sections, each cell of so many characters. */
function grown(rows: number, characters: number, sections: number): ReportModel {
  const cell = 'é|<&*_'.repeat(characters).slice(0, characters);
  const table: Table = {
    id: 'grown',
    title: `Grown ${cell}`,
    caption: cell,
    columns: [
      { label: 'a', align: 'left' },
      { label: cell, align: 'right' },
    ],
    rows: Array.from({ length: rows }, (_, row) => [`row ${row}`, cell]),
  };
  const text = Array.from({ length: rows }, (_, index) => `${index} ${cell}`);
  const facts = text.map((value) => ({ label: cell, value }));
  const base = nastyReport();
  const [further] = base.further;
  if (further === undefined) throw new Error('no section');
  const section = { ...further, findings: text, overview: table, highlights: [table, table] };
  return {
    ...base,
    title: `Title ${cell}`,
    findings: text,
    overview: table,
    further: Array.from({ length: sections }, () => section),
    claims: table,
    warnings: text,
    skipped: facts,
    facts,
    notes: text,
    answer: { ...base.answer, answer: `Answered ${cell}`, caveat: cell, question: cell },
  };
}

describe('the short report', () => {
  it('of the reference run has answer, verdicts, main tables and names of charts, and nothing is cut', async () => {
    const { whole, short } = await reportOf('reference', REFERENCE);
    expect(short.length).toBeLessThan(SHORT_LIMIT);
    expect(whole.length).toBeGreaterThan(65_536);
    expect(short).not.toContain(LEFT_OUT);
    const model = JSON.parse(await readFile(join(REFERENCE, 'report.json'), 'utf8')) as ReportModel;
    for (const [sentence = ''] of model.claims?.rows ?? []) expect(short).toContain(sentence);
    const lines = short.split('\n');
    for (const { overview } of [model, ...model.further]) {
      for (const [state = ''] of overview?.rows ?? []) {
        expect(lines.some((line) => line.startsWith(`| ${state} |`))).toBe(true);
      }
    }
    for (const [, chart = ''] of whole.matchAll(/\]\((chart-[^)]+)\)/g)) {
      expect(short).toContain(`\`${chart}\``);
    }
    expect(short).not.toContain('![');
    expect(short).toContain('`report.md`');
  }, 60_000);

  it('is written of a comparison and of results side by side too', async () => {
    const raw = { bench: ['page-walk'], pages: '40', blocks: '1', protocol: 'v1' };
    const runs = [await sampleResult(scratch, raw), await sampleResult(scratch, raw)];
    const { short } = await reportOf('comparison', ...runs);
    expect(short).toContain('### ');
    expect(short.length).toBeLessThan(SHORT_LIMIT);
  }, 60_000);

  it('stays below its limit whatever the report has, and keeps title, status and answer', () => {
    const size = fc.integer({ min: 0, max: 120 });
    const property = fc.property(
      size,
      size,
      fc.integer({ min: 0, max: 30 }),
      (rows, wide, more) => {
        const short = renderShort(grown(rows, wide * 10, more), {});
        expect(short.length).toBeLessThan(SHORT_LIMIT);
        for (const kept of ['# Title', '**Answered', '**Status: failure**', '`report.md`']) {
          expect(short).toContain(kept);
        }
      },
    );
    // The example: names of what is left out, which escaping makes longer.
    fc.assert(property, { numRuns: 25, examples: [[1, 5, 22]] });
  }, 60_000);

  it('says what it cuts, and of how much', () => {
    const short = renderShort(grown(200, 40, 3), {});
    expect(short).toMatch(/\*\d+ of 200 rows; all in report\.md\.\*/);
    expect(short).toContain(`${LEFT_OUT}, to stay below ${SHORT_LIMIT} characters: `);
    const whole = renderShort(grown(1, 40, 1), {});
    expect(whole).not.toContain(LEFT_OUT);
  });
});
