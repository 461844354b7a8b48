import { expect, it } from 'vitest';
import { BUILD_TOOLS, OWN_TOOLS, WHY_OWN_TOOLS } from '../../infra/testbed.ts';
import { temporaryFolder } from '../../infra/testing/support.ts';
import { readResult } from '../../results/store/reader.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import { headFacts } from './provenance.ts';

/** What the head of a report says of the tools, when the testbed has these facts. */
async function said(facts: Record<string, string>): Promise<string[]> {
  const result = await readResult(await sampleResult(await temporaryFolder()));
  Object.assign(result.manifest.testbed?.facts ?? {}, facts);
  return headFacts(result)
    .filter(({ label }) => label === 'Images built with')
    .map(({ value }) => value);
}

it('tells at the head of images that another machine would build otherwise', async () => {
  const own = { [BUILD_TOOLS]: OWN_TOOLS, [WHY_OWN_TOOLS]: 'no namespaces', compiler: 'gcc 14' };
  expect(await said(own)).toEqual(["the building machine's own compiler (gcc 14): no namespaces"]);
});

it('says nothing of those that every machine builds alike', async () => {
  expect(await said({ [BUILD_TOOLS]: 'Debian bookworm' })).toEqual([]);
  expect(await said({})).toEqual([]);
});

it('tells a run that ended by its own intervals', async () => {
  const result = await readResult(await sampleResult(await temporaryFolder()));
  const precision = () => headFacts(result).filter(({ label }) => label === 'Precision');
  expect(precision()).toEqual([]);
  result.manifest.until = {
    ...{ percent: 0.5, level: 'blocks', atMost: 60, measured: { 'page-walk': 12, events: 10 } },
    ...{ reached: true, widest: null },
  };
  expect(precision()).toMatchObject([
    {
      value: expect.stringMatching(
        /^blocks added until ratios of arms were known to 0.5 %: reached \(12 of page-walk, 10 of events; at most 60\)/,
      ),
    },
  ]);
});
