/**
 * Writes a moment as Twilio does: UTC, without fractions of a second.
 *
 * @param ms - milliseconds since 1970
 */
export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
