/**
 * FLASK's reports of denials on Xen's console. Xen writes `source=d<n> target=d<n>` when both
 * domains are known and `current=d<n>` otherwise (xen/xsm/flask/avc.c, avc_audit).
 */

/**
 * The lines that came after `before` was read. Xen keeps its console in a ring, whose oldest lines make
 * room for new ones: so what is old is told by what it says and not by how much there was.
 */
export function linesSince(before: readonly string[], after: readonly string[]): string[] {
  for (let gone = 0; gone <= before.length; gone++) {
    const kept = before.length - gone;
    if (kept > after.length) continue;
    if (before.slice(gone).every((line, at) => line === after[at])) return after.slice(kept);
  }
  return [...after];
}

/** The first of the lines that reports a denial to domain `source` over domain `target`. */
export function findDenial(
  lines: readonly string[],
  source: number,
  target: number,
): string | undefined {
  const from = new RegExp(`\\b(?:source|current|domid)=d?${source}\\b`);
  const over = new RegExp(`\\btarget=d?${target}\\b`);
  const denials = lines.filter((line) => /avc:\s+denied/.test(line) && from.test(line));
  return denials.find((line) => over.test(line)) ?? denials.find((line) => !/\btarget=/.test(line));
}
