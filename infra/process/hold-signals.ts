/**
 * Work that a Ctrl-C must not cut in two: files that are put into their places. It takes milliseconds.
 */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does the work; a signal that comes meanwhile ends the process after it, unless somebody else listens,
 * who has had it then.
 */
export async function holdSignals<T>(work: () => Promise<T>): Promise<T> {
  let came: NodeJS.Signals | undefined;
  const note = (signal: NodeJS.Signals) => {
    came ??= signal;
  };
  for (const signal of SIGNALS) process.on(signal, note);
  try {
    return await work();
  } finally {
    // A signal that has come by now is told at the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    for (const signal of SIGNALS) process.off(signal, note);
    if (came !== undefined && process.listenerCount(came) === 0) process.kill(process.pid, came);
  }
}
