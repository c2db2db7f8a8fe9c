import { afterAll, describe, expect, it } from '@jest/globals';
import { createHttpClient } from '../../../functions/adapters/http-client.ts';
import { createFirestoreDocuments } from '../../../functions/adapters/firestore-documents.ts';
import { createFirestoreRuleWriter } from '../../../functions/adapters/firestore-rule-writer.ts';
import { createDeadline } from '../../../functions/domain/deadline.ts';
import { parsePhoneNumber } from '../../../functions/domain/phone-number.ts';
import { plotSends } from '../../../tools/simulate-attack/plot.ts';
import { DEFAULT_PRICES, formatTable, parsePrices } from '../../../tools/simulate-attack/report.ts';
import { startRuleStore } from '../../../tools/simulate-attack/rule-store.ts';
import { createTraffic } from '../../../tools/simulate-attack/traffic.ts';

describe('the traffic of the simulated day', () => {
  const { sends, networks } = createTraffic();
  const attack = sends.filter(({ isAttack }) => isAttack);
  const honest = sends.filter(({ isAttack }) => !isAttack);
  const prefixesOf = (some: typeof sends) => new Set(some.map(({ number }) => number.slice(0, -4)));

  it('is the same at each call', () => {
    expect(createTraffic().sends).toEqual(sends);
  });

  it('holds the attack that was asked for', () => {
    expect(attack).toHaveLength(10_000);
    expect(new Set(attack.map(({ number }) => number)).size).toBe(10_000);
    expect(new Set(attack.map(({ ip }) => ip)).size).toBeGreaterThan(1950);
    expect(prefixesOf(attack).size).toBe(3);
    expect(new Set(Object.values(networks).map(({ mcc, mnc }) => `${mcc}-${mnc}`)).size).toBe(2);
  });

  it('holds honest logins of six countries, four in five of which use their code', () => {
    const countries = new Set(honest.map(({ number }) => parsePhoneNumber(number)?.country));
    expect(['GB', 'AU', 'FR', 'IE', 'DE'].every((country) => countries.has(country))).toBe(true);
    const used = honest.filter(({ loginAfterMs }) => loginAfterMs !== null);
    expect(Math.round((used.length / honest.length) * 100)).toBe(80);
    expect([...prefixesOf(honest)].filter((prefix) => prefixesOf(attack).has(prefix))).toEqual([]);
  });

  it('is in order, within one day, and of numbers that could exist', () => {
    expect(sends.map(({ atMs }) => atMs)).toEqual(sends.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(sends.every(({ atMs }) => atMs >= 0 && atMs < 86_400_000)).toBe(true);
    expect(sends.filter(({ number }) => parsePhoneNumber(number)?.e164 !== number)).toEqual([]);
  });
});

describe('the report', () => {
  const result = {
    attackSends: [130, 131],
    attackLookups: 10,
    honestSends: 100,
    honestLookups: 90,
    honestRefused: 0,
    logins: 80,
  };
  const variants = [
    { name: 'with', result, minutesToRules: 8.25 },
    { name: 'without', result, minutesToRules: null },
  ];

  it('adds up what it costs', () => {
    const lines = formatTable(variants, { lookup: 0.01, send: 0.1, login: 1 }).split('\n');
    expect(lines.map((line) => line.split('|').map((cell) => cell.trim())).slice(2)).toEqual([
      ['', 'with', '2', '10', '0.30', '91.20', '0', '8.3 min', ''],
      ['', 'without', '2', '10', '0.30', '91.20', '0', 'never', ''],
    ]);
  });

  it('draws a line for each variant', () => {
    const svg = plotSends(variants);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).toContain('>without: 2<');
  });

  it('takes prices by name', () => {
    expect(parsePrices('')).toEqual(DEFAULT_PRICES);
    expect(parsePrices(' lookup = 0.01, send=0.2')).toEqual({ ...DEFAULT_PRICES, lookup: 0.01, send: 0.2 });
  });

  it.each(['lookup', 'lookup=', 'sms=0.1', 'lookup=free', 'toString=1', 'lookup=-1'])(
    'refuses %s',
    (text) => {
      expect(() => parsePrices(text)).toThrow(/^PRICES must list/);
    },
  );
});

describe('the rule store', () => {
  const httpClient = createHttpClient({ maxSockets: 2 });
  afterAll(() => httpClient.close());

  it('keeps rules as Firestore does: created once, changed only as they were read', async () => {
    const store = await startRuleStore();
    const accessToken = () => Promise.reject(new Error('it needs no token'));
    const database = {
      httpClient,
      project: 'p',
      database: '(default)',
      emulatorHost: store.host,
      accessToken,
    };
    const writer = createFirestoreRuleWriter(database);
    const documents = createFirestoreDocuments(database);
    const rule = { id: '+44770090', action: 'block', reason: 'r', expiresAt: new Date(0) } as const;

    const first = await writer.write(rule, createDeadline(1000));
    const second = await writer.write({ ...rule, action: 'monitor' }, createDeadline(1000));
    store.put('blocklist/UZ', { action: { stringValue: 'allow' } });
    const kept = await writer.write({ ...rule, id: 'UZ' }, createDeadline(1000));

    expect([first, second, kept]).toEqual(['created', 'prolonged', 'kept']);
    expect(store.ids('blocklist')).toEqual(['+44770090', 'UZ']);
    expect(await documents.list('blocklist', 1000)).toMatchObject([
      { id: '+44770090', fields: { action: 'monitor', source: 'watch' } },
      { id: 'UZ', fields: { action: 'allow' } },
    ]);
    expect(await documents.get('settings/gateway', 1000)).toBeNull();
    await store.close();
  });
});
