/**
 * A report full of signs that mean something in HTML, Markdown, Typst or LaTeX, for tests.
 */
import { plainReport } from '../model/sets.ts';
import type { Figure, ReportModel, Section, Table } from '../model/types.ts';
import { CHARTS } from './charts.ts';

/** Text that means something in every format. */
export const NASTY =
  `<b>&"'$_#%{}\\*~^ <script>alert("x")</script> #eval("x") $x^2$ @ref <label> // \\input{x} \`c\` [l](http://e.vil) | = - + ==h== \u0000|`.replace(
    '\u0000',
    '',
  );

/** A table of it. */
export const NASTY_TABLE: Table = {
  id: 't<"&',
  title: NASTY,
  caption: NASTY,
  columns: [
    { label: 'state', align: 'left' },
    { label: NASTY, align: 'right' },
  ],
  rows: [['cold', NASTY]],
};

function figureOf(chart: (typeof CHARTS)[number]): Figure {
  const panels = chart.panels.map((panel) => ({ ...panel, title: NASTY, subtitle: NASTY }));
  const named = panels.map((panel) => {
    if (panel.kind === 'bars') {
      const bars = panel.bars.map((bar) => ({ ...bar, category: `${bar.category} ${NASTY}` }));
      return { ...panel, axis: NASTY, bars };
    }
    if (panel.kind === 'stacked-parts') {
      const parts = panel.parts.map(({ label }) => ({ label: `${label} ${NASTY.slice(0, 12)}` }));
      return { ...panel, axis: NASTY, parts };
    }
    if (panel.kind === 'ratios') {
      const rows = panel.rows.map((row) => ({ ...row, label: `${row.label} ${NASTY}` }));
      return { ...panel, axis: { ...panel.axis, label: NASTY }, rows };
    }
    const lines = panel.lines.map((line) => ({ ...line, label: NASTY.slice(0, 12) }));
    return { ...panel, x: { ...panel.x, label: NASTY }, lines };
  });
  return {
    id: chart.id,
    caption: NASTY,
    chart: { ...chart, title: NASTY, panels: named, alternative: NASTY },
    table: NASTY_TABLE,
  };
}

/** The report: every string that comes from outside is nasty. */
export function nastyReport(): ReportModel {
  const answer = { question: NASTY, answer: NASTY, caveat: NASTY, line: NASTY, figures: [] };
  const base = plainReport(
    'run',
    { results: [NASTY], date: '2026-01-31T12:00:00.000Z', answer },
    { title: NASTY, sentences: [], tables: [], notes: [NASTY] },
  );
  const section: Section = {
    id: 'section',
    title: NASTY,
    question: NASTY,
    findings: [NASTY],
    overview: NASTY_TABLE,
    highlights: [NASTY_TABLE],
    figures: CHARTS.map(figureOf),
    tables: [NASTY_TABLE],
  };
  const fact = { label: NASTY, value: NASTY };
  return {
    ...base,
    ...section,
    status: 'failure',
    reason: NASTY,
    abstract: [NASTY],
    glance: NASTY_TABLE,
    facts: [fact],
    method: [NASTY],
    further: [{ ...section, figures: [] }],
    claims: NASTY_TABLE,
    refusals: { table: NASTY_TABLE, lines: [{ label: 'x', text: `${NASTY}\n\`\`\`` }] },
    digests: { table: NASTY_TABLE, agrees: false, verdict: NASTY },
    skipped: [fact],
    warnings: [NASTY],
    threats: [fact],
    repeat: {
      command: NASTY,
      steps: [{ command: NASTY, expect: NASTY }],
      facts: [fact],
      images: [fact],
    },
    citations: [{ id: NASTY, text: NASTY }],
  };
}
