import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { chooseHost } from './choose.ts';
import { parseTestbeds } from './testbeds-file.ts';

const WHOLE = `
testbeds:
  lab:
    address: ssh:root@xen1.example.org:2222
    identity: ~/.ssh/lab
    jump: me@gate.example.org
    ssh-config: ssh/config
    folder: /srv/scratch
    clock: counted
    limits: { memory-mib: 512, domains: 5 }
    labels:
      target: system_u:system_r:guest_t
      introspector: system_u:system_r:monitor_t
      events: system_u:system_r:listener_t
      bystander: system_u:system_r:other_t
    policy: { before: /boot/xenpolicy, with: /root/with-tinyvmi }
  here:
    address: local
`;

describe('testbeds.yaml', () => {
  it('gives hosts by name, with paths from its own folder and from home', () => {
    const hosts = parseTestbeds(WHOLE, '/etc/t/testbeds.yaml');
    expect(hosts.get('lab')).toEqual({
      name: 'lab',
      reach: {
        kind: 'ssh',
        host: 'root@xen1.example.org',
        port: 2222,
        identity: join(homedir(), '.ssh/lab'),
        jump: 'me@gate.example.org',
        config: '/etc/t/ssh/config',
      },
      folder: '/srv/scratch',
      clock: 'counted',
      limits: { memoryMiB: 512, domains: 5 },
      labels: {
        target: 'system_u:system_r:guest_t',
        introspector: 'system_u:system_r:monitor_t',
        events: 'system_u:system_r:listener_t',
        bystander: 'system_u:system_r:other_t',
      },
      policy: { before: '/boot/xenpolicy', with: '/root/with-tinyvmi' },
    });
    expect(hosts.get('here')).toMatchObject({
      reach: { kind: 'local' },
      folder: '/var/tmp',
      clock: 'wall',
      limits: { memoryMiB: 1024, domains: 8 },
    });
  });

  it.each([
    ['testbeds:\n  a:\n    adress: local\n', 't.yaml:3: testbeds.a.adress is not known here'],
    ['testbeds:\n  a:\n    folder: /x\n', 't.yaml:2: testbeds.a lacks "address"'],
    [
      'testbeds:\n  a:\n    address: local\n    limits:\n      domains: many\n',
      't.yaml:5: testbeds.a.limits.domains must be integer',
    ],
    ['testbeds:\n  a:\n    address: local\n    clock: sun\n', 't.yaml:4: testbeds.a.clock must be'],
    [
      'testbeds:\n  a:\n    address: ssh:-oProxyCommand=x\n',
      't.yaml:3: ssh:-oProxyCommand=x is no',
    ],
    ['testbeds:\n  a:\n    address: local\n    jump: j\n', 't.yaml:3: testbeds.a is local'],
    ['testbeds:\n  a: [\n', 't.yaml:3: '],
    ['hosts: {}\n', 't.yaml:1: hosts is not known here'],
    [
      'testbeds:\n  emulated:\n    address: local\n',
      't.yaml:2: testbeds.emulated cannot be a name',
    ],
    ['testbeds:\n  a:\n    address: local\n    folder: /srv/../tmp\n', 't.yaml:4: '],
    ['testbeds:\n  a:\n    address: local\n    folder: /srv/./tmp\n', 't.yaml:4: '],
    [
      'testbeds:\n  a:\n    address: local\n    labels: { target: a:b:c }\n',
      't.yaml:4: testbeds.a.labels lacks "introspector"',
    ],
    ['testbeds:\n  -a:\n    address: local\n', 't.yaml:2: testbeds.-a'],
    ['testbeds:\n  a:\n    address: local\n  a:\n    address: local\n', 't.yaml:4: '],
    ['testbeds:\n  a b:\n    address: local\n', 't.yaml:2: testbeds.a b cannot be a name: letters'],
    ['testbeds:\n  a:\n    address: xen1\n', 't.yaml:3: testbeds.a.address must be local, or ssh:'],
    [
      'testbeds:\n  a:\n    address: ssh:h\n    jump: -x\n',
      't.yaml:4: testbeds.a.jump must be [user@]host[:port]',
    ],
  ])('%j is wrong in that line', (text, message) => {
    expect(() => parseTestbeds(text, 't.yaml')).toThrow(message);
    // No regular expression, and each fault once.
    expect(() => parseTestbeds(text, 't.yaml')).not.toThrow(/pattern|\[A-Za-z|\(\?/);
    expect(() => parseTestbeds(text, 't.yaml')).not.toThrow(/^(.*)\n\1/);
  });
});

describe('--testbed', () => {
  it('is emulated, an address, or a name in the file', async () => {
    const file = join(await temporaryFolder(), 'testbeds.yaml');
    await writeFile(file, WHOLE);
    expect(await chooseHost('emulated', undefined)).toBe('emulated');
    expect(await chooseHost('local', undefined)).toMatchObject({ reach: { kind: 'local' } });
    expect(await chooseHost('ssh:xen1', undefined)).toMatchObject({
      name: 'ssh:xen1',
      reach: { kind: 'ssh', host: 'xen1' },
    });
    expect(await chooseHost('ssh:root@[fe80::1]:2022', undefined)).toMatchObject({
      reach: { host: 'root@fe80::1', port: 2022 },
    });
    expect(await chooseHost('here', file)).toMatchObject({ name: 'here' });
    await expect(chooseHost('there', file)).rejects.toMatchObject({
      kind: 'usage',
      advice: 'it has: lab, here',
    });
    await expect(chooseHost('x', join(file, 'none'))).rejects.toThrow('cannot be read');
  });

  it.each(['ssh:', 'ssh:-x', 'ssh:a@-x', 'ssh:a b', 'ssh:a@b:99999', 'ssh:a@b:', 'ssh:-u@h'])(
    '%s is no address',
    async (text) => {
      await expect(chooseHost(text, undefined)).rejects.toMatchObject({ kind: 'usage' });
    },
  );
});
