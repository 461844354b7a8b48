/**
 * What all steps of a run share: its facts so far, what must be undone, and the faults that end it
 * whatever it waits for.
 */
import { setTimeout } from 'node:timers/promises';
import type { CodeBase } from '../../infra/code/code-base.ts';
import { UserError } from '../../infra/errors.ts';
import type { Progress, Testbed } from '../../infra/testbed.ts';
import type { Creation } from '../plan/plan.ts';
import type { SampledPlan, Suite } from '../plan/suite.ts';
import type { Life } from './life.ts';
import { noFacts, type RunFacts } from './outcome.ts';
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
  /** The code that the arms run on. */
  codeBase: CodeBase;
  progress: Progress;
  /**
   * Asked before each unit of the level that grows whether those before it are enough; absent: all that is
   * planned is measured.
   */
  enough?: ((plans: readonly SampledPlan[], units: number) => Promise<boolean>) | undefined;
  /** Fires when the user wants to stop. */
  signal: AbortSignal;
}

/** What is undone together, and the signal that it is about to be. */
interface Level {
  scope: Scope;
  closing: AbortController;
}

function newLevel(): Level {
  return { scope: new Scope(), closing: new AbortController() };
}

function close({ scope, closing }: Level, progress: Progress): Promise<CleanupProblem[]> {
  closing.abort();
  let isSaid = false;
  return scope.close((what) => {
    if (!isSaid) progress.step('Taking down');
    isSaid = true;
    progress.detail(what);
  });
}

/** A run under way: one life of a testbed. */
export class RunState {
  readonly suite: Suite;
  readonly life: Life;
  readonly context: RunContext;
  readonly facts: RunFacts;
  readonly #fault = new AbortController();
  readonly #host = newLevel();
  /** The innermost level: what is made now is undone with it. */
  #level = this.#host;
  readonly #problems: CleanupProblem[] = [];
  #creation: Creation | undefined;
  #leaving = false;
  #loss: UserError | undefined;
  #lost: Promise<void> = new Promise(() => {});

  constructor(suite: Suite, context: RunContext, life: Life) {
    this.suite = suite;
    this.context = context;
    this.life = life;
    this.facts = noFacts(life.machine);
  }

  /** The creation under way, as the plan has it. */
  get creation(): Creation {
    if (this.#creation === undefined) throw new Error('no domains are being created');
    return this.#creation;
  }

  /** Where samples are taken now. */
  get place(): Creation {
    return { boot: this.life.boot, domain: this.creation.domain };
  }

  /** Tells whoever follows this life what is known by now. */
  noted(): Promise<void> {
    return this.life.note(this.facts);
  }

  /** How long a domain may be silent, in milliseconds. */
  get silenceMs(): number {
    return this.suite[0].options.timeout * 1000;
  }

  /** Fires with a UserError when the run cannot go on. */
  get fault(): AbortSignal {
    return this.#fault.signal;
  }

  /** Fires when the domains made now are about to be taken down: their end is no fault then. */
  get closing(): AbortSignal {
    return this.#level.closing.signal;
  }

  /** Whether the host is gone: nothing on it needs undoing, and nothing there answers. */
  get lost(): boolean {
    return this.#loss !== undefined;
  }

  /**
   * Whether nothing on the host needs undoing: it is gone, or is about to be switched off with all that is
   * on it.
   */
  get isOver(): boolean {
    const leaving = this.#leaving || this.fault.aborted;
    return this.lost || (leaving && this.context.testbed.isEphemeral === true);
  }

  /** All is done that this run does on its host. */
  leave(): void {
    this.#leaving = true;
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
    this.#level.scope.defer(what, action);
  }

  /**
   * Takes charge of the testbed: it is stopped at the end, and its loss is a fault. Stopping has no
   * deadline: a host that is left half undone is worse than one that is waited for, and a second Ctrl-C
   * ends the waiting.
   */
  own(testbed: Testbed): void {
    this.#host.scope.defer(STOP, () => testbed.stop(), null);
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

  /** Does a part of a creation, or all, and undoes right after it what was made in it, however it ends. */
  async within(creation: Creation, work: () => Promise<void>): Promise<void> {
    const outer = { level: this.#level, creation: this.#creation };
    const level = newLevel();
    this.#level = level;
    this.#creation = creation;
    try {
      await work();
    } catch (error) {
      await this.loss();
      throw error;
    } finally {
      this.#problems.push(...(await close(level, this.context.progress)));
      this.#level = outer.level;
      this.#creation = outer.creation;
    }
  }

  /** Takes everything down, last first. @returns what could not be; of a lost host only the host */
  async undo(): Promise<CleanupProblem[]> {
    this.#problems.push(...(await close(this.#host, this.context.progress)));
    return this.lost ? this.#problems.filter(({ what }) => what === STOP) : this.#problems;
  }
}
