/**
 * Options and plan of code-size.
 */
import { codeSize } from '../../../bench/code-size/index.ts';
import type { CountingRule } from '../../../bench/code-size/rule.ts';
import type { CodeState } from '../../../bench/words.ts';
import { type CommonOptions, type RawRunOptions, resolveShared } from '../options.ts';
import type { ObservingPlan } from '../plan.ts';
import { readRule } from './rule.ts';

/** What a count of code is asked to do. */
export interface CodeSizeOptions extends CommonOptions {
  benchmark: 'code-size';
  states: CodeState[];
  /** Count the sources of Dom0's packages, whatever counts are committed. */
  recount: boolean;
  /** File of the rule; null: the suite's own. */
  ruleFile: string | null;
  rule: CountingRule;
}

/** A count of code. */
export type CodeSizePlan = ObservingPlan<CodeSizeOptions>;

/**
 * The plan for these options.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function makeCodeSizePlan(raw: RawRunOptions): CodeSizePlan {
  return {
    benchmark: 'code-size',
    options: {
      ...resolveShared(codeSize, raw),
      recount: raw.recount ?? false,
      ruleFile: raw.countingRule ?? null,
      rule: readRule(raw.countingRule),
    },
    jobs: [],
  };
}
