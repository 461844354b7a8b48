import { describe, expect, it } from 'vitest';
import type { Capabilities, Domain, Guest, Privilege } from '../../infra/testbed.ts';
import type { RawRunOptions } from '../plan/options.ts';
import type { Plan } from '../plan/suite.ts';
import { makeSuite } from '../plan/suite.ts';
import { beyondPrivilege, demandPrivilege, letRead, privilegeOf } from './privilege.ts';
import type { RunState } from './state.ts';

/** A run by this privilege, as far as it is looked at; `made` is what was made privileged for what. */
function runBy(privilege: Privilege) {
  const made: unknown[] = [];
  const setTarget = async (...pair: unknown[]) => void made.push(pair);
  const run = {
    ...{ suite: [{ options: { privilege } }], facts: { warnings: [] as string[] } },
    ...{
      wait: (promise: Promise<unknown>) => promise,
      context: { testbed: { xen: { setTarget } } },
    },
  };
  return { run: run as unknown as RunState, made, warnings: run.facts.warnings };
}
const on = (flask: Capabilities['xen']['flask']) => ({ xen: { flask } }) as Capabilities;

describe('a privilege', () => {
  it('by FLASK is had where it enforces', () => {
    const { run, warnings } = runBy('flask');
    expect(privilegeOf(run)).toBe('flask');
    expect(() => demandPrivilege(run, on('enforcing'))).not.toThrow();
    expect(warnings).toEqual([]);
  });

  it.each(['absent', 'permissive'] as const)('by FLASK is not had where it is %s', (flask) => {
    expect(() => demandPrivilege(runBy('flask').run, on(flask))).toThrow(
      expect.objectContaining({
        kind: 'skipped',
        message: `FLASK is ${flask} on this Xen: what must be refused would be granted. Boot a Xen with XSM and flask=enforcing; or, without what a run proves with it, use --privilege set-target on a Xen without FLASK.`,
      }),
    );
  });

  it('set-target is had without FLASK, and said once to prove nothing', () => {
    const { run, warnings } = runBy('set-target');
    demandPrivilege(run, on('absent'));
    demandPrivilege(run, on('absent'));
    expect(warnings).toEqual([expect.stringContaining('Nothing here proves least privilege')]);
  });

  it('set-target is not had where FLASK is', () => {
    expect(() => demandPrivilege(runBy('set-target').run, on('enforcing'))).toThrow(
      expect.objectContaining({
        kind: 'skipped',
        message:
          'FLASK is enforcing on this Xen, and knows no privilege set-target: its policy alone counts. Leave out --privilege, or boot Xen with flask=disabled.',
      }),
    );
  });

  it('is given to a domain where its label is none', async () => {
    const [domain, target] = [{ name: 'tv-i' } as Domain, { name: 'web' } as Guest];
    const [flask, other] = [runBy('flask'), runBy('set-target')];
    await letRead(flask.run, domain, target);
    await letRead(other.run, domain, target);
    expect([flask.made, other.made]).toEqual([[], [[domain, target]]]);
  });
});

describe('a benchmark', () => {
  const beyond = (raw: RawRunOptions) => {
    const [plan] = makeSuite(raw) as [Plan];
    const options = { ...plan.options, privilege: raw.privilege ?? 'flask' };
    return beyondPrivilege({ ...plan, options } as Plan);
  };
  const ALONE = 'privilege set-target is given to the introspector of page-walk alone';
  const LISTEN =
    'Xen lets no domain but Dom0 listen to events without FLASK, whatever its target: --arm dom0 measures Dom0 alone';

  it.each<[RawRunOptions, string | undefined]>([
    [{ bench: ['page-walk'], privilege: 'set-target' }, undefined],
    [{ bench: ['boot'] }, undefined],
    [{ bench: ['events'] }, undefined],
    [{ bench: ['boot'], privilege: 'set-target' }, ALONE],
    [{ bench: ['events'], privilege: 'set-target' }, LISTEN],
    [{ bench: ['events'], privilege: 'set-target', arm: ['dom0'] }, undefined],
  ])('of %j is beyond it: %s', (raw, why) => {
    expect(beyond(raw)).toBe(why);
  });
});
