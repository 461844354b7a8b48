/**
 * Kills introspectors again and again on one emulated host that stays up, and writes docs/faults.md:
 * npm run faults:kills -- --count 200 --seed 1. One that was interrupted goes on where it was, as long as
 * nothing was changed meanwhile.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cacheRoot } from '../../infra/cache/root.ts';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES, messageOf } from '../../infra/errors.ts';
import { makeFolder } from '../../infra/files/make-folder.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { makingGuest } from '../e2e/working-guest.ts';
import { here } from '../speed/sides.ts';
import { drawKills, GUESTS, type Kill } from './draw.ts';
import { KeptKills } from './kept.ts';
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

/** Where kills are kept. @param isChanged whether the code is another than that of its commit */
async function keptKills(seed: number, commit: string, isChanged: boolean): Promise<KeptKills> {
  const folder = join(cacheRoot(), 'faults');
  await makeFolder(folder);
  // What is changed has no name: nothing of it is found again.
  const ground = { seed, commit: isChanged ? `${commit}, changed at ${Date.now()}` : commit };
  return KeptKills.open(join(folder, 'kills.jsonl'), ground);
}

/** Makes kills on a host of their own, until it is told to stop, and keeps what came of each. */
async function makeKills(kills: readonly Kill[], kept: KeptKills, stop: AbortSignal) {
  const host = new EmulatedTestbed({ clock: 'counted', memoryMiB: 2048 }, SILENT);
  try {
    await host.start(stop);
    for (const guest of GUESTS) {
      console.log(`starting the guest ${guest.name}`);
      const made = await host.run(['sh', '-c', makingGuest(guest)], { signal: stop });
      if (made.exitCode !== 0) throw new Error(`no guest ${guest.name}: ${made.stderr.trim()}`);
    }
    const scene = new Scene(host);
    const untouched = await scene.untouched();
    for (const kill of kills) {
      const problems = await scene.kill(kill, untouched);
      // What ends us may have ended our connections before: that says nothing of the kill.
      if (stop.aborted) return;
      await kept.add(kill.number, problems);
      const { number, guest, moment, signal, afterMs } = kill;
      const found = problems.length === 0 ? 'all well' : problems.join('; ');
      console.log(`${number}: ${guest.name}, ${moment}, ${signal} after ${afterMs} ms: ${found}`);
    }
  } finally {
    await host.stop();
  }
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
  const at = await here();
  const commit = at.commit.slice(0, 12);
  const kept = await keptKills(seed, commit, at.isChanged);
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopped.abort());
  }
  const kills = drawKills(count, seed);
  const missing = kills.filter(({ number }) => kept.of(number) === undefined);
  console.log(`${count} kills, ${count - missing.length} of them made before`);
  if (missing.length > 0) await makeKills(missing, kept, stopped.signal);
  const killed = kills.flatMap((kill): Killed[] => {
    const problems = kept.of(kill.number);
    return problems === undefined ? [] : [{ ...kill, problems }];
  });
  const on = at.isChanged ? `${commit} with changes` : commit;
  await writeFile(values.out, killsPage({ count, seed, commit: on, killed }));
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
