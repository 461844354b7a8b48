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

const programs = ['/a/tinyvmi-introspector', '/a/tinyvmi-attendant'];
const [mini, initramfs, kernel] = ['/a/minios.gz', '/a/target-initramfs', '/a/vmlinux'];

it.each([
  ['a target', [pvh], {}, [...programs, initramfs, kernel]],
  ['a target and a Mini-OS', [pvh, minios], {}, [...programs, mini, initramfs, kernel]],
  ["a guest of the host's, from Dom0", [], {}, [...programs]],
  ["a guest of the host's, and a Mini-OS", [minios], {}, [...programs, mini]],
  ['one with a Mini-OS of the user', [own], { ownMinios: '/a/own' }, [...programs]],
  ['its bystander', [own, bystander], { ownMinios: '/a/own' }, [...programs, mini]],
  ['an HVM target', [hvm], { hvmKernel: '/a/vmlinuz' }, [...programs, initramfs]],
])('a run of %s brings what that boots', (_, domains, extra, needed) => {
  expect(neededOf(domains, pathsIn('/a'), { ...NOTHING, ...extra })).toEqual(needed);
});
