/**
 * Introspects guests of other shapes, one after the other, on one emulated host, and writes docs/guests.md:
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
import { Trial, type Tried } from './try.ts';

const PAGE = fileURLToPath(new URL('../../docs/guests.md', import.meta.url));
/** Two guests, one of them with a device model, and the introspector's domains. */
const HOST = { clock: 'counted', memoryMiB: 2048, hvmGuests: 1 } as const;

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
  const folder = await mkdtemp(join(tmpdir(), 'guests-'));
  process.env.TINYVMI_STATE = join(folder, 'state');
  const host = new EmulatedTestbed(HOST, SILENT);
  const tried: Tried[] = [];
  try {
    await host.start(stopped.signal);
    const hosts = join(folder, 'testbeds.yaml');
    await writeFile(hosts, `testbeds:\n${hostEntry(host, 'dom0')}`);
    await bringPae(host, folder);
    for (const shape of shapes) {
      if (stopped.signal.aborted) break;
      const one = await new Trial({ host, hosts, folder }, shape).try();
      tried.push(one);
      const { walk, events, problems } = one;
      console.log(
        `${tried.length} of ${shapes.length}: ${shape.what}: ${problems.length === 0 ? 'as expected' : `WRONG: ${problems.join('; ')}`}`,
      );
      console.log(`  page-walk: ${walk?.exitCode} ${walk?.told}`);
      console.log(`  events: ${events?.exitCode} ${events?.told}`);
    }
  } finally {
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
  if (stopped.signal.aborted) return EXIT_CODES.interrupted;
  if (out !== undefined) await writeFile(out, guestsPage({ commit, tried }));
  const wrong = tried.filter(({ problems }) => problems.length > 0).length;
  console.log(
    `${tried.length} shapes, ${wrong} not as expected${out === undefined ? '' : `: ${out}`}`,
  );
  return wrong === 0 ? EXIT_CODES.success : EXIT_CODES.failure;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${messageOf(error)}`);
  process.exitCode = error instanceof UserError ? EXIT_CODES[error.kind] : EXIT_CODES.error;
}
