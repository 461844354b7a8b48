import { expect, it } from 'vitest';
import { type FakeDomain, fakeDomain, XenHost } from '../testing/xen-host.ts';
import type { Attendant } from './attendant.ts';
import { byAttendant, byCommands } from './control.ts';

const WEB = { name: 'web', domid: 7 };
const web = (more: Partial<FakeDomain> = {}) => ({
  ...fakeDomain(7, 'web', '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11'),
  ...more,
});

it('pauses a domain, and lets it go on', async () => {
  const domain = web();
  const host = await XenHost.with(domain);
  await byCommands(host).pause(WEB);
  expect(domain.pauses).toBe(1);
  await byCommands(host).unpause(WEB);
  expect(domain.pauses).toBe(0);
});

it.each([
  ['pause', web({ isStubborn: true }), 'its state is running'],
  ['pause', web({ shutdown: 3, isStubborn: true }), 'its state is shutdown:crash'],
  ['unpause', web({ pauses: 1, isStubborn: true }), 'it is paused still'],
  ['unpause', web({ pauses: 2 }), 'it is paused still: somebody else may have paused it too'],
  ['pause', fakeDomain(8, 'other', web().uuid), 'there is no such domain'],
  ['unpause', fakeDomain(8, 'other', web().uuid), 'there is no such domain'],
] as const)('does not believe xl that it could %s a domain', async (verb, domain, why) => {
  const host = await XenHost.with(domain);
  await expect(byCommands(host)[verb](WEB)).rejects.toMatchObject({
    name: 'UserError',
    message: `cannot ${verb} web (id 7): ${why}`.replace(
      /still$/,
      'still: somebody else may have paused it too',
    ),
  });
});

it('tells what xl said of it', async () => {
  const host = await XenHost.with(web({ isStubborn: true }));
  const xl = host.answers.get('xl');
  host.answers.set('xl', (argv) => ({
    ...(xl?.(argv) ?? { exitCode: 0, stdout: '' }),
    stderr: argv[1] === 'pause' ? 'libxl: error: Domain 7:Pausing domain\n' : '',
  }));
  await expect(byCommands(host).pause(WEB)).rejects.toThrow(
    'its state is running (xl: libxl: error: Domain 7:Pausing domain)',
  );
});

it.each([
  ['pause', 'running', 'cannot pause web (id 7): its state is running'],
  ['pause', 'shutdown:crash', 'cannot pause web (id 7): its state is shutdown:crash'],
  ['unpause', 'paused', 'cannot unpause web (id 7): it is paused still: somebody else may have'],
  ['pause', 'paused', undefined],
  ['unpause', 'running', undefined],
] as const)('%s by the attendant, after which it is %s', async (verb, state, why) => {
  const attendant = { [verb]: async () => state } as unknown as Attendant;
  const done = byAttendant(attendant, await XenHost.with(), false)[verb](WEB);
  if (why === undefined) await expect(done).resolves.toBeUndefined();
  else await expect(done).rejects.toThrow(why);
});
