import { expect, it } from 'vitest';
import { TargetReport } from './target.ts';

const LINES = [
  'TARGET region base=0x5a0000000000 pages=10 page-size=4k batch=10',
  'TARGET digest first=0 pages=10 digest=6ea6f44f3844e9ac',
];

it.each([
  ['fsgsbase=1 umip=0', { fsgsbase: true, umip: false }],
  ['fsgsbase=0 umip=1', { fsgsbase: false, umip: true }],
])('learns what the processor of a target has: %s', (said, processor) => {
  const report = new TargetReport();
  const events = `TARGET events base=0x5b0000000000 stride=0x40000000 vcpus=1 ${said}`;
  for (const line of [...LINES, events, 'TARGET ready']) report.line(line);
  expect(report.ready?.processor).toEqual(processor);
});

it('of a target that makes no events knows nothing of it', () => {
  const report = new TargetReport();
  for (const line of [...LINES, 'TARGET ready']) report.line(line);
  expect(report.ready).toBeDefined();
  expect(report.ready?.processor).toBeUndefined();
});
