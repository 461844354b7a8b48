import { expect, it } from 'vitest';
import { makingGuest } from '../e2e/working-guest.ts';
import { targetKind } from '../plan/options.ts';
import { guestsPage } from './guests-table.ts';
import { SHAPES, type Shape } from './shapes.ts';
import { reasonIn, wrongIn } from './try.ts';

const PVH = SHAPES[0] as Shape;
const REFUSAL = [
  { exitCode: 2, saying: 'was saved' },
  { exitCode: 77, saying: 'not in long mode' },
];

it('has sixteen shapes or more, no two of one name, and no guest that another one would be taken for', () => {
  expect(SHAPES.length).toBeGreaterThanOrEqual(16);
  expect(new Set(SHAPES.map(({ what }) => what)).size).toBe(SHAPES.length);
  const names = SHAPES.flatMap(({ guests }) =>
    guests === 'pae' ? [] : guests.map(({ name }) => name),
  );
  expect(new Set(names).size).toBe(names.length);
  // pvh, pv and hvm name targets of ours, not guests.
  expect(names.filter((name) => targetKind(name) !== 'existing')).toEqual([]);
});

it('makes a guest with lines of its own in place of those that it would have', () => {
  const script = makingGuest({ name: 'my web', vcpus: 1, maxvcpus: 2, more: { memory: 192 } });
  expect(script).toContain('name = "my web"\n');
  expect(script).toContain('vcpus = 1\nmaxvcpus = 2\n');
  expect(script.match(/^memory = .*$/gm)).toEqual(['memory = 192']);
  expect(script).toContain('xl create -q -e "/root/my web.cfg"\n');
  expect(makingGuest({ name: 'w', isTended: true })).toContain('xl create -q "/root/w.cfg"\n');
  expect(makingGuest({ name: 'w', prepared: 'true' })).toContain(
    'xl create -q -e -p "/root/w.cfg"\ntrue\nxl unpause "w"\n',
  );
  expect(makingGuest({ name: 'w', type: 'hvm' })).toContain('device_model_args_hvm = [');
});

it.each([
  [{ exitCode: 0, told: 'dom0 1' }, 'measured', 0],
  [{ exitCode: 77, told: 'vcpu 0 is not in long mode' }, REFUSAL, 0],
  [{ exitCode: 2, told: 'broke' }, 'measured', 1],
  [{ exitCode: 0, told: 'dom0 1' }, REFUSAL, 1],
  [{ exitCode: 64, told: 'vcpu 0 is not in long mode' }, REFUSAL, 1],
  [{ exitCode: 77, told: 'for another reason' }, REFUSAL, 1],
] as const)('%j, where %j is expected: %i wrong', (came, expected, count) => {
  expect(wrongIn('page-walk', came, expected)).toHaveLength(count);
});

it('takes the reason from what a run prints', () => {
  const ended = (stdout: string) => ({ exitCode: 64, stdout, stderr: 'progress' });
  expect(reasonIn(ended('{"message": "no\\n guest", "advice": null}'))).toBe('no guest');
  expect(reasonIn(ended('{"status": "skipped", "summary": {"reason": "PV"}}'))).toBe('PV');
  expect(() => reasonIn(ended('{"summary": {"reason": null}}'))).toThrow(
    'with 64 and gave no reason: progress',
  );
  expect(() => reasonIn(ended(''))).toThrow('with 64 and gave no reason: progress');
});

it('tells what came of each, and what was wrong', () => {
  const walk = { exitCode: 0, told: 'dom0 55,421, minios 9,281' };
  const events = { exitCode: 77, told: 'a | b' };
  const tried = [
    { shape: PVH, walk, events, problems: [] },
    { shape: { ...PVH, stays: 'paused' }, walk, problems: [] },
    { shape: PVH, problems: ['pvh stands still'] },
  ];
  const page = guestsPage({ commit: 'abc', tried, of: 3 });
  expect(page).not.toContain('stopped');
  const stopped = guestsPage({ commit: 'abc', tried, of: 4 });
  expect(stopped).toContain('The run was stopped: 3 of 4 shapes were tried.');
  const told = '| PVH | dom0 55,421, minios 9,281 |';
  expect(page).toContain(`${told} refused (77): a \\| b | goes on |`);
  expect(page).toContain(`${told} – | paused, as before |`);
  expect(page).toContain('| PVH | – | – | **wrong**: pvh stands still |');
});
