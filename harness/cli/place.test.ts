import { expect, it } from 'vitest';
import { choosePlace } from './place.ts';

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
