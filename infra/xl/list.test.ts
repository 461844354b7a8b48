import { expect, it } from 'vitest';
import { parseList } from './list.ts';

const UUID = '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11';
const HEAD =
  'Name                                        ID   Mem VCPUs\tState\tTime(s)   UUID                            Reason-Code\tSecurity Label';
const line = (name: string, id: number, flags: string, reason: string) =>
  `${name.padEnd(40)} ${String(id).padStart(5)}   128     1     ${flags}      15.7 ${UUID} ${reason.padStart(8)} system_u:system_r:target_t`;

it('reads names, ids and states, and leaves the head out', () => {
  const text = [
    HEAD,
    line('Domain-0', 0, 'r-----', '-'),
    line('tv-blocked', 1, '-b----', '-'),
    line('tv-paused', 2, '--p---', '-'),
    line('tv-off', 3, '---s--', '0'),
    line('tv-crashed', 4, '---sc-', '3'),
    line('tv-strange', 5, '---s--', '77'),
    line('tv-dying', 6, '--ps-d', '0'),
    '',
  ].join('\n');
  expect(parseList(text)).toEqual([
    { name: 'Domain-0', domid: 0, uuid: UUID, state: 'running' },
    { name: 'tv-blocked', domid: 1, uuid: UUID, state: 'running' },
    { name: 'tv-paused', domid: 2, uuid: UUID, state: 'paused' },
    { name: 'tv-off', domid: 3, uuid: UUID, state: 'shutdown:poweroff' },
    { name: 'tv-crashed', domid: 4, uuid: UUID, state: 'shutdown:crash' },
    { name: 'tv-strange', domid: 5, uuid: UUID, state: 'shutdown:77' },
    { name: 'tv-dying', domid: 6, uuid: UUID, state: 'dying' },
  ]);
});

it('of a domain that is not there is empty', () => {
  expect(parseList("Error: Domain '77' does not exist.\n")).toEqual([]);
});
