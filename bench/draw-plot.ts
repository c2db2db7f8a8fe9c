import type { Figure } from './figure.ts';

const WIDTH = 860;
const LEFT = 330;
const BAR = 11;
const ROW = 46;
const TOP = 56;
const SCALE = 300;
const COLORS = { naiveShared: '#9aa0a6', noOp: '#d2d5d9', product: '#1a73e8' } as const;
const LABELS = { naiveShared: 'naive port, shared client', noOp: 'stock no-op', product: 'product' } as const;
const SERIES = ['naiveShared', 'noOp', 'product'] as const;

/** Draws what can be compared, each figure relative to the naive port. An SVG without anything from outside. */
export function drawPlot(figures: readonly Figure[]): string {
  const compared = figures.filter(
    ({ values }) => (values.naiveShared ?? 0) > 0 && values.product !== undefined,
  );
  const height = TOP + compared.length * ROW + 16;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    '<title>Each figure relative to the naive port</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...legend(),
    ...compared.flatMap((figure, index) => row(figure, TOP + index * ROW)),
    '</svg>',
    '',
  ].join('\n');
}

function legend(): readonly string[] {
  return SERIES.flatMap((name, index) => {
    const x = LEFT + index * 180;
    return [
      `<rect x="${x}" y="18" width="12" height="12" fill="${COLORS[name]}"/>`,
      `<text x="${x + 18}" y="28" fill="#202124">${LABELS[name]}</text>`,
    ];
  });
}

function row({ number, name, unit, values }: Figure, top: number): readonly string[] {
  const whole = values.naiveShared ?? 1;
  const bars = SERIES.filter((series) => values[series] !== undefined).flatMap((series, index) => {
    const value = values[series] ?? 0;
    const part = value / whole;
    // What is far beyond the naive port is cut off, and says its value all the same.
    const width = Math.max(1, Math.min(part, 1.4) * SCALE);
    const y = top + index * (BAR + 2);
    return [
      `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${COLORS[series]}"/>`,
      `<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + BAR - 1}" fill="#5f6368" font-size="10">${formatValue(value)}</text>`,
    ];
  });
  const label = `${number}. ${name}`;
  return [
    `<text x="${LEFT - 10}" y="${top + 14}" text-anchor="end" fill="#202124">${label}</text>`,
    `<text x="${LEFT - 10}" y="${top + 28}" text-anchor="end" fill="#5f6368" font-size="10">${unit}</text>`,
    ...bars,
  ];
}

function formatValue(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(value < 10 && !Number.isInteger(value) ? 2 : 0);
}
