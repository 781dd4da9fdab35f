export interface Item {
  readonly sku: string;
  readonly quantity: number;
  readonly price: number;
}

/** Prices in cents. Refuses an order that could not be charged. */
export async function check(items: readonly Item[]): Promise<{ readonly total: number }> {
  if (items.length === 0) throw new TypeError("an order needs at least one item");
  return { total: items.reduce((sum, item) => sum + item.quantity * item.price, 0) };
}
