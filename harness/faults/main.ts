/**
 * Kills introspectors again and again on one emulated host that stays up, and writes docs/faults.md:
 * npm run faults:kills -- --count 200 --seed 1
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES, messageOf } from '../../infra/errors.ts';
import { command } from '../../infra/process/command.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { makingGuest } from '../e2e/working-guest.ts';
import { drawKills, GUESTS } from './draw.ts';
import { Scene } from './kill.ts';
import { type Killed, killsPage } from './table.ts';

const PAGE = fileURLToPath(new URL('../../docs/faults.md', import.meta.url));

/** Reads a whole number that has to be positive. @throws Error that names the option */
function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`--${name} ${text}: give a whole number from 1 on`);
  }
  return value;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: PAGE },
    },
  });
  const count = positive('count', values.count);
  const seed = positive('seed', values.seed);
  const commit = (await command('git', ['rev-parse', '--short', 'HEAD'])).stdout.trim();
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopped.abort());
  }
  const host = new EmulatedTestbed({ clock: 'counted', memoryMiB: 2048 }, SILENT);
  const killed: Killed[] = [];
  try {
    await host.start(stopped.signal);
    for (const guest of GUESTS) {
      console.log(`starting the guest ${guest.name}`);
      const made = await host.run(['sh', '-c', makingGuest(guest)], { signal: stopped.signal });
      if (made.exitCode !== 0) throw new Error(`no guest ${guest.name}: ${made.stderr.trim()}`);
    }
    const scene = new Scene(host);
    const untouched = await scene.untouched();
    for (const kill of drawKills(count, seed)) {
      if (stopped.signal.aborted) break;
      const problems = await scene.kill(kill, untouched);
      killed.push({ ...kill, problems });
      const { number, guest, moment, signal, afterMs } = kill;
      const found = problems.length === 0 ? 'all well' : problems.join('; ');
      console.log(
        `${number} of ${count}: ${guest.name}, ${moment}, ${signal} after ${afterMs} ms: ${found}`,
      );
    }
  } finally {
    await host.stop();
  }
  await writeFile(values.out, killsPage({ count, seed, commit, killed }));
  const wrong = killed.filter(({ problems }) => problems.length > 0).length;
  console.log(`${killed.length} kills, ${wrong} wrong: ${values.out}`);
  if (stopped.signal.aborted) return EXIT_CODES.interrupted;
  return wrong === 0 ? EXIT_CODES.success : EXIT_CODES.failure;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${messageOf(error)}`);
  process.exitCode = EXIT_CODES.error;
}
