/**
 * Finds out how much code each arm runs on.
 */
import type { Arm, CodeState, Unit } from '../../../bench/words.ts';
import type { ImageSize } from '../../../infra/code/objects.ts';
import { introspectorMaps, loadedModules, systemCallEntries } from '../../../infra/code/running.ts';
import { UserError } from '../../../infra/errors.ts';
import { EMULATED, EMULATED_SERIES } from '../../../infra/testbed.ts';
import type { CodeSizePlan } from '../../plan/code-size/plan.ts';
import type { Observation, Observer } from '../observation.ts';
import type { RunState } from '../state.ts';
import { type CodeArm, linesOf } from './lines.ts';

const UNIT_OF: Readonly<Record<CodeState, Unit>> = {
  lines: 'lines',
  code: 'lines',
  text: 'bytes',
  data: 'bytes',
  hypercalls: 'count',
  'system-calls': 'count',
};

/** States that Dom0 itself has to be asked for. */
const RUNNING: readonly CodeState[] = ['text', 'data', 'system-calls'];

function fact(
  arm: Arm,
  state: CodeState,
  phase: string,
  value: number,
  detail: string,
): Observation {
  return { arm, state, phase, unit: UNIT_OF[state], value, repeat: 0, detail };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Counts on this machine; an emulated host, if one is up, leaves it the processor meanwhile. */
function resting<T>(run: RunState, work: () => Promise<T>): Promise<T> {
  const { testbed } = run.context;
  const isUp = run.facts.capabilities !== undefined;
  return run.wait(isUp && testbed.rest !== undefined ? testbed.rest(work) : work());
}

/** Lines of an arm. A total is given only when every part of it was counted. */
async function observeLines(run: RunState, plan: CodeSizePlan, arm: CodeArm) {
  const { rule, recount, states } = plan.options;
  const options = { recount, signal: run.fault };
  const { counted, uncounted } = await resting(run, () =>
    linesOf(run.context.codeBase, arm, rule, options),
  );
  for (const { part, reason } of uncounted) {
    run.facts.skipped.push({ what: `lines of ${part} of ${arm}`, reason });
  }
  for (const otherVersion of new Set(counted.flatMap((part) => part.otherVersion ?? []))) {
    run.facts.warnings.push(
      `Lines of ${arm} are committed counts ${otherVersion}: --recount downloads that and counts it.`,
    );
  }
  const whole = uncounted.every(({ counts }) => !counts);
  const inTotal = counted.filter(({ counts }) => counts);
  return (['lines', 'code'] as const)
    .filter((state) => states.includes(state))
    .flatMap((state) => [
      ...(whole
        ? [fact(arm, state, 'total', sum(inTotal.map((part) => part[state])), `rule ${rule.name}`)]
        : []),
      ...counted.map((part) => fact(arm, state, part.part, part[state], part.detail)),
    ]);
}

/** Bytes of parts, and their total, in those of both states that are asked for. */
function sizes(
  arm: CodeArm,
  states: readonly CodeState[],
  parts: readonly { phase: string; size: ImageSize; detail: string }[],
): Observation[] {
  return (['text', 'data'] as const)
    .filter((state) => states.includes(state))
    .flatMap((state) => [
      fact(arm, state, 'total', sum(parts.map(({ size }) => size[state])), ''),
      ...parts.map(({ phase, size, detail }) => fact(arm, state, phase, size[state], detail)),
    ]);
}

function added(all: readonly ImageSize[]): ImageSize {
  return { text: sum(all.map(({ text }) => text)), data: sum(all.map(({ data }) => data)) };
}

async function observeMinios(run: RunState, { options }: CodeSizePlan): Promise<Observation[]> {
  const { states } = options;
  const image = await run.wait(run.context.codeBase.minios(run.fault));
  const calls = { hypercalls: image.hypercalls.length, 'system-calls': image.systemCalls };
  const details = {
    hypercalls: `numbers in its machine code: ${image.hypercalls.join(' ')}`,
    'system-calls': 'instructions in its machine code',
  };
  const size = { text: image.text, data: image.data };
  return [
    ...sizes('minios', states, [{ phase: 'introspector', size, detail: 'the domain’s one image' }]),
    ...(['hypercalls', 'system-calls'] as const)
      .filter((state) => states.includes(state))
      .map((state) => fact('minios', state, 'total', calls[state], details[state])),
  ];
}

async function observeDom0Images(run: RunState, states: readonly CodeState[]) {
  const { testbed, codeBase } = run.context;
  const modules = await run.wait(loadedModules(testbed, run.fault));
  const kernel = await resting(run, () => codeBase.dom0Kernel(modules, run.fault));
  const maps = await run.wait(introspectorMaps(testbed, run.fault));
  const own = maps.filter(({ path }) => path === testbed.introspectorPath);
  const libraries = maps.filter(({ path }) => path !== testbed.introspectorPath);
  const names = libraries.map(({ path }) => path.split('/').at(-1));
  return sizes('dom0', states, [
    { phase: 'kernel', size: kernel.kernel, detail: 'vmlinux' },
    { phase: 'modules', size: added(kernel.modules), detail: modules.join(' ') },
    { phase: 'libraries', size: added(libraries), detail: names.join(' ') },
    { phase: 'introspector', size: added(own), detail: 'mapped' },
  ]);
}

async function observeDom0(run: RunState, { options }: CodeSizePlan): Promise<Observation[]> {
  const { states } = options;
  const { testbed, codeBase } = run.context;
  const found: Observation[] = [];
  if (states.some((state) => state === 'text' || state === 'data')) {
    found.push(...(await observeDom0Images(run, states)));
  }
  if (states.includes('hypercalls')) {
    const all = await run.wait(codeBase.hypercalls());
    const detail = 'numbers in Xen’s public header: its kernel’s driver passes on any of them';
    found.push(fact('dom0', 'hypercalls', 'total', all.length, detail));
  }
  if (states.includes('system-calls')) {
    const entries = await run.wait(systemCallEntries(testbed, run.fault));
    const detail = 'symbols __x64_sys_* of its kernel';
    found.push(fact('dom0', 'system-calls', 'total', entries.length, detail));
  }
  return found;
}

/** Sources and images are those of the Dom0 that we build. */
function unable({ options: { testbed, xen } }: CodeSizePlan): string | undefined {
  if (testbed !== EMULATED) {
    return "what is counted is the code of the emulated testbed's Dom0, and this host runs its own";
  }
  const [counted] = EMULATED_SERIES;
  if (xen === counted) return undefined;
  return `the sources that are counted are those of a Dom0 under Xen ${counted}`;
}

const OBSERVE: Readonly<
  Record<CodeArm, (run: RunState, plan: CodeSizePlan) => Promise<Observation[]>>
> = { dom0: observeDom0, minios: observeMinios };

/** Finds out how much code each arm runs on: once, since it does not change. */
export const observeCodeSize: Observer<CodeSizePlan> = {
  needsTestbed: (plan) =>
    unable(plan) === undefined &&
    plan.options.arms.includes('dom0') &&
    plan.options.states.some((state) => RUNNING.includes(state)),
  once: true,
  unable,
  async observe(run, plan) {
    const { progress } = run.context;
    const { arms, states } = plan.options;
    const found: Observation[] = [];
    progress.step('Sizing the code of the arms');
    for (const arm of arms) {
      if (arm !== 'dom0' && arm !== 'minios') {
        throw new UserError(`The arm ${arm} has no code of its own.`);
      }
      progress.detail(arm);
      if (states.some((state) => state === 'lines' || state === 'code')) {
        found.push(...(await observeLines(run, plan, arm)));
      }
      found.push(...(await OBSERVE[arm](run, plan)));
    }
    progress.done(`Code sized: ${found.length} facts`);
    return found;
  },
};
