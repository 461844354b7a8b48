/**
 * Stryker's settings (https://stryker-mutator.io/docs/stryker-js/configuration): its standard operators, each
 * mutant against the unit tests that reach it. What is mutated, and where results are kept, main.ts says.
 */

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'harness/mutation/typescript/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  // What a module evaluates once, when it is loaded, no single test reaches: each of those mutants would take
  // all tests of its importers.
  ignoreStatic: true,
  concurrency: 2,
  // A busy machine is no mutant that hangs, nor a test that does.
  dryRunTimeoutMinutes: 60,
  timeoutMS: 60_000,
  timeoutFactor: 4,
  incremental: true,
  tempDirName: '.stryker/tmp',
  reporters: ['progress-append-only'],
  ignorePatterns: ['/results/runs', '/nightly', '/native/out', '/native/build'],
  allowConsoleColors: false,
};
