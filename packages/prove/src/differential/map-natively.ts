/** What `map` of the authoring API has to be, as the ordinary async function that one would write. */
export async function mapNatively(
  items: Iterable<unknown>,
  fn: (item: unknown, index: number) => unknown,
  { concurrency }: { readonly concurrency: number },
): Promise<readonly unknown[]> {
  const list = [...items];
  const results = new Array<unknown>(list.length);
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < list.length && !failed) {
      const index = next++;
      try {
        results[index] = await fn(list[index], index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, list.length) }, () => lane()));
  return results;
}
