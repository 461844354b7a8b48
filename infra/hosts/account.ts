/** What a run makes of domains on a host, and does to guests there, in the words of its journal. */
import { randomUUID } from 'node:crypto';
import { consoleLock } from '../xl/console-client.ts';
import { type ConsoleAccess, logsOf } from '../xl/domain.ts';
import type { DomainAccount } from '../xl/toolstack.ts';
import type { Entry, Journal } from './journal.ts';

/**
 * Writes down each domain and its logs before they are made, each pause, and whose events
 * are listened to.
 * @param program what takes events off
 */
export function accountIn(
  journal: Journal,
  consoles: ConsoleAccess,
  program: string,
): DomainAccount {
  const written = new Map<string, Entry>();
  const keyOf = (kind: Entry['kind'], uuid: string) => `${kind} ${uuid}`;
  const add = async (entry: Extract<Entry, { uuid: string }>) => {
    written.set(keyOf(entry.kind, entry.uuid), entry);
    await journal.add(entry);
  };
  const addFile = async (path: string) => {
    const known = journal.entries.some((entry) => entry.kind === 'file' && entry.path === path);
    if (!known) await journal.add({ kind: 'file', path });
  };
  const strike = async (kind: Entry['kind'], uuid: string) => {
    const entry = written.get(keyOf(kind, uuid));
    if (entry !== undefined) await journal.strike(entry);
  };
  return {
    async creating(spec) {
      const uuid = randomUUID();
      for (const path of logsOf(spec, consoles)) await addFile(path);
      await add({ kind: 'domain', name: spec.name, uuid });
      return uuid;
    },
    attaching: (domid) => addFile(consoleLock(domid)),
    destroyed: (uuid) => strike('domain', uuid),
    pausing: ({ name, uuid }) => add({ kind: 'pause', name, uuid }),
    unpaused: ({ uuid }) => strike('pause', uuid),
    listening: ({ name, uuid }, type, of) => add({ kind: 'events', name, uuid, type, of, program }),
    unlistened: ({ uuid }) => strike('events', uuid),
  };
}
