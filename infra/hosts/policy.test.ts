import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
import type { HostReport } from './facts.ts';
import { Journal } from './journal.ts';
import { loadPolicy, policyToLoad } from './policy.ts';
import { DEFAULTS, type HostSettings } from './settings.ts';
import { undoJournal } from './undo.ts';

const FILES = { before: '/boot/a', with: '/boot/b' };
const SETTINGS: HostSettings = { ...DEFAULTS, name: 'lab', reach: { kind: 'local' } };
const WITH: HostSettings = { ...SETTINGS, policy: FILES };
const report = (dom0: Record<string, string>): HostReport => ({
  xen: {},
  xenFailure: '',
  dom0,
  domains: [],
  console: '',
});
const LACKING = report({ flask: 'Enforcing', module: '', module_tool: '/x' });

it('loads nothing where nothing has to be', () => {
  const there = report({ flask: 'Enforcing', module: 'introspector_pause: 0', module_tool: '/x' });
  expect(policyToLoad(there, WITH, true)).toBeUndefined();
  for (const without of [{ flask: '' }, {}]) {
    expect(policyToLoad(report(without), WITH, true)).toBeUndefined();
  }
  const labelled = { ...WITH, labels: { target: 'a:b:c' } };
  expect(policyToLoad(LACKING, labelled, true)).toBeUndefined();
});

it('loads, on a host that cannot tell, what the owner names and the user asks for', () => {
  const silent = report({ flask: 'Enforcing', module: '', module_tool: '' });
  expect(policyToLoad(silent, WITH, true)).toEqual(FILES);
  expect(policyToLoad(silent, WITH, false)).toBeUndefined();
  expect(policyToLoad(silent, SETTINGS, true)).toBeUndefined();
});

it('loads what the owner names, when the user allows it', () => {
  expect(policyToLoad(LACKING, WITH, true)).toEqual(FILES);
  const refusal = (advice: string) => ({
    kind: 'skipped',
    message: 'the FLASK policy of lab lacks the types of infra/policy/tinyvmi.te',
    advice: expect.stringContaining(advice),
  });
  expect(() => policyToLoad(LACKING, WITH, false)).toThrow(
    expect.objectContaining(refusal('with --allow-policy-load, /boot/b is loaded')),
  );
  expect(() => policyToLoad(LACKING, SETTINGS, true)).toThrow(
    expect.objectContaining(refusal("add the module to the host's policy")),
  );
});

it('loads it, and the one before again', async () => {
  const folder = await temporaryFolder();
  const files = { before: join(folder, 'before'), with: join(folder, 'with') };
  await writeFile(files.before, '');
  await writeFile(files.with, '');
  const host = new AnsweringHost();
  const journal = Journal.create('local', folder);
  const entries: unknown[] = [];
  host.answers.set('xl', () => {
    entries.push([...journal.entries]);
    return { exitCode: 0, stdout: '', stderr: '' };
  });
  await loadPolicy(host, journal, files);
  expect(host.asked.at(-1)).toBe(`xl loadpolicy ${files.with}`);
  expect(entries, 'when it is loaded').toEqual([[{ kind: 'policy', restore: files.before }]]);
  expect((await undoJournal(host, journal)).removed).toEqual([
    `the FLASK policy of tinyvmi-bench: ${files.before} is loaded again`,
  ]);
  expect(host.asked.at(-1)).toBe(`xl loadpolicy ${files.before}`);
});

it('stays in the journal when Xen does not take it', async () => {
  const folder = await temporaryFolder();
  const files = { before: join(folder, 'before'), with: join(folder, 'with') };
  for (const path of Object.values(files)) await writeFile(path, '');
  const host = new AnsweringHost();
  host.answers.set('xl', () => ({ exitCode: 1, stdout: '', stderr: 'Invalid argument' }));
  const journal = Journal.create('local', folder);
  await expect(loadPolicy(host, journal, files)).rejects.toThrow(
    `cannot load the policy ${files.with} (exit code 1):\n  Invalid argument`,
  );
  expect(journal.entries).toEqual([{ kind: 'policy', restore: files.before }]);
});

it('loads none when the way back is not there', async () => {
  const folder = await temporaryFolder();
  const host = new AnsweringHost();
  const journal = Journal.create('local', folder);
  await expect(loadPolicy(host, journal, FILES)).rejects.toMatchObject({
    message: 'there is no policy /boot/a on the host',
    advice: 'no policy was loaded; see "policy" in testbeds.yaml',
  });
  expect(journal.entries).toEqual([]);
  expect(host.asked.some((line) => line.startsWith('xl'))).toBe(false);
});
