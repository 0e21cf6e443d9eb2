/**
 * `node test/support/gallery.ts [folder] [part of a name]`: every page in pictures, to be looked at: light and dark on a desk,
 * on a phone 360 pixels wide, and at twice the size; and what axe-core has to say about each. Needs Chromium.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type BrowserContextOptions, chromium, type Page as Tab } from 'playwright-core';
import { createAssets } from '../../src/web/assets.ts';
import { createLanguages } from '../../src/web/languages.ts';
import { createViews } from '../../src/web/views.ts';
import { accountPages } from './gallery-account.ts';
import { federation } from './gallery-federation.ts';
import { firstDoor } from './gallery-pages.ts';
import { secondDoor } from './gallery-second-door.ts';

const scenes = [...firstDoor, ...secondDoor, ...federation, ...accountPages];

/** What a picture is taken with. `zoomed` is a desk's window at 200 %. */
const LOOKS: Record<string, BrowserContextOptions> = {
  light: { viewport: { width: 1100, height: 860 }, colorScheme: 'light' },
  dark: { viewport: { width: 1100, height: 860 }, colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: 'light', deviceScaleFactor: 2 },
  zoomed: { viewport: { width: 550, height: 430 }, colorScheme: 'dark', deviceScaleFactor: 2 },
};

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'";
const views = new URL('../../views/', import.meta.url);
const AXE = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url);

/** Serves the scenes as the product would: the same files, the same policy for scripts and styles. */
export async function serveScenes(): Promise<{ origin: string; close(): void }> {
  const assets = createAssets({ directory: new URL('assets/', views) });
  const languages = createLanguages({ directory: new URL('languages/', views) });
  const { render } = createViews({ directory: views, languages, assets });
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const asset = assets.find(path);
    const scene = scenes.find(({ name }) => path === `/${name}`);
    if (asset) response.writeHead(200, { 'content-type': asset.type }).end(asset.body);
    else if (scene) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CSP });
      response.end(render(scene.view, scene.page));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** One line for each rule that axe-core finds broken (WCAG 2.2 A and AA, and its best practices). */
export async function violations(tab: Tab): Promise<string[]> {
  await tab.evaluate(readFileSync(AXE, 'utf8'));
  const found = await tab.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    return (await axe.run()).violations.map(({ id, nodes }) => ({
      id,
      targets: nodes.map(({ target }) => `${target}`),
    }));
  });
  return found.map(({ id, targets }) => `${id}: ${targets.join(', ')}`);
}

/** What reaches out of the window sideways, which nothing may. */
export function overflow(tab: Tab): Promise<string[]> {
  return tab.evaluate(() => {
    const reaching = [...document.querySelectorAll('body *')].filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return (right > innerWidth + 0.5 || left < -0.5) && !element.closest('.unseen');
    });
    return reaching.map((element) => `${element.localName}.${element.className}`);
  });
}

async function main(folder: string, part: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { origin, close } = await serveScenes();
  const quiet = ['background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--no-first-run', ...quiet],
  });
  for (const [look, options] of Object.entries(LOOKS)) {
    const context = await browser.newContext(options);
    const tab = await context.newPage();
    tab.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) console.log(`${tab.url()} ${message.text()}`);
    });
    for (const { name } of scenes.filter((scene) => scene.name.includes(part))) {
      await tab.goto(`${origin}/${name}`, { waitUntil: 'load' });
      await tab.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
      const faults = [...(await violations(tab)), ...(await overflow(tab)).map((what) => `overflow: ${what}`)];
      for (const fault of faults) console.log(`${name} (${look}) ${fault}`);
    }
    await context.close();
  }
  await browser.close();
  close();
  console.log(`${scenes.length} pages in ${folder}`);
}

if (import.meta.main) await main(resolve(process.argv[2] ?? 'gallery'), process.argv[3] ?? '');
