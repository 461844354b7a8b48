/**
 * Domains of ours that a host has from its beginning, because it was saved with them: the first that asks
 * for one like that gets it, without waiting.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DomainSpec } from '../testbed.ts';

/** A domain that is there, and paused. */
export interface PresentDomain {
  spec: DomainSpec;
  domid: number;
  /** Its configuration as the toolstack got it. */
  config: string;
}

/** Those of one host that nobody asked for yet. */
export class PresentDomains {
  readonly #left: PresentDomain[];

  constructor(present: readonly PresentDomain[]) {
    this.#left = [...present];
  }

  /** Gives away the domain that would be made of this configuration; undefined: there is none. */
  take(spec: DomainSpec, config: string): PresentDomain | undefined {
    return this.#out((domain) => domain.config === config && isDeepStrictEqual(domain.spec, spec));
  }

  /** Gives away one that only has the name, and is in the way of whatever is to have it. */
  inTheWay(name: string): PresentDomain | undefined {
    return this.#out(({ spec }) => spec.name === name);
  }

  #out(wanted: (domain: PresentDomain) => boolean): PresentDomain | undefined {
    const at = this.#left.findIndex(wanted);
    return at < 0 ? undefined : this.#left.splice(at, 1)[0];
  }
}
