import { describe, expect, it } from 'vitest';
import { EMULATED } from '../../infra/testbed.ts';
import { makeSuite } from '../plan/suite.ts';
import { choosePlace, siteAt } from './place.ts';

it.each([
  [{ xen: '4.20' }, '--xen 4.20'],
  [{ dom0: 'pvh' }, '--dom0 pvh'],
  [{ start: 'cold' }, '--start cold'],
])('refuses %j for a host, which has its own', async (raw, told) => {
  await expect(choosePlace({ testbed: 'ssh:root@xen1', ...raw })).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(told),
  });
  await expect(choosePlace(raw)).resolves.toMatchObject({ place: { kind: 'emulated' } });
});

describe('machines at the same time', () => {
  const ROOM = { cores: 2, availableMiB: 8000 };
  const suite = makeSuite({ bench: ['page-walk', 'events', 'boot'] });
  const site = (jobs?: string, plans = suite, room = ROOM) =>
    siteAt({ kind: EMULATED, jobs }, plans, room);

  it.each([
    [{ testbed: 'ssh:root@xen1', jobs: '2' }, '--jobs 2: ssh:root@xen1 is one machine'],
    [{ testbed: 'local', jobs: '1' }, '--jobs 1: local is one machine'],
    [{ clock: 'wall', jobs: '2' }, '--jobs 2 --clock wall'],
  ])('are refused with %j', async (raw, told) => {
    await expect(choosePlace(raw)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(told),
    });
  });

  it('have one benchmark each when they are asked for, whatever their number', async () => {
    for (const jobs of ['1', '2']) {
      const { place } = await choosePlace({ jobs });
      const { machines, jobs: places, askedJobs } = await siteAt(place, suite, ROOM);
      expect(machines).toEqual(suite.map((plan) => [plan]));
      expect([String(places), askedJobs]).toEqual([jobs, jobs]);
    }
  });

  it('have one benchmark each where they are restored', async () => {
    const { machines, askedJobs } = await site();
    expect(machines).toEqual(suite.map((plan) => [plan]));
    expect(askedJobs).toBeUndefined();
  });

  it.each([{ start: 'cold' }, { boots: '2' }, { dom0: 'pvh' }])(
    'are one for all benchmarks where nobody asks and each boots, as with %j',
    async (raw) => {
      const plans = makeSuite({ bench: ['page-walk', 'events'], ...raw });
      expect(await site(undefined, plans)).toMatchObject({ machines: [plans], jobs: 1 });
    },
  );

  it('are one after the other where the clock is time', async () => {
    const plans = makeSuite({ bench: ['page-walk', 'events'], clock: 'wall' });
    const { place } = await choosePlace({ clock: 'wall', jobs: '1' });
    expect(await siteAt(place, plans, ROOM)).toMatchObject({ jobs: 1 });
  });

  it('fit into memory, all of the size of the one that needs most', async () => {
    const large = makeSuite({ bench: ['page-walk', 'events'], pages: '500000' });
    const advice = expect.stringContaining('--jobs 1');
    await expect(site('2', large)).resolves.toMatchObject({ jobs: 2 });
    await expect(site('2', large, { cores: 2, availableMiB: 6000 })).rejects.toMatchObject({
      ...{ kind: 'usage', advice },
    });
    await expect(site('2', suite, { cores: 2, availableMiB: 6000 })).resolves.toBeDefined();
  });

  it('are not counted for what needs none', async () => {
    const lines = makeSuite({ bench: ['page-walk', 'code-size'], state: ['cold', 'lines'] });
    expect(await site('2', lines)).toMatchObject({ jobs: 1 });
  });
});
