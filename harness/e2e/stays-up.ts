/** A testbed on which one run after the other takes place: none of them starts or stops it. */
import type { Testbed } from '../../infra/testbed.ts';

/** The testbed, to be given to a run: what the run made is taken down, and the testbed is not. */
export function staysUp(testbed: Testbed): Testbed {
  return new Proxy(testbed, {
    get(of, name) {
      if (name === 'start' || name === 'stop') return async () => {};
      if (name === 'isEphemeral') return false;
      const value = Reflect.get(of, name, of);
      return typeof value === 'function' ? value.bind(of) : value;
    },
  });
}
