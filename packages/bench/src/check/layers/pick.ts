/** Spreads references over the modules of a layer: the same for the same numbers. */
export function pick(i: number, salt: number, of: number): number {
  return (i * 7919 + salt * 104_729 + ((i * salt) % 13)) % of;
}
