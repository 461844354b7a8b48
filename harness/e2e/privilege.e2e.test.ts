/**
 * A Xen without FLASK: the emulated testbed boots the same Xen with FLASK disabled, whose built-in rules
 * then judge every request.
 */
import { expect, it } from 'vitest';
import { tinyvmiBench } from './command-line.ts';
import { median, readOnlyResult } from './results.ts';
import { useWorkspace } from './workspace.ts';

const { runs } = useWorkspace();

it("is measured by a stub domain's privilege, which opens the target and nothing else", async () => {
  const { exitCode, stderr } = await tinyvmiBench([
    ...['run', '--bench', 'page-walk,events', '--state', 'cold,tables,warm,batch,cpuid'],
    ...['--privilege', 'set-target', '--pages', '100', '--blocks', '1'],
    ...['--no-report', '--out', runs],
  ]);
  expect(stderr).not.toContain('error:');
  expect(exitCode).toBe(0);
  const { manifest, summary } = await readOnlyResult(runs);

  expect(manifest.testbed?.xen).toMatchObject({
    flask: 'absent',
    commandLine: expect.stringContaining('flask=disabled'),
  });
  expect(manifest.images).not.toHaveProperty('policy');
  expect(manifest.options.privilege).toBe('set-target');
  expect(summary.testbed.privilege).toBe('set-target');
  expect(summary.digests.map(({ arm, agrees }) => [arm, agrees])).toEqual([
    ['dom0', true],
    ['minios', true],
  ]);
  const totals = summary.measures.filter(({ phase }) => phase === 'total');
  expect(totals.map(({ arm, state }) => `${arm} ${state}`).sort()).toEqual(
    ['dom0', 'minios'].flatMap((arm) =>
      ['batch', 'cold', 'tables', 'warm'].map((state) => `${arm} ${state}`),
    ),
  );
  expect(median(summary, 'minios', 'cold')).toBeLessThan(median(summary, 'dom0', 'cold') / 2);

  // EPERM from Xen's own rules; what the privilege opens is told as granted.
  expect(summary.refusals.map(({ attempt, outcome, errno }) => [attempt, outcome, errno])).toEqual([
    ['target-writable', 'granted', 0],
    ['other-domain-writable', 'refused', 1],
    ['other-domain', 'refused', 1],
    ['target-unlabelled', 'refused', 1],
  ]);
  expect(summary.skipped.find(({ what }) => what === 'benchmark events')?.reason).toContain(
    'Xen lets no domain but Dom0 listen',
  );
}, 900_000);
