/**
 * A run's result as far as its machines have measured it: each benchmark is analysed when it is whole, and
 * what can be drawn of it is, while others still measure.
 */
import { makeManifest, makeSummary } from '../../results/assemble.ts';
import { hostFacts, toolFacts } from '../../results/host.ts';
import type { ResultWriter } from '../../results/store/writer.ts';
import type { Result } from '../../results/types.ts';
import type { Analysis } from '../analyse/analyse.ts';
import { asBoots } from '../analyse/one-boot.ts';
import { analysePlan, joinAnalyses } from '../analyse/suite.ts';
import { type MergedFacts, mergeFacts } from '../campaign/merge.ts';
import { accountOf, type MachineEnding } from '../campaign/together.ts';
import type { Plan, Suite } from '../plan/suite.ts';

/** Who is told of a result so far. */
export interface Ahead {
  draw(result: Result): Promise<void>;
  end(): void;
}

/** Rates of the clocks of a benchmark's arms, by those of its machine. */
function frequenciesOf({ introspectors }: MergedFacts, { benchmark }: Plan) {
  const own = introspectors.filter(({ machine = benchmark }) => machine === benchmark);
  return new Map(own.map(({ arm, hello }) => [arm, hello.frequency]));
}

/** The analyses of a run, each made once. */
export class SoFar {
  readonly #suite: Suite;
  readonly #machines: readonly Suite[];
  readonly #writer: ResultWriter;
  readonly #startedAt: Date;
  readonly #ahead: Ahead | undefined;
  readonly #analyses = new Map<Plan, Promise<Analysis>>();
  #work: Promise<void> = Promise.resolve();

  constructor(
    suite: Suite,
    machines: readonly Suite[],
    writer: ResultWriter,
    startedAt: Date,
    ahead: Ahead | undefined,
  ) {
    this.#suite = suite;
    this.#machines = machines;
    this.#writer = writer;
    this.#startedAt = startedAt;
    this.#ahead = ahead;
  }

  /** The analysis of benchmarks that are whole. */
  async analysis(plans: readonly Plan[], facts: MergedFacts): Promise<Analysis> {
    const unit = facts.capabilities?.tickUnit ?? 'ticks';
    const parts: Analysis[] = [];
    for (const plan of plans) {
      const made =
        this.#analyses.get(plan) ??
        analysePlan(plan, asBoots(this.#writer, facts.starts), unit, frequenciesOf(facts, plan));
      this.#analyses.set(plan, made);
      parts.push(await made);
    }
    return joinAnalyses(parts);
  }

  /** The analysis of a benchmark that still measures. */
  underWay(plan: Plan): Promise<Analysis> {
    return analysePlan(plan, asBoots(this.#writer, []), 'ticks', new Map());
  }

  /** Takes what ended; others still measure. What fails here fails again when the result is made. */
  take(endings: readonly MachineEnding[]): void {
    this.#work = this.#work.then(() => this.#tell(endings)).catch(() => {});
  }

  async #tell(endings: readonly MachineEnding[]): Promise<void> {
    const ended = endings.filter(({ outcome }) => outcome.status === 'success');
    const whole = ended.flatMap(({ plans }) => [...plans]);
    const [suite, machines, startedAt] = [this.#suite, this.#machines, this.#startedAt];
    for (const { benchmark } of whole) await this.#writer.settle(benchmark);
    const facts = mergeFacts(ended.map(accountOf), machines[0]?.[0].benchmark);
    const outcome = { status: 'success', facts, whole, broken: [] } as const;
    const summary = makeSummary(suite, outcome, await this.analysis(whole, facts));
    const [tool, host] = await Promise.all([toolFacts(), hostFacts()]);
    const manifest = makeManifest(suite, outcome, {
      ...{ tool, host, startedAt, seconds: 0, machines, askedJobs: undefined },
    });
    const { id, folder } = this.#writer;
    await this.#ahead?.draw({
      ...{ folder, summary, manifest: { ...manifest, id, files: {} }, manifestDigest: '' },
    });
  }

  /** Ends what is under way. */
  async end(): Promise<void> {
    this.#ahead?.end();
    await this.#work;
  }
}
