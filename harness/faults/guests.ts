/**
 * Introspects guests of other shapes, one after the other, on an emulated host, and writes docs/guests.md:
 * npm run faults:guests -- --only PV --only PVH
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES, messageOf, UserError } from '../../infra/errors.ts';
import { command } from '../../infra/process/command.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { bringPae } from '../e2e/pae-guest.ts';
import { hostEntry } from '../e2e/plain-host.ts';
import { guestsPage } from './guests-table.ts';
import { SHAPES, type Shape } from './shapes.ts';
import { type Came, Trial, type Tried } from './try.ts';

const PAGE = fileURLToPath(new URL('../../docs/guests.md', import.meta.url));
/** Room for two guests and the domains of a run. */
const HOST = { clock: 'counted', memoryMiB: 2048 } as const;

/** The shapes with these names; all of them where none is given. @throws UserError for a name of none */
function shapesOf(only: readonly string[]): readonly Shape[] {
  if (only.length === 0) return SHAPES;
  return only.map((name) => {
    const found = SHAPES.find(({ what }) => what === name);
    if (found !== undefined) return found;
    const names = SHAPES.map(({ what }) => `"${what}"`).join(', ');
    throw new UserError(`--only ${name}: there is no such shape; there are ${names}`, {
      kind: 'usage',
    });
  });
}

/** Whether it takes a device model, which a host of its own has: any other boots faster without. */
function isHvm({ guests }: Shape): boolean {
  return !('pae' in guests) && guests.some(({ type }) => type === 'hvm');
}

/** Tries them on one host, and tells of each; the signal ends it after the one under way. */
async function tryOn(
  hvmGuests: number,
  shapes: readonly Shape[],
  signal: AbortSignal,
  done: (tried: Tried) => Promise<void>,
): Promise<void> {
  if (shapes.length === 0 || signal.aborted) return;
  const folder = await mkdtemp(join(tmpdir(), 'guests-'));
  process.env.TINYVMI_STATE = join(folder, 'state');
  const host = new EmulatedTestbed({ ...HOST, hvmGuests }, SILENT);
  try {
    await host.start(signal);
    const hosts = join(folder, 'testbeds.yaml');
    await writeFile(hosts, `testbeds:\n${hostEntry(host, 'dom0')}`);
    await bringPae(host, folder);
    for (const shape of shapes) {
      if (signal.aborted) break;
      await done(await new Trial({ host, hosts, folder }, shape).try());
    }
  } finally {
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function print(name: string, came: Came | undefined): void {
  if (came !== undefined) console.log(`  ${name}: ${came.exitCode}, ${came.told}`);
}

async function main(): Promise<number> {
  const only = { type: 'string', multiple: true, default: [] as string[] } as const;
  const { values } = parseArgs({ options: { only, out: { type: 'string' } } });
  const shapes = shapesOf(values.only);
  const out = values.out ?? (values.only.length === 0 ? PAGE : undefined);
  const commit = (await command('git', ['rev-parse', '--short', 'HEAD'])).stdout.trim();
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopped.abort());
  }
  const tried: Tried[] = [];
  const done = async (one: Tried) => {
    tried.push(one);
    const { shape, walk, events, problems } = one;
    const found = problems.length === 0 ? 'as expected' : `WRONG: ${problems.join('; ')}`;
    console.log(`${tried.length} of ${shapes.length}: ${shape.what}: ${found}`);
    print('page-walk', walk);
    print('events', events);
    if (out !== undefined) await writeFile(out, guestsPage({ commit, tried, of: shapes.length }));
  };
  for (const hvmGuests of [0, 1]) {
    const those = shapes.filter((shape) => isHvm(shape) === hvmGuests > 0);
    await tryOn(hvmGuests, those, stopped.signal, done);
  }
  if (stopped.signal.aborted) return EXIT_CODES.interrupted;
  const wrong = tried.filter(({ problems }) => problems.length > 0).length;
  console.log(`${tried.length} shapes, ${wrong} not as expected`);
  return wrong === 0 ? EXIT_CODES.success : EXIT_CODES.failure;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${messageOf(error)}`);
  process.exitCode = error instanceof UserError ? EXIT_CODES[error.kind] : EXIT_CODES.error;
}
