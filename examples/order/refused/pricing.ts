import { isHappyHour } from "./happy-hour.js";

export function withDiscount(total: number): number {
  return isHappyHour() ? Math.round(total * 0.9) : total;
}
