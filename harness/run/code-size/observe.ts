/**
 * Counts the code of each arm by the rule.
 */
import picomatch from 'picomatch';
import type { CodePart } from '../../../bench/code-size/index.ts';
import { type CountingRule, DEFAULT_RULE } from '../../../bench/code-size/rule.ts';
import type { Arm, CodeState } from '../../../bench/words.ts';
import type { HashedFile } from '../../../infra/code/code-base.ts';
import { UserError } from '../../../infra/errors.ts';
import type { CodeSizePlan } from '../../plan/code-size/plan.ts';
import type { Observation, Observer } from '../observation.ts';

/** The program of native/ that is the introspector of an arm. */
const PROGRAMS: Readonly<Partial<Record<Arm, 'introspector' | 'minios'>>> = {
  dom0: 'introspector',
  minios: 'minios',
};

/**
 * Files by the part that they belong to.
 * @throws UserError when the rule has no part for a file
 */
export function partsOf(
  files: readonly HashedFile[],
  arm: Arm,
  rule: CountingRule,
): Map<CodePart, HashedFile[]> {
  const parts = rule.parts
    .filter(({ arms, from }) => from === 'linked' && arms.includes(arm))
    .map(({ part, include }) => ({ part, takes: picomatch(include) }));
  const found = new Map<CodePart, HashedFile[]>(parts.map(({ part }) => [part, []]));
  for (const file of files.filter(({ language }) => rule.languages.includes(language))) {
    const owner = parts.find(({ takes }) => takes(file.path));
    if (owner === undefined) {
      throw new UserError(
        `The counting rule ${rule.name} has no part of ${arm} for ${file.path}.`,
        {
          advice: 'Add a part, or a glob to one.',
        },
      );
    }
    found.get(owner.part)?.push(file);
  }
  return found;
}

const LINES: Readonly<Record<CodeState, (file: HashedFile) => number>> = {
  lines: ({ blank, comment, code }) => blank + comment + code,
  code: ({ code }) => code,
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function observationsOf(
  arm: Arm,
  state: CodeState,
  parts: ReadonlyMap<CodePart, HashedFile[]>,
  rule: CountingRule,
): Observation[] {
  const lines = [...parts].map(([part, files]) => ({
    part,
    value: sum(files.map(LINES[state])),
    detail: `${files.length} files`,
  }));
  const counted = rule.parts.filter(({ counts }) => counts).map(({ part }) => part);
  const total = sum(lines.filter(({ part }) => counted.includes(part)).map(({ value }) => value));
  const fact = { arm, state, unit: 'lines' as const, repeat: 0 };
  return [
    { ...fact, phase: 'total', value: total, detail: `rule ${rule.name}` },
    ...lines.map(({ part, value, detail }) => ({ ...fact, phase: part, value, detail })),
  ];
}

/** Counts the code of each arm. */
export const observeCodeSize: Observer<CodeSizePlan> = {
  needsTestbed: () => false,
  once: true,
  async observe(run, { options }) {
    const { codeBase, progress } = run.context;
    progress.step('Counting lines of code');
    const observations: Observation[] = [];
    for (const arm of options.arms) {
      const program = PROGRAMS[arm];
      if (program === undefined) throw new UserError(`The arm ${arm} has no program to count.`);
      const files = await run.wait(codeBase.linked(program, run.fault));
      const parts = partsOf(files, arm, DEFAULT_RULE);
      for (const state of options.states) {
        observations.push(...observationsOf(arm, state, parts, DEFAULT_RULE));
      }
    }
    progress.done('Lines of code counted');
    return observations;
  },
};
