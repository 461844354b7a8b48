/**
 * The error that a wrong answer is.
 */
import { UserError } from '../../infra/errors.ts';

/** A wrong answer: what is measured is wrong, whatever it cost. */
export function wrongAnswer(message: string): UserError {
  return new UserError(message, {
    kind: 'failure',
    advice: 'A wrong answer has no cost: no figures are given for this run.',
  });
}
