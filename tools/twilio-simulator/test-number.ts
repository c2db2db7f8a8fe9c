/** The range that Ofcom keeps free for drama: nobody has these numbers. */
export const TEST_RANGE = '+447700900';

/**
 * A number of the test range.
 *
 * @param index - its last three digits, 0–999
 * @throws RangeError for anything else
 */
export function testNumber(index: number): string {
  if (!Number.isInteger(index) || index < 0 || index > 999) throw new RangeError('0–999');
  return TEST_RANGE + String(index).padStart(3, '0');
}
