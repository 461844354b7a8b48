/** How times are written, and how a line is fitted to a terminal. */

/** Columns below which a time would leave no room for what it is the time of. */
const LEAST_TEXT = 12;

/** A time as it is said: whole seconds, or minutes and seconds. */
export function timeText(milliseconds: number): string {
  const whole = Math.round(milliseconds / 1000);
  return whole < 60
    ? `${whole} s`
    : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}

/** A time that passes, beside the one that is expected. */
export function waitText(elapsed: number, expected: number | undefined): string {
  if (expected === undefined) return timeText(elapsed);
  const isOver = Math.round(elapsed / 1000) > Math.round(expected / 1000);
  return isOver
    ? `${timeText(elapsed)}, ${timeText(expected)} expected`
    : `${timeText(elapsed)} of about ${timeText(expected)}`;
}

/** How much of a whole run is left, in milliseconds; undefined where nothing is to be said of it. */
export function toGoText(toGo: number | undefined): string | undefined {
  return toGo === undefined ? undefined : `about ${timeText(toGo)} of the run to go`;
}

/** At most so many characters, on one line; what is cut ends in an ellipsis. */
export function fitted(text: string, columns: number): string {
  const characters = Array.from(text.replace(/\p{Cc}+/gu, ' '));
  if (characters.length <= columns) return characters.join('');
  return columns < 1 ? '' : `${characters.slice(0, columns - 1).join('')}…`;
}

/** What a live line says. */
export interface LineParts {
  text: string;
  /** The time, drawn fainter. */
  time: string;
}

/** A live line of at most so many columns. The time stays whole, or goes where there is no room. */
export function fittedLine({ text, time }: LineParts, columns: number): LineParts {
  const room = columns - 2 - 3 - time.length;
  return room < LEAST_TEXT
    ? { text: fitted(`  ${text}`, columns), time: '' }
    : { text: `  ${fitted(text, room)}`, time: ` (${time})` };
}
