import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { drawVectorChart } from '../charts/chart.ts';
import { LIGHT } from '../charts/theme.ts';
import { plainReport } from '../model/sets.ts';
import type { ReportModel, Table } from '../model/types.ts';
import { figuresIn } from '../render/outline.ts';
import { LINES } from '../testing/charts.ts';
import { nastyReport } from '../testing/nasty.ts';
import { paperData } from './data.ts';
import { renderPaper } from './paper.ts';

function tableOf(id: string, cells: string[]): Table {
  const columns = cells.map((_, index) => ({ label: `c${index}`, align: 'left' as const }));
  return { id, title: id, caption: id, columns, rows: [cells] };
}

function reportWith(changes: Partial<ReportModel>): ReportModel {
  const answer = { question: 'q', answer: 'a', caveat: 'c', line: 'a c', figures: [] };
  const about = { results: ['r'], date: '2026-01-31T12:00:00.000Z', answer };
  const brief = { title: 't', sentences: [], tables: [], notes: [] };
  return { ...plainReport('run', about, brief), ...changes };
}

interface Data {
  lead: object;
  body: {
    kind: string;
    id: string;
    text?: string;
    title?: string;
    table?: { title: string; across: boolean };
  }[];
  appendix: { kind: string; text?: string }[];
  details: {
    kind: string;
    title?: string;
    table: {
      title: string;
      across: boolean;
      size: number;
      rows: string[][];
      columns: { head: string[] }[];
    };
  }[];
}

const dataOf = (model: ReportModel) => paperData(model, {}) as Data;

describe('paperData', () => {
  it('has the answers in the body and every other table among the details', () => {
    const model = reportWith({
      overview: tableOf('answer', ['1']),
      tables: [tableOf('detail', ['2'])],
    });
    const { body, details } = dataOf(model);
    expect(body.map(({ table }) => table?.title)).toContain('answer');
    expect(details.map(({ table }) => table.title)).toEqual(['detail']);
  });

  it('has what a page is too small for among the details: very long tables, many panels', () => {
    const long = { ...tableOf('long', ['1']), rows: Array(60).fill(['1']) };
    const panels = Array(10).fill(LINES.panels[0]);
    const figure = (id: string, count: number) => ({
      ...{ id, caption: id, table: tableOf(`${id}-table`, ['1']) },
      chart: { ...LINES, id, title: id, panels: panels.slice(0, count) },
    });
    const model = reportWith({
      overview: long,
      figures: [figure('main', 10), figure('few', 4), figure('many', 10)],
      findings: ['found'],
    });
    const picture = { file: 'x.svg', across: true, ratio: 1 };
    const pictures = { main: picture, few: picture, many: picture };
    const { body, details, lead } = paperData(model, pictures) as Data;
    expect(lead).toMatchObject({ question: 'q', answer: 'a', figure: { title: 'main' } });
    expect(body.flatMap(({ kind, title }) => (kind === 'figure' ? [title] : []))).toEqual(['few']);
    expect(body.some(({ kind }) => kind === 'table')).toBe(false);
    expect(details.map(({ title, table }) => title ?? table.title)).toEqual([
      ...['main-table', 'long', 'few-table', 'many', 'many-table'],
    ]);
  });

  it('breaks the head of a column that is longer than its cells', () => {
    const table = tableOf('t', ['1', '2']);
    const columns = [
      { label: 'hypercalls, counted itself', align: 'right' as const },
      { label: 'page faults', align: 'right' as const },
    ];
    const [detail] = dataOf(reportWith({ tables: [{ ...table, columns }] })).details;
    expect(detail?.table.columns.map(({ head }) => head)).toEqual([
      ['hypercalls,', 'counted', 'itself'],
      ['page faults'],
    ]);
  });

  it('leaves no heading without anything under it', () => {
    const { body } = dataOf(reportWith({ tables: [tableOf('detail', ['2'])] }));
    expect(body).toEqual([]);
  });

  it('puts evidence and artifact into the appendix', () => {
    const { body, appendix } = dataOf(nastyReport());
    const titles = (blocks: Data['appendix']) =>
      blocks.filter(({ kind }) => kind === 'heading').map(({ text }) => text);
    expect(titles(appendix)).toEqual(['What the figures rest on', 'Artifact: how to repeat it']);
    expect(titles(body)).toContain('Threats to validity');
    expect(titles(body).at(-1)).toBe('References');
  });

  it('lets a wide table stand across both columns, in smaller type if it must', () => {
    const narrow = tableOf('narrow', ['a', 'b']);
    const wide = tableOf('wide', Array(8).fill('0123456789'));
    const widest = tableOf('widest', Array(16).fill('0123456789'));
    const [a, b, c] = dataOf(
      reportWith({ overview: null, tables: [narrow, wide, widest] }),
    ).details.map(({ table }) => table);
    expect([a?.across, b?.across, c?.across]).toEqual([false, true, true]);
    expect(c?.size).toBeLessThan(b?.size ?? 0);
  });

  it('lets a hash be broken, and keeps a number with its sign', () => {
    const hash = 'f'.repeat(64);
    const [detail] = dataOf(reportWith({ tables: [tableOf('t', [hash, 'by 95 %'])] })).details;
    const table = detail?.table;
    expect(table?.rows[0]?.[0]?.replaceAll('\u200b', '')).toBe(hash);
    expect(table?.rows[0]?.[0]).toContain('\u200b');
    expect(table?.rows[0]?.[1]).toBe('by 95\u00a0%');
  });
});

describe('renderPaper', () => {
  const model = nastyReport();
  const charts = Object.fromEntries(
    figuresIn(model).map(({ id, chart }) => [
      id,
      { ...drawVectorChart(chart, LIGHT, 'wide'), across: true },
    ]),
  );

  it('sets whatever a result may hold, with its fonts in it and no pictures of pixels', () => {
    const pdf = renderPaper(model, charts).toString('latin1');
    expect(pdf.slice(0, 5)).toBe('%PDF-');
    expect(pdf).toContain('/FontFile');
    expect(pdf).not.toMatch(/\/Subtype\s*\/Image/);
  });

  it('gives the same bytes, whose only date is that of the manifest', () => {
    const [first, again] = [renderPaper(model, charts), renderPaper(model, charts)];
    expect(again.equals(first)).toBe(true);
    const later = renderPaper({ ...model, date: '2027-01-31T12:00:00.000Z' }, charts);
    expect(later.equals(first)).toBe(false);
  });

  it('gives the same bytes in another process', async () => {
    const program = new URL('../testing/paper-bytes.ts', import.meta.url).pathname;
    const typeset = async () => (await execa('node', ['--import', 'tsx', program])).stdout;
    const first = await typeset();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await typeset()).toBe(first);
  }, 60_000);
});
