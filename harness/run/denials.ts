/**
 * FLASK's reports of denials on Xen's console: of requests about another domain Xen writes
 * `source=d<n> target=d<n>` (xen/xsm/flask/avc.c, avc_audit).
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

/** What is refused, in FLASK's words (xen/xsm/flask/policy/access_vectors). */
export interface Refused {
  /** Ids of the domains that asked, and that was asked about. */
  source: number;
  target: number;
  /** Permissions of which one was missing, maybe among others. */
  permissions: readonly string[];
}

const DENIAL = /avc:\s+denied\s+\{ ([^{}]+) \} for source=d(\d+) target=d(\d+) /;

/** The first of the lines that reports that. */
export function findDenial(lines: readonly string[], refused: Refused): string | undefined {
  return lines.find((line) => {
    const [, denied = '', source, target] = DENIAL.exec(line) ?? [];
    return (
      Number(source) === refused.source &&
      Number(target) === refused.target &&
      denied.split(' ').some((permission) => refused.permissions.includes(permission))
    );
  });
}
