import { defineConfig } from 'vitest/config';
import { ROOM_VARIABLE, ROOMS } from './rooms.ts';

const room = process.env[ROOM_VARIABLE];

/** The unit tests of the room that is mutated, or of all: those of the command line reach everything, and take seconds each. */
export default defineConfig({
  test: {
    name: 'mutation',
    include: (room === undefined ? Object.keys(ROOMS) : [room]).map(
      (folder) => `${folder}/**/*.test.ts`,
    ),
    exclude: ['**/node_modules/**', '**/*.e2e.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
