/** A host with domains, as far as xl lists, pauses and destroys them, and xenstore-read tells their names. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommandResult } from '../testbed.ts';
import { AnsweringHost, temporaryFolder } from './support.ts';

/** One domain of it. */
export interface FakeDomain {
  domid: number;
  uuid: string;
  /** Undefined: xenstored has none. */
  name: string | undefined;
  /** How often it is paused, as Xen counts. */
  pauses: number;
  /** Seconds that it ran. Default: 0. */
  seconds?: number;
  /** Reason of its shutdown, by number. */
  shutdown?: number;
  isDying?: boolean;
  /** Whether what xl is told about its pauses has no effect, and what it is destroyed by leaves it dying. */
  isStubborn?: boolean;
}

const DOM0: FakeDomain = {
  domid: 0,
  uuid: '00000000-0000-0000-0000-000000000000',
  name: 'Domain-0',
  pauses: 0,
};

/** The first line of `xl list -v` (Xen 4.17 to 4.20: tools/xl/xl_info.c, list_domains). */
export const LIST_HEAD =
  'Name                                        ID   Mem VCPUs\tState\tTime(s)   UUID                            Reason-Code\tSecurity Label\n';

/** A line of it. */
export function listLine({
  name,
  domid,
  uuid,
  pauses,
  shutdown,
  isDying,
  seconds = 0,
}: FakeDomain): string {
  const shown = name ?? '(null)';
  const letter = shutdown === undefined ? '-' : ('-rscwS'[shutdown] ?? '?');
  const flags = `-b${pauses > 0 ? 'p' : '-'}${shutdown === undefined ? '-' : 's'}${letter}${isDying ? 'd' : '-'}`;
  const padded = shown + ' '.repeat(Math.max(0, 40 - Buffer.byteLength(shown)));
  const reason = (shutdown?.toString(16) ?? '-').padStart(8);
  return `${padded} ${String(domid).padStart(5)}   128     1     ${flags}  ${seconds.toFixed(1).padStart(8)} ${uuid} ${reason} system_u:system_r:domU_t\n`;
}

/** What xenstore-read writes for a value (tools/xenstore/xs_lib.c, sanitise_value). */
function escaped(value: string): string {
  return [...Buffer.from(value)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (byte >= 0x20 && byte < 0x7f && character !== '\\') return character;
      const short = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' }[character];
      if (short !== undefined) return short;
      return byte < 8
        ? `\\${byte.toString(8).padStart(3, '0')}`
        : `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** This machine as a host with domains. Pausing and unpausing end with 0 whatever comes of it, as xl does. */
export class XenHost extends AnsweringHost {
  readonly domains: FakeDomain[];
  readonly #store: string;

  private constructor(domains: FakeDomain[], store: string) {
    super();
    this.domains = [DOM0, ...domains];
    this.#store = store;
    this.answers.set('xl', ([, verb = '', ...args]) => this.#xl(verb, args));
  }

  /** @param domains besides Dom0; they can be changed while it is in use */
  static async with(...domains: FakeDomain[]): Promise<XenHost> {
    const folder = await temporaryFolder();
    const program = `#!/bin/sh\n[ -f "${folder}$1" ] && cat "${folder}$1"\n`;
    await writeFile(join(folder, 'xenstore-read'), program, { mode: 0o755 });
    const before = process.env.PATH;
    process.env.PATH = `${folder}:${before}`;
    onTestFinished(() => {
      process.env.PATH = before;
    });
    return new XenHost(domains, join(folder, 'local', 'domain'));
  }

  /** The list as xl prints it. */
  list(): string {
    return LIST_HEAD + this.domains.map(listLine).join('');
  }

  /** Commands of xl that were run, but for lists. */
  get told(): string[] {
    return this.asked.filter((line) => line.startsWith('xl ') && !line.startsWith('xl list'));
  }

  #xl(verb: string, args: readonly string[]): CommandResult {
    const domain = this.domains.find(({ domid }) => String(domid) === args[0]);
    const ok = (stdout = '') => ({ exitCode: 0, stdout, stderr: '' });
    switch (verb) {
      case 'list':
        this.#writeNames();
        return ok(this.list());
      case 'pause':
      case 'unpause':
        if (domain !== undefined && !domain.isStubborn) {
          domain.pauses = Math.max(0, domain.pauses + (verb === 'pause' ? 1 : -1));
        }
        return ok();
      case 'destroy':
        if (domain === undefined) return { exitCode: 1, stdout: '', stderr: 'no such domain\n' };
        if (domain.isStubborn) Object.assign(domain, { isDying: true, name: undefined });
        else this.domains.splice(this.domains.indexOf(domain), 1);
        return ok();
      default:
        return ok();
    }
  }

  #writeNames(): void {
    rmSync(this.#store, { recursive: true, force: true });
    for (const { domid, name } of this.domains) {
      if (name === undefined) continue;
      const folder = join(this.#store, String(domid));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'name'), `${escaped(name)}\n`);
    }
  }
}

/** A domain for it. */
export function fakeDomain(domid: number, name: string | undefined, uuid: string): FakeDomain {
  return { domid, name, uuid, pauses: 0 };
}
