import { expect, it } from 'vitest';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
import { settingCheck } from './checks/machine.ts';
import { Journal, journalsOf } from './journal.ts';
import {
  lookAtTuning,
  makeQuiet,
  parseFrequencies,
  quietCommands,
  quietCpu,
  quieter,
  tuningText,
} from './quiet.ts';
import { undoJournal } from './undo.ts';

const VCPUS = `Name                                ID  VCPU   CPU State   Time(s) Affinity (Hard / Soft)
Domain-0                             0     0    1   r--    1234.5  all / all
Domain-0                             0     1    0   -b-      99.9  all / 0-1
Domain-0                             0     2    3   -b-      99.9  2 / all
Domain-0                             0     3    -   --p       0.0  all / all
`;
const POOLS = 'Name               CPU list\nPool-0             0,1,2,3\n';
const FREQUENCIES = [0, 1]
  .map(
    (cpu) => `cpu id               : ${cpu}
affected_cpus        : ${cpu}
cpuinfo frequency    : max [2401000] min [800000] cur [2400000]
scaling_driver       : acpi-cpufreq
scaling_avail_gov    : userspace performance powersave ondemand
current_governor     : ${cpu === 0 ? 'ondemand' : 'performance'}
  ondemand specific  :
    sampling_rate    : max [10000000] min [10000] cur [20000]
turbo mode           : ${cpu === 0 ? 'enabled' : 'disabled or n/a'}

`,
  )
  .join('');

/** A host with these settings, which xl and xenpm change. */
function hostWith({ xenpm = '' } = {}) {
  const host = new AnsweringHost();
  const affinities = new Map<string, string>();
  let ratelimit = 1000;
  const ok = (stdout = '', stderr = '') => ({ exitCode: 0, stdout, stderr });
  host.answers.set('xl', ([, verb, ...rest]) => {
    if (verb === 'vcpu-list') {
      return ok(
        VCPUS.replace(/^(Domain-0\s+0\s+(\d).*?\d\.\d {2}).*$/gm, (line, head, vcpu) =>
          affinities.has(vcpu) ? `${head}${affinities.get(vcpu)}` : line,
        ),
      );
    }
    if (verb === 'cpupool-list') return ok(POOLS);
    if (verb === 'vcpu-pin') affinities.set(rest[1] as string, `${rest[2]} / ${rest[3]}`);
    if (verb === 'sched-credit2' && rest.includes('-r')) ratelimit = Number(rest.at(-1));
    return ok(verb === 'sched-credit2' ? `Cpupool Pool-0: ratelimit=${ratelimit}us\n` : '');
  });
  host.answers.set('xenpm', ([, verb]) =>
    verb === 'get-cpufreq-para' ? ok(FREQUENCIES) : ok('', xenpm),
  );
  return host;
}

it('reads what a host is set to', async () => {
  const tuning = await lookAtTuning(hostWith(), 'credit2');
  expect(tuning).toEqual({
    settings: [
      { of: 'affinity', vcpu: 0, hard: 'all', soft: 'all' },
      { of: 'affinity', vcpu: 1, hard: 'all', soft: '0-1' },
      { of: 'affinity', vcpu: 2, hard: '2', soft: 'all' },
      { of: 'ratelimit', scheduler: 'credit2', microseconds: 1000 },
      { of: 'governor', cpu: 0, governor: 'ondemand' },
      { of: 'turbo', cpu: 0, enabled: true },
      { of: 'governor', cpu: 1, governor: 'performance' },
    ],
    unavailable: [],
    cpus: [0, 1, 2, 3],
  });
  expect(settingCheck(tuning)).toMatchObject({
    found: expect.stringContaining("credit2's rate limit 1000 us"),
    mend: expect.stringContaining('xl sched-credit2 -s -r 0'),
  });
});

it('says in its own words what a host has not', async () => {
  const host = hostWith();
  host.answers.set('xenpm', () => ({
    exitCode: 0,
    stdout: '',
    stderr: 'Xen cpufreq is not enabled!\n',
  }));
  const text = tuningText(await lookAtTuning(host, 'null'));
  expect(text).toContain('rate limit not available: scheduler null has none');
  expect(text).toContain('frequency not available: xenpm says: Xen cpufreq is not enabled!');
  expect(parseFrequencies('')).toEqual([]);
});

