/**
 * Search for the least amount that is enough, where more is enough too: bisection.
 */

/** What was found: the least amount that passed, and why the amount below it did not. */
export interface Least {
  amount: number;
  /** The largest amount that was tried and failed; undefined when every smaller one is nothing. */
  below: { amount: number; reason: string } | undefined;
  tries: number;
}

/**
 * Finds the least whole number from 1 to `enough` for which `tried` resolves to undefined.
 * @param enough assumed to be enough, and tried first
 * @param tried resolves to why an amount is not enough, undefined when it is
 * @returns undefined when `enough` is not enough, with `refused` told why
 */
export async function leastOf(
  enough: number,
  tried: (amount: number) => Promise<string | undefined>,
): Promise<Least | { refused: string }> {
  const refused = await tried(enough);
  if (refused !== undefined) return { refused };
  let passes = enough;
  let below: Least['below'];
  let tries = 1;
  for (let fails = 0; passes - fails > 1; tries++) {
    const amount = fails + Math.floor((passes - fails) / 2);
    const reason = await tried(amount);
    if (reason === undefined) {
      passes = amount;
    } else {
      fails = amount;
      below = { amount, reason };
    }
  }
  return { amount: passes, below, tries };
}
