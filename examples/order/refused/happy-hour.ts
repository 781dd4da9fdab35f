/** Looks harmless. But a replay tomorrow would see another hour, and charge another sum. */
export function isHappyHour(): boolean {
  const hour = Math.floor(Date.now() / 3_600_000) % 24;
  return hour >= 17 && hour < 19;
}
