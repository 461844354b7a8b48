/** `.ci/speed`: options, and what is measured in which order. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import { cacheRoot } from '../../infra/cache/root.ts';
import { EXIT_CODES, UserError } from '../../infra/errors.ts';
import { makeFolder } from '../../infra/files/make-folder.ts';
import { PLAIN } from '../../reports/render/terminal.ts';
import { wholeOf } from '../cli/commands/numbers.ts';
import { errorText, exitCodeOf } from '../cli/error-text.ts';
import { onInterrupt } from '../cli/signals.ts';
import { AGREEMENT_RULES, agreementOf, type Variant } from './agreement.ts';
import { compared, type Taken } from './figures.ts';
import { MEASUREMENTS, type Measurement, type MeasurementId } from './measurements.ts';
import { DEFAULT_PARTS, PARTS, type Part } from './parts.ts';
import { ROWS } from './rows.ts';
import { commitOf, demandTools, here, type Side, withSides } from './sides.ts';
import { type Memory, markdown } from './table.ts';
import { timed } from './timed.ts';
import { commandOf, variantOf, WAYS } from './variants.ts';

/** The build that the limits are ratios to. */
const AGAINST = 'cce2161';
const MEMORY = fileURLToPath(new URL('./memory.ts', import.meta.url));

interface Options {
  against: string;
  rounds: string;
  only?: Part[];
  folder: string;
  json?: string;
}

type Sides = Record<Side['name'], Side>;
type Measured = Partial<Record<MeasurementId, Taken[]>>;

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** Everything that is measured by running a command. */
class Measuring {
  readonly #sides: Sides;
  readonly #signal: AbortSignal;

  constructor(sides: Sides, signal: AbortSignal) {
    this.#sides = sides;
    this.#signal = signal;
  }

  /** Runs a command on a side, with a folder for its results that is removed after `read`. */
  async #run<T>(
    side: Side,
    command: (out: string) => readonly string[],
    read: (output: { taken: Taken; stdout: string }, out: string) => Promise<T> | T,
  ): Promise<T> {
    const out = await mkdtemp(join(tmpdir(), 'tinyvmi-speed-runs-'));
    try {
      const { folder: cwd, cache } = side;
      const env = { TINYVMI_CACHE: cache };
      return await read(await timed(command(out), { cwd, env, signal: this.#signal }), out);
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  }

  /** Measures once. */
  async once(id: MeasurementId): Promise<Taken> {
    const measurement: Measurement = MEASUREMENTS[id];
    const side = this.#sides[measurement.side];
    await measurement.prepare?.(side);
    return this.#run(
      side,
      (out) => measurement.command(side, out),
      ({ taken, stdout }) =>
        measurement.saysWall
          ? { ...taken, wall: (JSON.parse(stdout) as { wall: number }).wall }
          : taken,
    );
  }

  /** Measures a part in rounds, the order turned round in every second one. */
  async part(part: Part, rounds: number): Promise<Measured> {
    const ids = (Object.keys(MEASUREMENTS) as MeasurementId[]).filter(
      (id) => MEASUREMENTS[id].part === part,
    );
    for (const id of ids) {
      const { isUnprepared = false }: Measurement = MEASUREMENTS[id];
      if (isUnprepared) continue;
      say(`${id}: once before it is measured`);
      await this.once(id);
    }
    const measured: Measured = {};
    for (let round = 0; round < rounds; round++) {
      for (const id of round % 2 === 0 ? ids : ids.toReversed()) {
        const taken = await this.once(id);
        const { wall, processor } = taken;
        say(
          `${id}: round ${round + 1} of ${rounds}: ${wall.toFixed(2)} s, ${processor.toFixed(2)} s of processor time`,
        );
        measured[id] = [...(measured[id] ?? []), taken];
      }
    }
    return measured;
  }

  /** Memory of machines together. */
  memory(): Promise<Memory> {
    say('memory of three machines together');
    return this.#run(
      this.#sides.new,
      () => ['node', '--import', 'tsx', MEMORY],
      ({ stdout }) => JSON.parse(stdout) as Memory,
    );
  }

  /** Medians of each way to run. */
  async variants(): Promise<Variant[]> {
    const variants: Variant[] = [];
    for (const way of WAYS) {
      say(`medians: ${way.name}`);
      variants.push(
        await this.#run(
          this.#sides.new,
          (out) => commandOf(way, out),
          (_, out) => variantOf(way, out),
        ),
      );
    }
    return variants;
  }
}

async function measure(
  sides: Sides,
  parts: readonly Part[],
  rounds: number,
  signal: AbortSignal,
): Promise<{ measured: Measured; memory?: Memory; variants: Variant[] }> {
  const measuring = new Measuring(sides, signal);
  const measured: Measured = {};
  for (const part of parts) Object.assign(measured, await measuring.part(part, rounds));
  const variants = parts.includes('medians') ? await measuring.variants() : [];
  return parts.includes('memory')
    ? { measured, memory: await measuring.memory(), variants }
    : { measured, variants };
}

async function compareSides(options: Options, signal: AbortSignal): Promise<string> {
  const rounds = wholeOf('rounds', options.rounds, 1);
  const parts = options.only ?? DEFAULT_PARTS;
  await demandTools();
  const against = await commitOf(options.against);
  const now = await here();
  const kept = resolve(options.folder);
  await makeFolder(kept);
  const { measured, memory, variants } = await withSides(against, kept, { say, signal }, (sides) =>
    measure(sides, parts, rounds, signal),
  );
  const cpus = availableParallelism();
  if (options.json !== undefined) {
    const all = { against, ...now, rounds, cpus, measured, memory: memory ?? null, variants };
    await writeFile(options.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  const rows = ROWS.flatMap((row) => {
    const [old, since] = [measured[row.old], measured[row.now]];
    if (old === undefined || since === undefined) return [];
    return [{ row, compared: compared(old, since, row.figure) }];
  });
  const agreements =
    variants.length === 0 ? [] : AGREEMENT_RULES.map((rule) => agreementOf(rule, variants));
  const changed = now.isChanged ? ' with changes' : '';
  return `Old: ${against.slice(0, 12)}. New: ${now.commit.slice(0, 12)}${changed}. ${cpus} CPUs, ${rounds} rounds, in turns.\n\n${markdown(rows, memory, agreements)}`;
}

const program = new Command('.ci/speed')
  .description(
    'Measures this checkout beside an earlier commit of it on this machine, in turns, and prints how much of the time is left, with the limits. Each side has its own cache of images; the first run of a commit builds them, which takes minutes more.',
  )
  .option('--against <commit>', 'the earlier commit', AGAINST)
  .option('--rounds <n>', 'times that each is measured', '3')
  .addOption(
    new Option('--only <part...>', `parts to measure (default: all but ci)`).choices(PARTS),
  )
  .option('--folder <folder>', 'where both caches of images stay', `${cacheRoot()}-speed`)
  .option('--json <file>', 'writes what was measured')
  .exitOverride();

const interruption = onInterrupt(process, (text) => say(text));
try {
  program.parse();
  process.stdout.write(await compareSides(program.opts<Options>(), interruption.signal));
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT_CODES.success : EXIT_CODES.usage;
  } else {
    const shown = interruption.signal.aborted
      ? new UserError('Interrupted.', { kind: 'interrupted' })
      : error;
    process.stderr.write(errorText(shown, PLAIN));
    process.exitCode = exitCodeOf(shown);
  }
} finally {
  interruption.release();
}