it('sets it quiet, leaves its owner’s pinning, and sets again what was before', async () => {
  const root = await temporaryFolder();
  const host = hostWith();
  const before = await lookAtTuning(host, 'credit2');
  const journal = Journal.create('ssh:h', root);
  host.asked.length = 0;
  await makeQuiet(host, journal, before);
  const set = [
    'xl vcpu-pin 0 0 0 all',
    'xl vcpu-pin 0 1 1 0-1',
    'xl sched-credit2 -s -r 0',
    'xenpm set-scaling-governor 0 performance',
    'xenpm disable-turbo-mode 0',
  ];
  expect(host.asked).toEqual(set);
  const commands = quietCommands(before);
  expect(commands.set.map((argv) => argv.join(' '))).toEqual(set);

  host.asked.length = 0;
  expect((await undoJournal(host, journal)).failed).toEqual([]);
  expect(host.asked).toEqual([
    'xenpm enable-turbo-mode 0',
    'xenpm set-scaling-governor 0 ondemand',
    'xl sched-credit2 -s -r 1000',
    'xl vcpu-pin 0 1 all 0-1',
    'xl vcpu-pin 0 0 all all',
  ]);
  expect(host.asked).toEqual(commands.restore.map((argv) => argv.join(' ')));
  expect((await lookAtTuning(host, 'credit2')).settings.slice(0, 4)).toEqual(
    before.settings.slice(0, 4),
  );
  expect(await journalsOf('ssh:h', root)).toEqual([]);
});

it('a setting that xenpm does not take is an error, and what was set is in the journal', async () => {
  const root = await temporaryFolder();
  const host = hostWith({ xenpm: 'failed to set governor name (22 - Invalid argument)\n' });
  const journal = Journal.create('ssh:h', root);
  const tuning = await lookAtTuning(host, 'credit2');
  await expect(makeQuiet(host, journal, tuning)).rejects.toThrow('cannot set governor performance');
  expect(journal.entries).toHaveLength(4);
  const { failed } = await undoJournal(host, journal);
  expect(failed).toEqual([expect.stringContaining('Invalid argument')]);
});

it('does nothing that a forged journal says', async () => {
  const host = hostWith();
  const forged = { of: 'affinity', vcpu: 0, hard: 'all', soft: '0; reboot' } as const;
  const record = {
    ...{ version: 1 as const, id: 'x', place: 'p', machine: 'm', since: '' },
    owner: { pid: 1, startTime: '1' } as never,
    entries: [{ kind: 'setting' as const, before: forged }],
  };
  const root = await temporaryFolder();
  const { failed } = await undoJournal(host, new Journal(record, root));
  expect(failed).toEqual(['a journal lists a setting that is none']);
  expect(host.asked).toEqual([]);
});

it('keeps Dom0 and domains of ours on different CPUs', () => {
  const introspector = { role: 'introspector', name: 'tv-i' } as const;
  const target = {
    ...({ role: 'target', name: 'tv-t', type: 'pvh' } as const),
    ...({ pages: 1, batch: 1, pageSize: '4k', seed: 1 } as const),
  };
  const settings = [0, 1, 2, 3].map((vcpu) => ({
    ...({ of: 'affinity', hard: 'all', soft: 'all' } as const),
    vcpu,
  }));
  const hard = (cpus: number[]) =>
    quieter({ settings, unavailable: [], cpus }).map((to) => 'hard' in to && to.hard);
  expect(hard([0])).toEqual(['0', '0', '0', '0']);
  expect(quietCpu(introspector, [0])).toBeUndefined();
  expect(hard([0, 1])).toEqual(['0', '0', '0', '0']);
  expect(quietCpu(introspector, [0, 1])).toBe('1');
  expect(quietCpu(target, [0, 1])).toBe('1');
  expect(hard([0, 1, 2, 4])).toEqual(['0', '1', '0', '1']);
  expect(quietCpu(introspector, [0, 1, 2, 4])).toBe('4');
  expect(quietCpu(target, [0, 1, 2, 4])).toBe('2');
  expect(quietCpu({ ...target, vcpus: 8 }, [0, 1, 2, 4])).toBeUndefined();
});
