import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { chooseAccelerator, probeKvm } from './accelerator.ts';

const usable = async () => ({ usable: true, reason: 'a probe boot came up under it' });
const unusable = async () => ({ usable: false, reason: 'no /dev/kvm' });
const never = async () => {
  throw new Error('probed');
};

it.each([
  [{ clock: 'counted' }, never, 'tcg'],
  [{ clock: 'wall', accelerator: 'tcg' }, never, 'tcg'],
  [{ clock: 'wall' }, usable, 'kvm'],
  [{ clock: 'wall', accelerator: 'auto' }, unusable, 'tcg'],
  [{ clock: 'wall', accelerator: 'kvm' }, usable, 'kvm'],
] as const)('of %o', async (options, probe, accelerator) => {
  expect(await chooseAccelerator(options, probe)).toMatchObject({ accelerator });
});

it('records why KVM is not used, or refuses where it was asked for', async () => {
  expect((await chooseAccelerator({ clock: 'wall' }, unusable)).reason).toContain('no /dev/kvm');
  await expect(chooseAccelerator({ clock: 'wall', accelerator: 'kvm' }, unusable)).rejects.toThrow(
    'KVM is not usable: no /dev/kvm',
  );
});

it('boots for a probe once for the same images', async () => {
  const root = await temporaryFolder();
  const device = join(root, 'kvm');
  await writeFile(device, '');
  let boots = 0;
  const boot = async () => {
    boots++;
    return 'it hangs';
  };
  const first = await probeKvm(root, { xen: 'a' }, boot, device);
  expect(first).toEqual({ usable: false, reason: 'it hangs' });
  expect(await probeKvm(root, { xen: 'a' }, boot, device)).toEqual(first);
  expect(boots).toBe(1);
  await probeKvm(root, { xen: 'b' }, boot, device);
  expect(boots).toBe(2);
});

it('boots nothing where there is no device', async () => {
  const root = await temporaryFolder();
  expect(await probeKvm(root, {}, never, join(root, 'none'))).toMatchObject({
    usable: false,
    reason: expect.stringContaining('there is no'),
  });
});
