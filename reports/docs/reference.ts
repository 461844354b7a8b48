/**
 * The reference run, as documents cite it: its figures by name, and the pictures of its report.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readResult } from '../../results/store/reader.ts';
import type { Result } from '../../results/types.ts';
import type { ReportModel } from '../model/types.ts';
import { figuresIn } from '../render/outline.ts';

/** Its folder, from the root of the checkout. */
export const REFERENCE = 'results/reference/emulated';

/** The run and its report. */
export interface Reference {
  result: Result;
  report: ReportModel;
  /** Median of a figure. @throws Error when the run has none of that name */
  median(benchmark: string, state: string, arm: string, phase: string): number;
  /** Samples that it rests on. */
  samples(benchmark: string, state: string, arm: string, phase: string): number;
  /** The picture of a figure as Markdown, by its file below docs/. @throws Error without such a figure */
  picture(id: string, path: string): string;
  /** Bytes of that picture. */
  png(id: string): Promise<Buffer>;
}

/** Reads it. @throws UserError when it is not whole */
export async function readReference(root: string): Promise<Reference> {
  const folder = join(root, REFERENCE);
  const result = await readResult(folder);
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as ReportModel;
  const find = (benchmark: string, state: string, arm: string, phase: string) => {
    const found = result.summary.measures.find(
      (measure) =>
        measure.benchmark === benchmark &&
        measure.state === state &&
        measure.arm === arm &&
        measure.phase === phase,
    );
    if (found === undefined) {
      throw new Error(`The reference run has no ${benchmark} ${state} ${arm} ${phase}.`);
    }
    return found;
  };
  return {
    result,
    report,
    median: (...name) => find(...name).p50,
    samples: (...name) => find(...name).n,
    picture(id, path) {
      const figure = figuresIn(report).find((one) => one.id === id);
      if (figure === undefined) throw new Error(`The reference run's report has no figure ${id}.`);
      return `![${figure.chart.alternative.replace(/[[\]\\]/g, '\\$&')}](${path})`;
    },
    png: (id) => readFile(join(folder, `chart-${id}.png`)),
  };
}
