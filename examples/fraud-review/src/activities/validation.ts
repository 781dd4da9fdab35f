export interface Item {
  readonly sku: string;
  readonly quantity: number;
  /** In cents. */
  readonly price: number;
}

/** The order is wrong: no further attempt will change that. */
export class InvalidOrder extends Error {
  override readonly name = "InvalidOrder";
}

export async function check(items: readonly Item[]): Promise<{ readonly total: number }> {
  if (items.length === 0) throw new InvalidOrder("an order needs at least one item");
  for (const { sku, quantity } of items)
    if (!Number.isInteger(quantity) || quantity < 1)
      throw new InvalidOrder(`${sku}: ordered ${quantity} times`);
  return { total: items.reduce((sum, { quantity, price }) => sum + quantity * price, 0) };
}
