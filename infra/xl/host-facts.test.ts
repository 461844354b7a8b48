import { expect, it } from 'vitest';
import { AnsweringHost } from '../testing/support.ts';
import { hostFacts, parsePairs } from './host-facts.ts';

it('splits at the first separator only', () => {
  expect(parsePairs('a : b: c\nno pair\nd:', ':')).toEqual({ a: 'b: c', d: '' });
});

it('tells what xl and Dom0 say', async () => {
  const host = new AnsweringHost();
  const answer = (stdout: string) => () => ({ exitCode: 0, stdout, stderr: '' });
  host.answers.set(
    'xl',
    answer(
      'nr_cpus : 2\ntotal_memory : 2047\nxen_version : 4.17.5\nxen_commandline : console=com1 flask=enforcing\nvirt_caps : pv hvm\n',
    ),
  );
  host.answers.set(
    'sh',
    answer('kernel=6.1.0\nguest_type=PVH\nclocksource=tsc\nflask=Enforcing\n'),
  );
  expect(await hostFacts(host)).toMatchObject({
    xen: { version: '4.17.5', commandLine: 'console=com1 flask=enforcing', flask: 'enforcing' },
    dom0: { kernel: '6.1.0', mode: 'pvh' },
    cpus: 2,
    memory: 2047 * 2 ** 20,
    facts: { 'dom0 clocksource': 'tsc', 'xen virtualisation': 'pv hvm' },
  });
});

it('says that FLASK is absent where nothing answers for it', async () => {
  const host = new AnsweringHost();
  const answer = (stdout: string) => () => ({ exitCode: 0, stdout, stderr: '' });
  host.answers.set('xl', answer(''));
  host.answers.set('sh', answer('flask=\n'));
  expect((await hostFacts(host)).xen.flask).toBe('absent');
});
