import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LocalHost } from '../local/local-host.ts';
import { temporaryFolder } from '../testing/support.ts';
import { HostProbe, parseState } from './probe.ts';

it('reads what the probe prints, clocks beyond 2^53 included', () => {
  expect(parseState('clock=18446744073709551615 free=353382 pages=256 ran=395824')).toEqual({
    clock: 18446744073709551615n,
    freePages: 353_382,
    pages: 256,
    ranNs: 395_824n,
  });
});

it('refuses a line that lacks a key', () => {
  expect(() => parseState('clock=1 pages=256 ran=395824')).toThrow('printed no free');
});

it('asks for domains by their ids', async () => {
  const path = join(await temporaryFolder(), 'probe');
  await writeFile(path, '#!/bin/sh\n[ "$*" = "unpause 7 8" ] && echo clock=12\n');
  await chmod(path, 0o755);
  const probe = new HostProbe(new LocalHost(), path);
  expect(await probe.unpause([7, 8])).toBe(12n);
  await expect(probe.state(7)).rejects.toThrow('cannot read the host');
});
