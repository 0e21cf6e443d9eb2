import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { overflow, violations } from './gallery.ts';

const PICTURES = fileURLToPath(new URL('../pictures/', import.meta.url));
const QUIET = ['background-networking', 'component-update', 'sync', 'default-apps', 'domain-reliability'];

/** A desk in light and dark, and a phone: what every page has to be right in. */
const LOOKS = {
  light: { colorScheme: 'light', size: { width: 1100, height: 860 } },
  dark: { colorScheme: 'dark', size: { width: 1100, height: 860 } },
  phone: { colorScheme: 'light', size: { width: 360, height: 740 } },
} as const;

/** One person's browser window, and what went wrong in it. */
export interface Window {
  page: Page;
  /** Errors of the console (a broken content security policy is one), of scripts, and answers of 500 and above. */
  faults: string[];
  close(): Promise<void>;
}

/** Opens windows of one Chromium, which ends with the test file. Each has cookies of its own. */
export function createWindows(): (options?: BrowserContextOptions) => Promise<Window> {
  let started: Promise<Browser> | undefined;
  after(async () => (await started)?.close());

  return async (options = {}) => {
    started ??= chromium.launch({
      executablePath: executable(),
      args: ['--no-sandbox', '--no-first-run', ...QUIET.map((name) => `--disable-${name}`)],
    });
    const context = await (await started).newContext({ viewport: LOOKS.light.size, ...options });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => {
      // Chromium writes every answer of 400 and above as an error; those are pages of ours, and looked at.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
      faults.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => {
      // A page that is left before its fade has begun: the browser's own affair.
      if (!/^Transition was (?:aborted|skipped)/.test(error.message)) faults.push(`${page.url()}: ${error.message}`);
    });
    page.on('response', (answer) => {
      if (answer.status() >= 500) faults.push(`${answer.url()}: ${answer.status()}`);
    });
    return { page, faults, close: () => context.close() };
  };
}

function executable(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const paths = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = paths.find((path) => existsSync(path));
  if (!found) throw new Error('Chromium is not installed.');
  return found;
}

/** Fills fields by what they are for (their `autocomplete` token), as a password manager would. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [token, value] of Object.entries(values)) {
    await page.locator(`input[autocomplete~="${token}"]:not(.unseen)`).first().fill(value);
  }
}

/** Presses the page's main button and waits for the page that comes of it. */
export async function submit(page: Page, values: Record<string, string> = {}): Promise<void> {
  await fill(page, values);
  await leaving(page, () => page.locator('button.primary').click());
}

/** Waits until an action has brought another document, whole. */
export async function leaving(page: Page, action: () => Promise<unknown>): Promise<void> {
  await Promise.all([page.waitForEvent('load'), action()]);
}

/** What is wrong with a page in each look; a picture of each is left in `test/pictures` for people to see. */
export async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(PICTURES, { recursive: true });
  const wrong: string[] = [];
  await page.mouse.move(0, 0);
  for (const [way, { colorScheme, size }] of Object.entries(LOOKS)) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(size);
    await page.screenshot({ path: join(PICTURES, `${name}-${way}.png`), fullPage: true });
    const found = [...(await violations(page)), ...(await overflow(page)).map((what) => `too wide: ${what}`)];
    wrong.push(...found.map((what) => `${name} (${way}) ${what}`));
  }
  await page.emulateMedia({ colorScheme: LOOKS.light.colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize(LOOKS.light.size);
  return wrong;
}
