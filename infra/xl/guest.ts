/** A domain as xl sees it, whoever made it. */
import {
  type Guest,
  type GuestType,
  type GuestWatch,
  type StrangersGuest,
  SUSPENDED,
} from '../testbed.ts';
import type { CommandHost } from './commands.ts';
import { byCommands, type GuestControl } from './control.ts';
import { watchGuest } from './guest-watch.ts';
import type { DomainState, ListedDomain } from './list.ts';

/** One domain, by its id: a later domain of the same name is another. */
export class XlGuest<C extends GuestControl = GuestControl> implements Guest {
  readonly name: string;
  readonly domid: number;
  readonly type: GuestType;
  protected readonly host: CommandHost;
  protected readonly control: C;

  constructor(
    host: CommandHost,
    { name, domid }: Pick<ListedDomain, 'name' | 'domid'>,
    type: GuestType,
    control: C,
  ) {
    this.host = host;
    this.control = control;
    this.name = name;
    this.domid = domid;
    this.type = type;
  }

  async pause(): Promise<void> {
    await this.control.pause(this);
  }

  async unpause(): Promise<void> {
    await this.control.unpause(this);
  }

  async beforeListening(_kind: string): Promise<void> {}

  async afterListening(): Promise<void> {}

  async alive(): Promise<boolean> {
    const state = await this.state();
    return state === 'running' || state === 'paused' || state === SUSPENDED;
  }

  async state(): Promise<string> {
    return (await this.listed())?.state ?? 'gone';
  }

  protected async listed(): Promise<DomainState | undefined> {
    const domains = await this.control.states();
    return domains.find(({ domid }) => domid === this.domid);
  }
}

/** What is told of a stranger's guest, for whoever has to let it go on when we cannot. */
export interface GuestAccount {
  /** Called before it is paused. */
  pausing(guest: ListedDomain): Promise<void>;
  /** Called when it goes on. */
  unpaused(guest: ListedDomain): Promise<void>;
  /** Called before its events of this kind are listened to. */
  listening(guest: ListedDomain, type: GuestType, kind: string): Promise<void>;
  /** Called when nobody listens any more. */
  unlistened(guest: ListedDomain): Promise<void>;
}

/** A domain that is not ours. What is done to it is written down before. */
export class XlStrangersGuest extends XlGuest implements StrangersGuest {
  readonly #found: ListedDomain;
  readonly #account: GuestAccount | undefined;

  constructor(
    host: CommandHost,
    found: ListedDomain,
    type: GuestType,
    account: GuestAccount | undefined,
  ) {
    super(host, found, type, byCommands(host));
    this.#found = found;
    this.#account = account;
  }

  override async pause(): Promise<void> {
    await this.#account?.pausing(this.#found);
    await super.pause();
  }

  override async unpause(): Promise<void> {
    await super.unpause();
    await this.#account?.unpaused(this.#found);
  }

  override async beforeListening(kind: string): Promise<void> {
    await this.#account?.listening(this.#found, this.type, kind);
  }

  override async afterListening(): Promise<void> {
    await this.#account?.unlistened(this.#found);
  }

  watch(): Promise<GuestWatch> {
    return watchGuest(this.host, this);
  }
}
