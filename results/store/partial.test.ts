import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { identityOf, type ProcessIdentity } from '../../infra/process/identity.ts';
import { temporaryFolder } from '../../infra/testing/support.ts';
import { findUnfinished, PartialResult, removeAbandoned } from './partial.ts';

const ID = '2026-01-02T03-04-05Z-abcdef';
let runs: string;
beforeEach(async () => {
  runs = await temporaryFolder();
});

/** What a program leaves that is killed while it writes a result. */
async function killed(change: (writer: ProcessIdentity) => void): Promise<string> {
  const writer = identityOf(process.pid) as ProcessIdentity;
  change(writer);
  const { folder } = await PartialResult.begin(runs, ID);
  await writeFile(`${folder}.writer.json`, JSON.stringify(writer));
  return folder;
}

describe('a partial result', () => {
  it('has its writer beside it until it is whole, or given up', async () => {
    const partial = await PartialResult.begin(join(runs, 'new', 'runs'), ID);
    await writeFile(join(partial.folder, 'a'), '');
    expect(await readdir(join(runs, 'new', 'runs'))).toHaveLength(2);
    expect(await partial.finish()).toBe(join(runs, 'new', 'runs', ID));
    expect(await readdir(join(runs, 'new', 'runs'))).toEqual([ID]);

    const other = await PartialResult.begin(runs, 'other');
    await other.discard();
    expect(await readdir(runs)).toEqual(['new']);
  });

  it('leaves nothing where it cannot be begun', async () => {
    await writeFile(join(runs, 'file'), '');
    await expect(PartialResult.begin(join(runs, 'file'), ID)).rejects.toThrow('EEXIST');
    expect(await readdir(runs)).toEqual(['file']);
  });
});

describe('removeAbandoned', () => {
  it.each([
    ['that ended', { pid: 999999999 }],
    ['whose process id another one has now', { startTime: '1' }],
  ])('removes what a writer left %s, and no result', async (_case, change) => {
    const folder = await killed((writer) => Object.assign(writer, change));
    await mkdir(join(runs, ID));
    expect(await removeAbandoned(runs)).toEqual([folder, `${folder}.writer.json`]);
    expect(await readdir(runs)).toEqual([ID]);
  });

  it('leaves what is being written', async () => {
    await PartialResult.begin(runs, ID);
    expect(await removeAbandoned(runs)).toEqual([]);
    expect(await findUnfinished(runs)).toEqual({ abandoned: [], unclear: [] });
    expect(await readdir(runs)).toHaveLength(2);
  });

  it.each([
    ['another namespace of ids', { pid: 999999999, pidNamespace: 'pid:[1]' }, hostname()],
    ['another machine', { bootId: 'x', machine: { name: 'lab', id: '1' } }, 'lab'],
  ])('leaves, and names, what is of %s', async (_case, change, where) => {
    const folder = await killed((writer) => Object.assign(writer, change));
    expect(await removeAbandoned(runs)).toEqual([]);
    const { unclear } = await findUnfinished(runs);
    expect(unclear).toEqual([expect.stringContaining(folder)]);
    expect(unclear.join()).toContain(`of ${where}) is known only there`);
  });

  it('leaves, and names, a folder whose writer is not told', async () => {
    const name = `.partial-999999999-${ID}`;
    await mkdir(join(runs, name));
    await writeFile(join(runs, `${name}.writer.json`), '{"pid":"x"}');
    expect(await removeAbandoned(runs)).toEqual([]);
    expect((await findUnfinished(runs)).unclear.join()).toContain('nothing says who writes it');
  });
});
