import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../harness/cli/main.ts';
import { FakeSignals, memorySurroundings } from '../../harness/cli/testing.ts';
import { reportFaults } from '../../reports/schema/validate.ts';
import { readResult } from '../store/reader.ts';
import { sampleResult } from '../testing/sample-result.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** So much may be kept in a repository for one run with its report. */
const MOST_BYTES = 16 * 2 ** 20;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tinyvmi-reference-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Stored runs: every folder beside this file. */
const folders = (await readdir(HERE, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Reads a stored run back, makes its report anew, and gives both. */
async function reportAgain(folder: string, out: string) {
  const result = await readResult(folder);
  const surroundings = memorySurroundings();
  const argv = ['report', folder, '--out', out, '--format', 'json'];
  const exitCode = await main(argv, surroundings, new FakeSignals());
  return { result, exitCode, text: await readFile(join(out, 'report.json'), 'utf8') };
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const info = await stat(join(folder, name));
    if (info.isFile()) bytes += info.size;
  }
  return bytes;
}

describe('reference results', () => {
  it.each(folders)(
    '%s is a whole run of the emulated testbed, and its report is of it',
    async (name) => {
      const folder = join(HERE, name);
      const { result, exitCode, text } = await reportAgain(folder, join(scratch, name));
      expect(exitCode).toBe(0);
      expect(result.summary.status).toBe('success');
      expect(result.summary.testbed).toMatchObject({ kind: 'emulated', clock: 'counted' });
      expect(result.manifest.tool.modified).toBe(false);
      const again = JSON.parse(text);
      const stored = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
      expect(reportFaults(stored)).toEqual([]);
      for (const key of ['results', 'date', 'overview', 'digests']) {
        expect(stored[key], key).toEqual(again[key]);
      }
      expect(await sizeOf(folder)).toBeLessThan(MOST_BYTES);
    },
    60_000,
  );

  it('are checked: a table that was changed is noticed', async () => {
    const folder = await sampleResult(scratch);
    await appendFile(join(folder, 'samples.csv'), '\n');
    await expect(reportAgain(folder, join(scratch, 'changed'))).rejects.toThrow(
      'changed after the run',
    );
  });
});
