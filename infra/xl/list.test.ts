import { expect, it } from 'vitest';
import { AnsweringHost } from '../testing/support.ts';
import { type FakeDomain, fakeDomain, LIST_HEAD, listLine, XenHost } from '../testing/xen-host.ts';
import { listDomains, listStates } from './list.ts';

const UUID = '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11';
const domain = (domid: number, name: string | undefined, more: Partial<FakeDomain> = {}) => ({
  ...fakeDomain(domid, name, UUID),
  ...more,
});

it('tells names, ids and states', async () => {
  const host = await XenHost.with(
    domain(1, 'tv-blocked'),
    domain(2, 'tv-paused', { pauses: 2 }),
    domain(3, 'tv-off', { shutdown: 0 }),
    domain(4, 'tv-crashed', { shutdown: 3, pauses: 1 }),
    domain(5, 'tv-strange', { shutdown: 0x4d }),
    domain(12345, 'tv-dying', { shutdown: 0, isDying: true }),
  );
  const states = (await listDomains(host)).map(({ name, domid, state, isPaused }) => [
    ...[name, domid, state, isPaused],
  ]);
  expect(states).toEqual([
    ['Domain-0', 0, 'running', false],
    ['tv-blocked', 1, 'running', false],
    ['tv-paused', 2, 'paused', true],
    ['tv-off', 3, 'shutdown:poweroff', false],
    ['tv-crashed', 4, 'shutdown:crash', true],
    ['tv-strange', 5, 'shutdown:77', false],
    ['tv-dying', 12345, 'dying', false],
  ]);
});

it.each([
  'my web',
  ' my  web ',
  '7',
  'web 9 128 1',
  'web                                          9   128     1     -b----       0.0',
  `${listLine(domain(9, 'web')).trim()} once more`,
  'a name that is a good deal longer than the forty columns that it gets',
  'grüße an 日本',
  'back\\slash \\n',
  'tab\tulator',
  '-',
  '',
])('tells the name "%s"', async (name) => {
  const host = await XenHost.with(domain(7, name), domain(8, 'next'));
  expect((await listDomains(host)).map(({ domid, name }) => [domid, name])).toEqual([
    [0, 'Domain-0'],
    [7, name],
    [8, 'next'],
  ]);
});

it('tells a domain without a name, as one has that dies', async () => {
  const host = await XenHost.with(domain(7, undefined, { isDying: true }));
  expect((await listDomains(host)).at(-1)).toMatchObject({ domid: 7, name: '(null)' });
});

it.each([
  ['a line break', 'first\nsecond'],
  ['a whole line of a list', `${listLine(domain(9, 'forged'))}web`],
  ['a line of a domain without a name', `${listLine(domain(9, undefined))}web`],
])('does not take a name with %s for domains', async (_case, name) => {
  const host = await XenHost.with(domain(7, name));
  await expect(listDomains(host)).rejects.toThrow('the list of domains cannot be read');
});

it('asks again when a domain was renamed meanwhile', async () => {
  const web = domain(7, 'web');
  const host = await XenHost.with(web);
  const xl = host.answers.get('xl');
  let lists = 0;
  host.answers.set('xl', (argv) => {
    const result = xl?.([...argv]) ?? { exitCode: 1, stdout: '', stderr: '' };
    if (lists++ > 0) return result;
    return { ...result, stdout: result.stdout.replace('web   ', 'before') };
  });
  expect((await listDomains(host)).at(-1)?.name).toBe('web');
  expect(lists).toBe(2);
});

it.each([
  ['nothing', ''],
  ['no Dom0', LIST_HEAD + listLine(domain(7, 'web'))],
  ['a line of another form', `${LIST_HEAD}${listLine(domain(0, 'Domain-0'))}web 7 running\n`],
  ['a line that is cut', `${LIST_HEAD}${listLine(domain(0, 'Domain-0')).slice(0, 90)}`],
  ['one domain twice', LIST_HEAD + listLine(domain(0, 'a')) + listLine(domain(0, 'b'))],
  ['an error', "Error: Domain '77' does not exist.\n"],
])('takes %s for no list', async (_case, stdout) => {
  const host = new AnsweringHost();
  host.answers.set('xl', () => ({ exitCode: 0, stdout, stderr: '' }));
  await expect(listStates(host)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('the list of domains cannot be read'),
  });
});

it('is asked for once by all who want it while another is under way', async () => {
  const running: ((stdout: string) => void)[] = [];
  const host = new AnsweringHost();
  host.run = () =>
    new Promise((resolve) => {
      running.push((stdout) => resolve({ exitCode: 0, stdout, stderr: '' }));
    });
  const list = (domid: number) =>
    LIST_HEAD + listLine(domain(0, 'Domain-0')) + listLine(domain(domid, 'web'));
  const first = listStates(host);
  await Promise.resolve();
  const later = [listStates(host), listStates(host), listStates(host)];
  expect(running).toHaveLength(1);
  running[0]?.(list(1));
  expect((await first).map(({ domid }) => domid)).toEqual([0, 1]);
  await Promise.resolve();
  expect(running).toHaveLength(2);
  running[1]?.(list(2));
  for (const states of await Promise.all(later)) {
    expect(states.map(({ domid }) => domid)).toEqual([0, 2]);
  }
  expect(running).toHaveLength(2);
});

it('is asked for anew after a listing that failed', async () => {
  const host = await XenHost.with();
  const xl = host.answers.get('xl');
  host.answers.set('xl', () => ({ exitCode: 1, stdout: '', stderr: 'no xenstore' }));
  await expect(listStates(host)).rejects.toThrow('no xenstore');
  host.answers.set('xl', (argv) => xl?.(argv) ?? { exitCode: 1, stdout: '', stderr: '' });
  expect(await listStates(host)).toHaveLength(1);
});
