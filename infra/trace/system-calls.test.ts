import { describe, expect, it } from 'vitest';
import { parseSystemCalls, recordSystemCalls } from './system-calls.ts';

/** As Linux 6.1 prints it, one processor, clock x86-tsc. */
const TRACE = `# entries-in-buffer/entries-written: 7/7   #P:1
 tinyvmi-introsp-412     [000] .....  31498597240: sys_enter: NR 16 (3, 305004, 7ffc1d8f)
 tinyvmi-introsp-412     [000] .....  31498597345: sys_ioctl(fd: 3, cmd: 305004, arg: 7ffc1d8f)
 tinyvmi-introsp-412     [000] .....  31498601210: sys_ioctl -> 0x0
 tinyvmi-introsp-413     [001] d..1.  31498601300: sys_enter: NR 15 (0, 0)
 tinyvmi-introsp-412     [000] .....  31498601400: sys_enter: NR 11 (7f3a00000000, 1000)
 tinyvmi-introsp-412     [000] .....  31498601500: sys_munmap(addr: 7f3a00000000, len: 1000)
 tinyvmi-introsp-412     [000] .....  31498601900: sys_munmap -> 0x0
`;

describe('parseSystemCalls', () => {
  it('has every call by its number, and its name where Linux recorded one', () => {
    expect(parseSystemCalls(TRACE)).toEqual([
      { tsc: 31498597240n, name: 'ioctl' },
      { tsc: 31498601300n, name: '15' },
      { tsc: 31498601400n, name: 'munmap' },
    ]);
  });

  it('takes lost records for no trace at all', () => {
    expect(() => parseSystemCalls(TRACE.replace('7/7', '7/9'))).toThrow(
      expect.objectContaining({ kind: 'skipped', message: expect.stringContaining('lost 2') }),
    );
    expect(() => parseSystemCalls('')).toThrow('did not say how many');
  });
});

describe('recordSystemCalls', () => {
  it('says why a host cannot, before any work', async () => {
    const words = 'mount: permission denied\n';
    const spawn = async () => ({
      stdout: (async function* () {})(),
      write: async () => {},
      end: async () => {},
      exited: Promise.resolve({ exitCode: 4, stdout: '', stderr: words }),
      kill: async () => {},
    });
    const work = async () => {
      throw new Error('nothing is to be done');
    };
    await expect(recordSystemCalls({ spawn }, '/bin/introspector', work)).rejects.toMatchObject({
      kind: 'skipped',
      message: expect.stringContaining('permission denied'),
    });
  });
});
