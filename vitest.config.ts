import { defineConfig } from 'vitest/config';

const everywhere = ['bench', 'harness', 'infra', 'native', 'results', 'reports'];

/**
 * Two lanes. `unit`: on the host alone, in seconds. `e2e`: boots the emulated testbed and runs
 * the whole job (`*.e2e.test.ts`), one file at a time, after the other lane.
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 1 },
          include: everywhere.map((folder) => `${folder}/**/*.e2e.test.ts`),
          exclude: ['**/node_modules/**'],
          fileParallelism: false,
          testTimeout: 30 * 60_000,
          hookTimeout: 30 * 60_000,
        },
      },
    ],
  },
});
