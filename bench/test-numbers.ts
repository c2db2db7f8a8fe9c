// Ranges that are kept for fiction, of 1,000 numbers each: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
const RANGES = [
  '+447700900',
  '+441134960',
  '+441144960',
  '+441154960',
  '+441164960',
  '+441174960',
  '+441184960',
  '+441214960',
  '+441314960',
  '+441414960',
  '+441514960',
  '+441614960',
  '+441914980',
  '+442079460',
  '+442920180',
];
const PER_RANGE = 1000;

/** One of the numbers that nobody has, the same one for the same index; they repeat after the last of all ranges. */
export function testNumber(index: number): string {
  const range = RANGES[Math.floor(index / PER_RANGE) % RANGES.length] ?? '';
  return `${range}${String(index % PER_RANGE).padStart(3, '0')}`;
}
