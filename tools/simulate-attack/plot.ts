import type { Variant } from './report.ts';

const SIZE = { width: 720, height: 360 };
const MARGIN = { left: 64, right: 190, top: 40, bottom: 44 };
const COLOURS = ['#b91c1c', '#d97706', '#2563eb', '#15803d'];
const FROM_MINUTE = 90;
const TO_MINUTE = 420;
const TOP = 10_000;
const STEP_MINUTES = 2;

/** Draws how many sends of the attack had reached Verify, over the time of the day: one line for each variant, as SVG. */
export function plotSends(variants: readonly Variant[]): string {
  const lines = variants.map(({ name, result }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '#000';
    const sends = result.attackSends;
    // Names of lines that end together stand one below the other.
    const labelY = MARGIN.top + 14 + index * 18;
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${pointsOf(sends)}"/>`,
      `<text x="${SIZE.width - MARGIN.right + 12}" y="${labelY}" fill="${colour}">${name}: ${sends.length}</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="14">Sends of the attack that reached Verify, in all</text>`,
    ...axes(),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function pointsOf(sends: readonly number[]): string {
  const points: string[] = [];
  for (let minute = FROM_MINUTE; minute <= TO_MINUTE; minute += STEP_MINUTES) {
    points.push(`${x(minute)},${y(sends.filter((at) => at <= minute).length)}`);
  }
  return points.join(' ');
}

function axes(): readonly string[] {
  const hours = [2, 3, 4, 5, 6, 7].map(
    (hour) =>
      `<text x="${x(hour * 60)}" y="${SIZE.height - 22}" text-anchor="middle">${String(hour).padStart(2, '0')}:00</text>`,
  );
  const counts = [0, 2500, 5000, 7500, 10_000].map((count) => {
    const at = y(count);
    const line = `<line x1="${MARGIN.left}" x2="${SIZE.width - MARGIN.right}" y1="${at}" y2="${at}" stroke="#e5e7eb"/>`;
    return `${line}<text x="${MARGIN.left - 8}" y="${at + 4}" text-anchor="end">${count}</text>`;
  });
  return [...counts, ...hours];
}

function x(minute: number): number {
  const width = SIZE.width - MARGIN.left - MARGIN.right;
  return Math.round(MARGIN.left + ((minute - FROM_MINUTE) / (TO_MINUTE - FROM_MINUTE)) * width);
}

function y(count: number): number {
  const height = SIZE.height - MARGIN.top - MARGIN.bottom;
  return Math.round((MARGIN.top + (1 - count / TOP) * height) * 10) / 10;
}
