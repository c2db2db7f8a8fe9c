import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { startOwnStack, type OwnStack } from '../../tools/playground/start-own-stack.ts';
import { NUMBERS } from '../../tools/twilio-simulator/numbers.ts';
import { testNumber } from '../../tools/twilio-simulator/test-number.ts';
import { startBrowser } from '../support/browser.ts';
import { describeWith } from '../support/describe-with.ts';
import { openPlayground, type OpenPlayground } from '../support/open-playground.ts';

// The page of `make dev`, clicked through in a real browser against the running functions.

const TEST_MS = 120_000;
// The numbers 65x are ordinary ones that no scenario picks.
const browser = await startBrowser();
afterAll(() => browser?.close());

describeWith(browser)('the playground', () => {
  let stack: OwnStack;
  let playground: OpenPlayground;

  beforeAll(async () => {
    if (browser === null) return;
    stack = await startOwnStack();
    playground = await openPlayground(browser, stack.pageUrl);
  }, TEST_MS);
  afterAll(() => stack.stop(), TEST_MS);

  const page = () => playground.page;
  /** The newest decision about a number, by the two digits that a log line shows. */
  const decision = (number: string, badge: string): Locator =>
    page()
      .locator('#decisions li', { hasText: `•${number.slice(-2)}` })
      .filter({ hasText: badge })
      .first();
  const message = (to: string): Locator => page().locator('#messages li', { hasText: to }).first();
  const verification = (to: string, status: string): Locator =>
    page().locator('#verifications li', { hasText: to }).filter({ hasText: status }).first();
  const rule = (id: string): Locator => page().locator('#rules li', { hasText: id });
  /** Changes something, and waits until the gateway has read it. */
  const inForce = async (change: () => Promise<unknown>): Promise<void> => {
    const before = (await page().locator('#reading').getAttribute('data-read-at')) ?? '';
    await change();
    await page().locator(`#reading:not([data-read-at="${before}"])`, { hasText: 'in force since' }).waitFor();
  };
  const total = async (name: string): Promise<string> =>
    (await page().locator('#totals div', { hasText: name }).locator('strong').textContent()) ?? '';

  it(
    'sends a code, shows it on the phone, and logs in with it',
    async () => {
      const number = testNumber(651);
      expect(await playground.send(number)).toMatch(/^200 sent in \d+ ms$/);
      await decision(number, 'Sent').waitFor();
      expect(await decision(number, 'Sent').textContent()).toContain('O2 - UK 234-10 · Lookup paid');
      await verification(number, 'pending').waitFor();

      await message(number)
        .getByRole('button', { name: /^Use \d{6}$/ })
        .click();
      await page().keyboard.press('Enter');

      await page().locator('#login-result', { hasText: 'Right code: logged in. log-stream: 200' }).waitFor();
      await verification(number, 'approved').waitFor();
      await decision(number, 'Approved').waitFor();
    },
    TEST_MS,
  );

  it(
    'refuses a wrong code and reports nothing',
    async () => {
      const number = testNumber(652);
      await playground.send(number);
      await message(number).waitFor();
      await page().getByLabel('Log in as').fill(number);
      await page().getByLabel('Code', { exact: true }).fill('00');
      await page().locator('#login').click();

      await page().locator('#login-result', { hasText: 'Wrong code' }).waitFor();
      expect(await verification(number, 'pending').count()).toBe(1);
    },
    TEST_MS,
  );

  it(
    'says what a bad template, Fraud Guard and a sample rule come to',
    async () => {
      await page().getByLabel('Example templates').selectOption('Bad: two codes');
      expect(await playground.send(testNumber(653))).toContain('422 code_not_found');
      await page().getByLabel('Example templates').selectOption('A sentence');
      expect(await playground.send(NUMBERS.fraudGuard, 'action')).toContain('403 blocked_by_provider');
      expect(await playground.send(NUMBERS.manx, 'action')).toContain('403 blocked');

      expect(await decision(NUMBERS.manx, 'Blocked').textContent()).toContain('rule 234-58');
    },
    TEST_MS,
  );

  it(
    'blocks by a rule, watches by it, lets it expire, and removes it',
    async () => {
      const number = testNumber(654);
      await page().getByLabel('New rule').fill(number);
      await inForce(() => page().getByRole('button', { name: 'Add' }).click());
      await rule(number).waitFor();
      expect(await playground.send(number, 'action')).toContain('403 blocked');
      await decision(number, 'Blocked').waitFor();

      await inForce(() => page().getByLabel(`Action of ${number}`).selectOption('monitor'));
      expect(await playground.send(number, 'action')).toContain('200 sent');
      await decision(number, 'Monitored').waitFor();

      await inForce(() => page().getByLabel(`Expiry of ${number}`).selectOption('0'));
      await page().locator('#rules li.off', { hasText: number }).waitFor();
      expect(await playground.send(number, 'action')).toContain('200 sent');
      await decision(number, 'Sent').waitFor();

      await page()
        .getByRole('button', { name: `Remove ${number}` })
        .click();
      await rule(number).waitFor({ state: 'detached' });
    },
    TEST_MS,
  );

  it(
    'refuses a rule that matches nothing, with the hint of the gateway',
    async () => {
      await page().getByLabel('New rule').fill('UK');
      await page().getByRole('button', { name: 'Add' }).click();

      await page().locator('#rule-result', { hasText: 'did you mean GB' }).waitFor();
      expect(await page().locator('#rules code', { hasText: 'UK' }).count()).toBe(0);
      await page().getByLabel('New rule').fill('');
    },
    TEST_MS,
  );

  it(
    'checks the settings while they are typed, saves them, and removes them',
    async () => {
      const text = page().getByLabel('Settings as JSON');
      await text.fill('{"mode": "strict"}');
      await page().locator('#settings-hints', { hasText: 'mode is not one of enforce' }).waitFor();
      await text.fill('{"mode": "monitor"}');
      await page().locator('#settings-text[aria-invalid=false]').waitFor();
      await inForce(() => page().getByRole('button', { name: 'Save' }).click());
      await page().locator('#settings-hints', { hasText: 'Saved.' }).waitFor();
      expect(await playground.send(testNumber(201), 'action')).toContain('200 sent');
      await decision(testNumber(201), 'would be blocked by 234-58').waitFor();

      await inForce(() => page().locator('#remove-settings').click());
      await page().locator('#settings-hints', { hasText: 'Removed' }).waitFor();
      expect(await playground.send(testNumber(201), 'action')).toContain('403 blocked');
    },
    TEST_MS,
  );

  it.each<[string, readonly RegExp[]]>([
    [
      'SMS pumping from one prefix',
      [/10 sent, 10 Lookups paid/, /read by the gateway/, /10 blocked, 0 sent, 0 Lookups paid/],
    ],
    ['Lookup is down', [/next 2 Lookups/, /200 sent.*lookup=unavailable/, /200 sent by sms.*O2 - UK/]],
    [
      'Firestore is down',
      [/read by the gateway/, /reset from now on/, /403 blocked.*still blocked.*rules\.stale/, /200 sent/],
    ],
    [
      'Re-send',
      [/200 sent/, /canceled, pending/, /200 duplicate/, /Wrong code.*Right code.*canceled, approved/],
    ],
    ['Landline', [/200 sent by sms/, /422 channel_not_possible/, /read by the gateway/, /403 blocked by/]],
    [
      'Log batch redelivered',
      [/200 sent/, /approved 1.*Calls to Twilio: 1/, /200 processed.*Calls to Twilio: 0/],
    ],
  ])(
    'plays %s, and puts everything back',
    async (name, expected) => {
      const rulesBefore = await page().locator('#rules code').allTextContents();
      const steps = await playground.play(name);

      expect(steps).toHaveLength(expected.length + 1);
      expected.forEach((pattern, index) => expect(steps[index]).toMatch(pattern));
      expect(steps.at(-1)).toContain('Everything is put back');
      expect(await page().locator('#scenario-run').getAttribute('data-state')).toBe('done');
      await page().locator('#health .down').first().waitFor({ state: 'detached' });
      expect(await page().locator('#rules code').allTextContents()).toEqual(rulesBefore);
      expect(await page().getByLabel('Settings as JSON').inputValue()).toBe('');
    },
    TEST_MS,
  );

  it(
    'adds up what happened, with prices that the reader assumes',
    async () => {
      const blocked = Number(await total('Blocked'));
      expect(blocked).toBeGreaterThanOrEqual(10);
      await page().getByLabel('one sent code').fill('2');
      expect(await total('Cost avoided')).toBe(`$${(blocked * 2).toFixed(2)}`);
      expect(await total('Conversion')).toMatch(/^\d+ %$/);
    },
    TEST_MS,
  );

  it(
    'starts the gateway again with all channels, and shows a call and an e-mail',
    async () => {
      const channel = page().getByLabel('Channel', { exact: true });
      await channel.selectOption('call');
      expect(await playground.send(testNumber(655))).toContain('422 channel_not_possible');
      await page().getByRole('button', { name: 'Enable all four' }).click();
      await page().locator('#channel-hint', { hasText: 'whatsapp' }).waitFor();
      await page().locator('#enable-channels').waitFor({ state: 'hidden' });

      expect(await playground.send(testNumber(655))).toContain('200 sent');
      await message(testNumber(655)).getByText('Call', { exact: true }).waitFor();
      await channel.selectOption('email');
      expect(await playground.send('someone@example.com', 'action')).toContain('200 sent');
      await message('someone@example.com').getByText('E-mail').waitFor();
      await channel.selectOption('');
    },
    TEST_MS,
  );

  it(
    'is used from the keyboard alone',
    async () => {
      const { keyboard } = page();
      const number = testNumber(656);
      await page().reload();
      await page().locator('#rules li').first().waitFor();
      const focusOn = async (selector: string): Promise<void> => {
        for (let presses = 0; presses < 60; presses += 1) {
          await keyboard.press('Tab');
          if (await page().evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`))
            return;
        }
        throw new Error(`Tab does not reach ${selector}`);
      };
      await focusOn('#recipient');
      await keyboard.press('Control+A');
      await keyboard.type(number);
      await focusOn('input[type=radio]');
      await keyboard.press('ArrowRight');
      await focusOn('#send');
      await keyboard.press('Enter');
      await message(number).waitFor();
      await focusOn('#messages li:first-child button');
      await keyboard.press('Space');
      await keyboard.press('Enter');
      await page().locator('#login-result', { hasText: 'Right code' }).waitFor();
      await focusOn('#rule-id');
      await keyboard.type(number);
      await keyboard.press('Enter');
      await rule(number).waitFor();
      await focusOn(`[aria-label="Remove ${number}"]`);
      await keyboard.press('Enter');
      await rule(number).waitFor({ state: 'detached' });
      await focusOn('[data-scenario=redelivered]');
      await keyboard.press('Enter');

      await page().locator('#scenario-run[data-scenario=redelivered][data-state=done]').waitFor();
      expect(await verification(number, 'approved').count()).toBe(1);
    },
    TEST_MS,
  );

  it(
    'shows two readers the same',
    async () => {
      if (browser === null) return;
      const other = await openPlayground(browser, stack.pageUrl);
      await playground.send(testNumber(657), 'action');

      await other.page.locator('#messages li', { hasText: testNumber(657) }).waitFor();
      expect(other.complaints).toEqual([]);
      await other.page.close();
    },
    TEST_MS,
  );

  it.each<['light' | 'dark', number, number]>([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 768, 1024],
    ['light', 360, 780],
    ['dark', 360, 780],
  ])(
    'has no barrier that axe finds, and nothing beside the screen: %s, %i px wide',
    async (colorScheme, width, height) => {
      if (browser === null) return;
      const other = await openPlayground(browser, stack.pageUrl, {
        colorScheme,
        viewport: { width, height },
      });
      await other.page.locator('#decisions li').first().waitFor();

      expect(await other.findBarriers()).toEqual([]);
      expect(await other.page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
      expect(other.complaints).toEqual([]);
      await other.page.close();
    },
    TEST_MS,
  );

  it('has had no error on its console, and asked nobody but its own server', () => {
    expect(playground.complaints).toEqual([]);
  });

  it(
    'says so when the stack has ended',
    async () => {
      await stack.stop();
      await page().locator('#notice', { hasText: 'does not answer' }).waitFor();
      expect(await rule('234-51').count()).toBe(1);
    },
    TEST_MS,
  );
});
