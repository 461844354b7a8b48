/** The error that a host is which lets us not in: what ssh says, in one sentence, and what helps. */
import { UserError } from '../errors.ts';

/** OpenSSH frames what must not be missed with lines of this character. */
const FRAME = /^@+\s*$|^@ .* @\s*$/;

/** What ssh says of a connection that the other side ended, before or in the exchange of keys. */
const DROPPED = /^kex_exchange_identification: |^Connection (closed|reset) by |banner exchange/;

/**
 * Whether the host let the connection fall before the login, for no reason that would be there the next
 * time, too. At LogLevel ERROR ssh has no word for an end in the middle of the exchange (9.2 to 10.0).
 */
export function isDropped(failure: string): boolean {
  return failure.split('\n').every((line) => line.trim() === '' || DROPPED.test(line));
}

/**
 * @param destination what was to be reached, and the command by which a user tries it
 * @param failure ssh's words
 */
export function unreachable(
  { host, byHand = `ssh ${host}` }: { host: string; byHand?: string },
  failure: string,
): UserError {
  return new UserError(`cannot reach ${host} by ssh: ${reasonIn(failure)}`, {
    advice: adviceFor(failure, byHand),
  });
}

function reasonIn(failure: string): string {
  if (failure === '') return 'it closed the connection before the login';
  const changed = /^(?:Host|Port) key for (\S+) has changed/m.exec(failure)?.[1];
  const known = /^Offending (?:\S+ )?key in (\S+)/m.exec(failure)?.[1];
  if (/HOST IDENTIFICATION HAS CHANGED/.test(failure)) {
    const whose = changed === undefined ? 'its host key' : `the host key of ${changed}`;
    return `${whose} is not the one that is known${known === undefined ? '' : ` (${known})`}`;
  }
  const lines = failure.split('\n').filter((line) => line.trim() !== '' && !FRAME.test(line));
  return lines.join('; ');
}

function adviceFor(failure: string, byHand: string): string {
  if (/HOST IDENTIFICATION HAS CHANGED/.test(failure)) {
    return `somebody may be in between, or the host was installed anew: ask who runs it, and only then replace the known key (ssh-keygen -R). ${byHand} says more`;
  }
  if (/host key|authenticity/i.test(failure)) {
    return `look at its host key yourself, once, and compare it with the host's own: ${byHand}`;
  }
  if (/permission denied/i.test(failure)) {
    return `give ssh a key that opens it (ssh-add, or "identity" in testbeds.yaml; for a jump host ssh-add or your ssh configuration), and try: ${byHand}`;
  }
  if (/administratively prohibited/i.test(failure)) {
    return `the jump host forwards no connections (sshd_config: AllowTcpForwarding): ask who runs it, or name another. By hand: ${byHand}`;
  }
  if (isDropped(failure)) {
    return `its ssh server may be busy, or let nobody in for a time (sshd_config: MaxStartups, PerSourcePenalties): try later. By hand: ${byHand}`;
  }
  return `try it by hand: ${byHand}`;
}
