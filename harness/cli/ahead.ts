/** What of a run's report can be drawn while its last machines still measure. */
import { findBenchmark } from '../../bench/registry.ts';
import { DrawnCharts } from '../../reports/charts/drawn.ts';
import { addEvidence, buildReport } from '../../reports/model/build.ts';
import { drawAhead } from '../../reports/write.ts';
import { hasSamples, measuredOfRun } from '../../results/measured.ts';
import type { Result } from '../../results/types.ts';
import { spreadAll } from './commands/evidence.ts';

/** The result without figures that were found once: their table is written at the end. */
function sampledPart(result: Result): Result {
  const { summary } = result;
  const measures = summary.measures.filter(
    ({ benchmark }) => findBenchmark(benchmark)?.kind === 'samples',
  );
  return { ...result, summary: { ...summary, measures } };
}

/** Charts of a run that is under way. */
export class ReportAhead {
  readonly charts = new DrawnCharts();
  #over = false;

  /** Draws the charts of a result so far, one after the other, until `end`. */
  async draw(result: Result): Promise<void> {
    const [first, ...others] = result.summary.benchmarks.flatMap((id) => findBenchmark(id) ?? []);
    if (first === undefined || this.#over) return;
    const sampled = sampledPart(result);
    const spreads = hasSamples(sampled.summary) ? spreadAll(await measuredOfRun(sampled)) : [];
    const bare = buildReport(result, first, ...others);
    const model = addEvidence(bare, result, { claims: [], diagnoses: [], spreads });
    await drawAhead(model, this.charts, () => !this.#over);
  }

  /** Nothing is drawn any more: the whole result is there. */
  end(): void {
    this.#over = true;
  }
}
