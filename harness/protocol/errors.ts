/**
 * Errors of the protocol. A record that does not arrive is an error, never a shorter run.
 */
import { UserError } from '../../infra/errors.ts';

/**
 * What is wrong with the stream.
 * `missing`: a record is not whole. `cut`: the stream ended before the job did.
 * `conflict`: a repeated fragment differs from the first. `malformed`: a whole record makes no
 * sense. `unexpected`: a record that the job does not call for. `refused`: the introspector
 * answered that it could not do the job.
 */
export type ProtocolProblem =
  | 'missing'
  | 'cut'
  | 'conflict'
  | 'malformed'
  | 'unexpected'
  | 'refused';

/** The introspector's answer cannot be used. */
export class ProtocolError extends UserError {
  readonly problem: ProtocolProblem;

  constructor(problem: ProtocolProblem, message: string, advice?: string) {
    super(message, {
      kind: 'error',
      advice: advice ?? 'Run again; if it recurs, the console log of the run shows what arrived.',
    });
    this.name = 'ProtocolError';
    this.problem = problem;
  }
}
