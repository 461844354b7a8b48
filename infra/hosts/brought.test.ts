import { expect, it } from 'vitest';
import type { DomainSpec } from '../testbed.ts';
import { neededOf, pathsIn } from './brought.ts';

const NOTHING = { libvmi: undefined, ownMinios: undefined, hvmKernel: undefined };
const region = { pages: 500, batch: 250, pageSize: '4k', seed: 7 } as const;
const pvh: DomainSpec = { role: 'target', name: 'tv-target', type: 'pvh', ...region };
const hvm: DomainSpec = { ...pvh, type: 'hvm' };
const introspector = { role: 'introspector', name: 'tv-introspector' } as const;
const minios: DomainSpec = introspector;
const own: DomainSpec = { ...introspector, kernel: 'own' };
const bystander: DomainSpec = { role: 'bystander', name: 'tv-bystander' };

const [program, mini, initramfs, kernel] = [
  ...['/a/tinyvmi-introspector', '/a/minios.gz', '/a/target-initramfs', '/a/vmlinux'],
];

it.each([
  ['a target', [pvh], {}, [program, initramfs, kernel]],
  ['a target and a Mini-OS', [pvh, minios], {}, [program, mini, initramfs, kernel]],
  ["a guest of the host's, from Dom0", [], {}, [program]],
  ["a guest of the host's, and a Mini-OS", [minios], {}, [program, mini]],
  ['one with a Mini-OS of the user', [own], { ownMinios: '/a/own' }, [program]],
  ['its bystander', [own, bystander], { ownMinios: '/a/own' }, [program, mini]],
  ['an HVM target', [hvm], { hvmKernel: '/a/vmlinuz' }, [program, initramfs]],
])('a run of %s brings what that boots', (_, domains, extra, needed) => {
  expect(neededOf(domains, pathsIn('/a'), { ...NOTHING, ...extra })).toEqual(needed);
});
