/*
 * A compiled async function outside of a run: the native async function that it was, tick for tick. `await` here stands where
 * `await` stood there; the start is synchronous; the result resolves the same promise.
 */
import type { FiberBody } from "../core/fiber.js";

export async function nativeFiber(
  body: FiberBody,
  self: unknown,
  args: ArrayLike<unknown>,
): Promise<unknown> {
  const generator = Reflect.apply(body, self, args as never[]);
  let result = generator.next();
  while (result.done !== true) {
    let value: unknown;
    try {
      value = await result.value;
    } catch (error) {
      result = generator.throw(error);
      continue;
    }
    result = generator.next(value);
  }
  return result.value;
}
