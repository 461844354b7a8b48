/**
 * What all steps of a run share: its facts so far, what must be undone, and the faults that end it
 * whatever it waits for.
 */
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../infra/errors.ts';
import type { Progress, Testbed } from '../../infra/testbed.ts';
import type { Suite } from '../plan/suite.ts';
import type { RunFacts } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import { type CleanupProblem, Scope } from './scope.ts';
import { settledUnlessAborted, unlessAborted } from './wait.ts';

/** Names the undoing of the whole testbed. */
const STOP = 'stop the testbed';

/** Time between the first sign that a host is dying and the word that it is dead. */
const LOSS_GRACE_MS = 200;

/** Time that a call has to undo itself when the run has ended. */
const GRACE_MS = 15_000;

/** What a run needs besides its plan. */
export interface RunContext {
  testbed: Testbed;
  recorder: Recorder;
  progress: Progress;
  /** Fires when the user wants to stop. */
  signal: AbortSignal;
}

/** A run under way. */
export class RunState {
  readonly suite: Suite;
  readonly context: RunContext;
  readonly facts: RunFacts = {
    introspectors: [],
    digests: [],
    events: [],
    skipped: [],
    refusals: [],
    domains: [],
    consoles: {},
    warnings: [],
  };
  readonly #scope = new Scope();
  readonly #fault = new AbortController();
  readonly #closing = new AbortController();
  #loss: UserError | undefined;
  #lost: Promise<void> = new Promise(() => {});

  constructor(suite: Suite, context: RunContext) {
    this.suite = suite;
    this.context = context;
  }

  /** How long a domain may be silent, in milliseconds. */
  get silenceMs(): number {
    return this.suite[0].options.timeout * 1000;
  }

  /** Fires with a UserError when the run cannot go on. */
  get fault(): AbortSignal {
    return this.#fault.signal;
  }

  /** Fires when the domains are about to be taken down: their end is no fault then. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Whether the host is gone: nothing on it needs undoing, and nothing there answers. */
  get lost(): boolean {
    return this.#loss !== undefined;
  }

  /** Ends the run with this error; the first one counts. */
  fail(error: UserError): void {
    this.#fault.abort(error);
  }

  /** Waits for a promise, or for a fault. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return unlessAborted(promise, this.fault);
  }

  /** The same for a call that makes something: what it makes too late goes to `undo`. */
  make<T>(promise: Promise<T>, undo: (made: T) => Promise<void>): Promise<T> {
    return settledUnlessAborted(promise, this.fault, undo, () => (this.lost ? 0 : GRACE_MS));
  }

  /** Registers what `undo` will do; `what` completes "could not …". */
  defer(what: string, action: () => Promise<void>): void {
    this.#scope.defer(what, action);
  }

  /** Takes charge of the testbed: it is stopped at the end, and its loss is a fault. */
  own(testbed: Testbed): void {
    this.#scope.defer(STOP, () => testbed.stop(), 60_000);
    this.#lost = testbed.lost.then((reason) => {
      this.#loss = new UserError(`The testbed was lost: ${reason}`, {
        advice: 'Run again; tinyvmi-bench doctor checks the machine.',
      });
      this.fail(this.#loss);
    });
  }

  /** A host that dies shows in many ways at once, and its own word for it may come last: waits for it. */
  async loss(): Promise<UserError | undefined> {
    await Promise.race([this.#lost, setTimeout(LOSS_GRACE_MS)]);
    return this.#loss;
  }

  /** Takes everything down, last first. @returns what could not be; of a lost host only the host */
  async undo(): Promise<CleanupProblem[]> {
    this.#closing.abort();
    const problems = await this.#scope.close();
    return this.lost ? problems.filter(({ what }) => what === STOP) : problems;
  }
}
