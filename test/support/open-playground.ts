import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** The page in a browser, as a person has it before them. */
export interface OpenPlayground {
  readonly page: Page;
  /** What went wrong within the page: errors on its console, exceptions, requests to anywhere but its server. */
  readonly complaints: readonly string[];
  /** Fills in and sends; waits for the answer, and returns what it says. */
  send(recipient: string, door?: 'connection' | 'action'): Promise<string>;
  /** Plays a scenario; returns what its steps say. */
  play(scenario: string): Promise<readonly string[]>;
  /** What axe finds, as `rule: element`. */
  findBarriers(): Promise<readonly string[]>;
}

const WAIT_MS = 45_000;
// Read, not imported: its types would bring the whole DOM into the project.
const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RUN_AXE =
  'axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))';

/** Opens the page and waits until it shows what the stack holds. */
export async function openPlayground(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPlayground> {
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  page.setDefaultTimeout(WAIT_MS);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) complaints.push(`a request to ${request.url()}`);
  });
  await page.goto(url);
  await page.locator('#health li').first().waitFor();
  await page.locator('#rules li').first().waitFor();
  const answerLine = page.locator('#answer .answer-line');

  return {
    page,
    complaints,
    send: async (recipient, door = 'connection') => {
      await page.evaluate("document.querySelector('#answer').replaceChildren()");
      await page.getByLabel('Recipient', { exact: true }).fill(recipient);
      await page.getByRole('radio', { name: door === 'action' ? 'Action' : 'Connection' }).check();
      await page.locator('#send').click();
      await answerLine.waitFor();
      return (await answerLine.textContent()) ?? '';
    },
    play: async (scenario) => {
      await page.getByRole('button', { name: scenario, exact: true }).click();
      const run = page.locator('#scenario-run');
      await run.locator('h3', { hasText: scenario }).waitFor();
      await page.locator('#scenario-run:not([data-state=running])').waitFor();
      return run.locator('.steps li').allTextContents();
    },
    findBarriers: async () => {
      await page.evaluate(AXE);
      return page.evaluate<readonly string[]>(RUN_AXE);
    },
  };
}
