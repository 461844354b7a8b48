/**
 * The report as a paper: PDF, typeset in this process by Typst. The same report gives the same bytes.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { VectorChart } from '../charts/chart.ts';
import { readFonts } from '../charts/font.ts';
import type { ReportModel } from '../model/types.ts';
import { canonicalPdf } from './canonical.ts';
import { paperData } from './data.ts';

const TEMPLATE = fileURLToPath(new URL('./paper.typ', import.meta.url));

/** A chart as the paper shows it. */
export interface PaperChart extends VectorChart {
  /** It has several panels and stands across both columns. */
  across: boolean;
}

/** What Typst says of a template or of data that it cannot set. */
function complaint(compiler: NodeCompiler, result: ReturnType<NodeCompiler['compile']>): string {
  const error = result.takeError();
  if (error === null) return 'no reason was given';
  return compiler
    .fetchDiagnostics(error)
    .map((entry: { message?: string }) => entry.message ?? JSON.stringify(entry))
    .join('; ');
}

/**
 * Typesets the report.
 * @param charts its charts by the figures' ids
 * @throws UserError when the fonts are missing
 */
export function renderPaper(
  model: ReportModel,
  charts: Readonly<Record<string, PaperChart>>,
): Buffer {
  const compiler = NodeCompiler.create({
    workspace: dirname(TEMPLATE),
    fontArgs: [{ fontBlobs: readFonts() }],
  });
  const folder = dirname(TEMPLATE);
  const pictures = Object.fromEntries(
    Object.entries(charts).map(([id, { svg, across, width, height }], index) => {
      const file = `figure-${index}.svg`;
      compiler.mapShadow(`${folder}/${file}`, Buffer.from(svg));
      return [id, { file, across, ratio: width / height }];
    }),
  );
  const data = JSON.stringify(paperData(model, pictures));
  compiler.mapShadow(`${folder}/report.json`, Buffer.from(data));
  compiler.addSource(`${folder}/main.typ`, readFileSync(TEMPLATE, 'utf8'));
  const compiled = compiler.compile({ mainFilePath: `${folder}/main.typ` });
  const document = compiled.result;
  if (document === null) {
    throw new Error(`the paper could not be typeset: ${complaint(compiler, compiled)}`);
  }
  const seconds = Math.floor(Date.parse(model.date) / 1000);
  return canonicalPdf(compiler.pdf(document, { creationTimestamp: seconds }));
}
