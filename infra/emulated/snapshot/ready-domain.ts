/** Makes a domain that is to be in a snapshot, and waits until it has come so far that it can be used. */
import { UserError } from '../../errors.ts';
import type { FirstDomain } from '../../testbed.ts';
import type { PresentDomain } from '../../xl/present.ts';
import type { XlToolstack } from '../../xl/toolstack.ts';

/** Bytes of a console in which the mark is looked for, across pieces. */
const TAIL = 4096;

/**
 * Creates it, reads its console until the mark is there, and pauses it: QEMU 7.2 saves a machine whose
 * processor is in a guest under SVM, and then does not take its state. No command is left running on the
 * host.
 * @throws UserError when it ends before
 */
export async function readyDomain(
  xen: XlToolstack,
  { spec, readyMark }: FirstDomain,
  signal: AbortSignal,
): Promise<PresentDomain[]> {
  const domain = await xen.createDomain(spec, signal);
  const reading = new AbortController();
  const stop = () => reading.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    let tail = '';
    for await (const bytes of domain.console(reading.signal)) {
      tail = (tail + Buffer.from(bytes).toString('latin1')).slice(-TAIL);
      if (!tail.includes(readyMark)) continue;
      await domain.pause();
      return [{ spec, domid: domain.domid, config: domain.config }];
    }
    signal.throwIfAborted();
    throw new UserError(`${spec.name} ended before it was ready: ${tail.slice(-200).trim()}`);
  } finally {
    stop();
    signal.removeEventListener('abort', stop);
    await xen.close();
  }
}
