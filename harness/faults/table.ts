/** The page that tells what came of kills. */
import { GUESTS, type Kill, MOMENTS, SIGNALS } from './draw.ts';

/** A kill, and what was found wrong after it. */
export interface Killed extends Kill {
  problems: string[];
}

/** A run of kills. */
export interface KillsRun {
  count: number;
  seed: number;
  commit: string;
  killed: readonly Killed[];
}

/** The page in Markdown. */
export function killsPage({ count, seed, commit, killed }: KillsRun): string {
  const cell = (guest: string, moment: string, signal: string) => {
    const those = killed.filter(
      (kill) => kill.guest.name === guest && kill.moment === moment && kill.signal === signal,
    );
    const bad = those.filter(({ problems }) => problems.length > 0).length;
    return bad === 0 ? `${those.length}` : `${those.length}, **${bad} wrong**`;
  };
  const rows = GUESTS.flatMap(({ name, vcpus, maxvcpus }) =>
    MOMENTS.map((moment) => {
      const cells = SIGNALS.map((signal) => cell(name, moment, signal));
      return `| ${name} (${vcpus} of ${maxvcpus} up) | ${moment} | ${cells.join(' | ')} |`;
    }),
  );
  const wrong = killed.filter(({ problems }) => problems.length > 0);
  return [
    '# Kills',
    '',
    `What becomes of a guest whose introspector is killed. Made by \`npm run faults:kills -- --count ${count} --seed ${seed}\` at commit ${commit}: ${killed.length} kills at random moments on one emulated host, the introspector being in Dom0 and the guests Linux at work that nobody prepared.`,
    '',
    'After each kill, what a listener left that was killed by SIGKILL is taken off as `clean` does it (`tinyvmi-introspector events-off`), and of one that was killed in that, once more; listeners that got SIGTERM or SIGHUP have to have done so themselves. Then the guest must go on (its own lines on its console), Xen must have no ring of it, no introspector may run, and domains, xenstore and files of Dom0 must be those of before. So it was, but for what is called wrong here. Numbers are kills.',
    '',
    `| guest | killed in | ${SIGNALS.map((signal) => `SIG${signal}`).join(' | ')} |`,
    '|---|---|--:|--:|--:|',
    ...rows,
    '',
    wrong.length === 0
      ? 'Nothing was wrong.'
      : wrong
          .map(
            ({ number, guest, moment, signal, kind, afterMs, problems }) =>
              `- kill ${number} (${guest.name}, ${moment}, ${kind}, SIG${signal} after ${afterMs} ms): ${problems.join('; ')}`,
          )
          .join('\n'),
    '',
  ].join('\n');
}
