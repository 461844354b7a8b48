import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SUITE_RULE } from '../../../bench/code-size/rule.ts';
import { checkRule, readRule } from './rule.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyvmi-rule-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a counting rule', () => {
  it('of the suite is sound', () => {
    expect(checkRule(structuredClone(SUITE_RULE), 'rule.json')).toEqual(SUITE_RULE);
    expect(readRule(undefined)).toBe(SUITE_RULE);
  });

  it('of a file is read', async () => {
    const path = join(folder, 'mine.json');
    await writeFile(path, JSON.stringify({ ...SUITE_RULE, name: 'mine' }));
    expect(readRule(path).name).toBe('mine');
  });

  it.each<[string, object, string]>([
    ['an unknown part', { parts: [{ ...SUITE_RULE.parts[0], part: 'drivers' }] }, 'kernel-modules'],
    ['an unknown key', { files: [] }, 'files'],
    ['no languages', { languages: [] }, '/languages'],
    ['no reason', { parts: [{ ...SUITE_RULE.parts[0], why: '' }] }, '/parts/0/why'],
    [
      'a part twice',
      { parts: [SUITE_RULE.parts[0], SUITE_RULE.parts[0]] },
      'two entries for kernel of minios',
    ],
  ])('with %s is refused, and says what is wrong', (_what, change, message) => {
    expect(() => checkRule({ ...SUITE_RULE, ...change }, 'mine.json')).toThrow(message);
  });

  it('that cannot be read is a usage error', async () => {
    const path = join(folder, 'broken.json');
    await writeFile(path, '{');
    expect(() => readRule(path)).toThrow('cannot be read');
    expect(() => readRule(join(folder, 'none.json'))).toThrow('cannot be read');
  });
});
