/**
 * A guest of 32 bits with PAE's tables and EFER 0 for real: neither arm takes its tables for those of long
 * mode, and a run is skipped with the reason. It is paused by its owner as soon as it has its tables.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmulatedTestbed } from '../../infra/index.ts';
import type { StrangersGuest, Testbed } from '../../infra/testbed.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { resolveOptions } from '../plan/page-walk/options.ts';
import { makePlan, type PageWalkPlan } from '../plan/page-walk/plan.ts';
import { openDomain, openProcess } from '../run/introspector.ts';
import { runPlan } from '../run/run.ts';
import { fakeCodeBase } from '../run/testing/fake-code-base.ts';
import { FORGETFUL } from '../run/testing/forgetful.ts';
import { bringPae, makingPae, PAE } from './pae-guest.ts';
import { staysUp } from './stays-up.ts';
import { useWorkspace } from './workspace.ts';

const NEVER = new AbortController().signal;
const WAITS = { silenceMs: 120_000, signal: NEVER };

/** Makes it, as Xen tells of its processor then (AMD: VMCB). */
const PREPARE = `${makingPae()}
xl debug-keys v
xl dmesg | grep -E 'CR[034] = ' | tail -n 4
`;

const { folder } = useWorkspace();
let testbed: Testbed;
let guest: StrangersGuest;

beforeAll(async () => {
  testbed = await createEmulatedTestbed({ clock: 'counted' }, SILENT);
  await testbed.start();
  await bringPae(testbed, folder);
  const made = await testbed.run(['sh', '-c', PREPARE]);
  expect(made.exitCode, made.stderr).toBe(0);
  // It pages, by PAE's tables; guests' EFER is 0 from the start.
  expect(made.stdout).toMatch(/CR0 = 0x0*8[0-9a-f]{7} /);
  expect(made.stdout).toMatch(/CR3 = 0x0*102000 CR4 = 0x[0-9a-f]*[2367abef][0-9a-f]\s/);
  guest = await testbed.xen.guest(PAE);
});
afterAll(() => testbed.stop());

it('is refused by both arms', async () => {
  const { domid, type } = guest;
  const pages = { base: 0x100000n, pages: 4, batch: 4, depth: 3, repeat: 1, warmup: 0 };
  const job = { workload: 'page-walk', domid, type, state: 'cold', ...pages } as const;
  const { introspector, process } = await openProcess(testbed, 'Dom0', WAITS);
  const spec = { role: 'introspector', name: 'tv-introspector' } as const;
  const domain = await testbed.xen.createDomain(spec);
  try {
    for (const arm of [introspector, openDomain(domain, 'Mini-OS', WAITS)]) {
      await expect(arm.ask(job, () => {})).rejects.toThrow('vcpu 0 is not in long mode');
    }
  } finally {
    await process.kill();
    await domain.destroy();
  }
});

it('skips the run, saying why', async () => {
  const plan: PageWalkPlan = makePlan(
    resolveOptions({ target: 'pae', pages: '4', blocks: '1', address: '0x100000' }),
  );
  const outcome = await runPlan(plan, {
    testbed: staysUp(testbed),
    codeBase: fakeCodeBase,
    recorder: FORGETFUL,
    progress: SILENT,
    signal: NEVER,
  });
  expect(outcome.status).toBe('skipped');
  const reason = 'reason' in outcome ? outcome.reason : '';
  expect(reason).toMatch(/^pae cannot be read: .*vcpu 0 is not in long mode/);
  expect(reason).toContain('A guest of 32 bits');
  expect(await guest.state()).toBe('paused');
  expect((await testbed.xen.domains()).map(({ name }) => name)).toEqual(['Domain-0', 'pae']);
});
