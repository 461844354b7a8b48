import { defineConfig } from 'vitest/config';

const everywhere = ['bench', 'harness', 'infra', 'native', 'results', 'reports'];

/** A whole run on a slow machine takes minutes. */
const PATIENT = { testTimeout: 30 * 60_000, hookTimeout: 30 * 60_000 };

/** Tests that need the machine for themselves. */
const alone = 'harness/e2e/alone/*.e2e.test.ts';

/**
 * Three lanes, one after the other. `unit`: on the host alone, in seconds. `e2e`: boots emulated
 * testbeds and runs the whole job (`*.e2e.test.ts`), two files at a time: each host that counts
 * instructions keeps one CPU busy, and its figures do not depend on the other. `e2e-alone`: those that do.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: everywhere.map((folder) => `${folder}/**/*.test.ts`),
          exclude: ['**/node_modules/**', '**/*.e2e.test.ts'],
          // Vitest leaves one processor to itself, which on two is half of the machine: many of these tests wait.
          maxWorkers: '100%',
          // Files share what they import, which would be half of their processor time, once for each of 220.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 1 },
          include: everywhere.map((folder) => `${folder}/**/*.e2e.test.ts`),
          exclude: ['**/node_modules/**', alone],
          maxWorkers: 2,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'e2e-alone',
          sequence: { groupOrder: 2 },
          include: [alone],
          fileParallelism: false,
          ...PATIENT,
        },
      },
    ],
  },
});
