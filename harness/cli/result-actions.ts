/**
 * What the commands about results do.
 */
import { analyseCommand, claimsCommand } from './commands/analyse.ts';
import { calibrateCommand } from './commands/calibrate.ts';
import { compareCommand } from './commands/compare.ts';
import type { CommandContext } from './commands/context.ts';
import { exportCommand, importCommand } from './commands/exchange.ts';
import { falseAlarmsCommand } from './commands/false-alarms.ts';
import { gateCommand, type MeasureAgain } from './commands/gate.ts';
import { historyAppend, historyList, historyPlot } from './commands/history.ts';
import { sensitivityCommand } from './commands/sensitivity.ts';
import type { ResultActions } from './results-program.ts';

/** The actions. Each ends by calling `end` with its exit code. */
export function resultActions(
  context: CommandContext,
  measure: (argv: readonly string[], out: string) => Promise<string>,
  end: (exitCode: number) => void,
): ResultActions {
  return {
    analyse: async (run, options) => end(await analyseCommand(run, options, context)),
    claims: async (run, options) => end(await claimsCommand(run, options, context)),
    compare: async (a, b, options) => end(await compareCommand(a, b, options, context)),
    calibrate: async (options) => end(await calibrateCommand(options, context)),
    falseAlarms: async (results, options) =>
      end(await falseAlarmsCommand(results, options, context)),
    sensitivity: async (baseline, options) => {
      const again: MeasureAgain = (argv) => measure(argv, options.out);
      end(await sensitivityCommand(baseline, options, context, again));
    },
    gate: async (run, options) => {
      const again: MeasureAgain = (argv) => measure(argv, options.out);
      end(await gateCommand(run, options, context, again));
    },
    historyAppend: async (runs, options) => end(await historyAppend(runs, options, context)),
    historyList: async (path, options) => end(await historyList(path, options, context)),
    historyPlot: async (path, options) => end(await historyPlot(path, options, context)),
    export: async (run, options) => end(await exportCommand(run, options, context)),
    import: async (files, options) => end(await importCommand(files, options, context)),
  };
}
