import { expect, it, onTestFinished } from 'vitest';
import { Cache } from '../cache/cache.ts';
import { SILENT } from '../testing/silent.ts';
import { temporaryFolder } from '../testing/support.ts';
import { libvmiImages } from './libvmi.ts';

it('is a skip on a machine that has neither LibVMI nor a compiler', async () => {
  const { PATH } = process.env;
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  process.env.PATH = await temporaryFolder();
  const cache = new Cache(process.env.PATH, SILENT);
  await expect(libvmiImages(cache, 0)).rejects.toMatchObject({
    kind: 'skipped',
    message: expect.stringContaining('pkg-config finds no LibVMI'),
  });
});
