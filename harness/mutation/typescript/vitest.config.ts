import { defineConfig } from 'vitest/config';
import { ROOMS } from './rooms.ts';

/** The unit tests of the rooms alone: those of the command line reach everything, and take seconds each. */
export default defineConfig({
  test: {
    name: 'mutation',
    include: Object.keys(ROOMS).map((folder) => `${folder}/**/*.test.ts`),
    exclude: ['**/node_modules/**', '**/*.e2e.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
