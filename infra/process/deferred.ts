/** A promise with its two handles (Promise.withResolvers, which Node 20 does not have). */
export interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** Makes one. A rejection that nobody awaits is not an error of the process. */
export function deferred<T>(): Deferred<T> {
  let handles: Pick<Deferred<T>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    handles = { resolve, reject };
  });
  promise.catch(() => undefined);
  if (handles === undefined) throw new Error('a promise ran no executor');
  return { promise, ...handles };
}
