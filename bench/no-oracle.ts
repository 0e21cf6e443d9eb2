/**
 * Does the time an answer takes tell whether somebody has an address? Pairs of the same step for a known and an unknown
 * address, in turn; printed is the ratio of their medians. 1.00 tells nothing; what lies within the noise tells nothing.
 */
import { autoApp, browserFor, CLIENTS, signedUp, somebody } from '../test/support/people.ts';
import type { Answer, Browser } from '../test/support/rp.ts';
import { type RunningServer, startBacking, startServer } from '../test/support/server.ts';

const PAIRS = 30;

interface Timed {
  /** What comes before, and is not timed. */
  reach(browser: Browser, page: Answer, email: string): Promise<Answer>;
  step(browser: Browser, page: Answer, email: string): Promise<Answer>;
}

const toPassword: Timed['reach'] = (browser, page, email) => browser.submit(page, { username: email });

const steps: Record<string, Timed> = {
  'a wrong password': {
    reach: toPassword,
    step: (browser, page) => browser.submit(page, { 'current-password': 'not the right password' }),
  },
  'asking for a code': { reach: toPassword, step: (browser, page) => browser.submit(page, {}, 'Get a code') },
  'a wrong code': {
    reach: async (browser, page, email) => browser.submit(await toPassword(browser, page, email), {}, 'Get a code'),
    step: (browser, page) => browser.submit(page, { 'one-time-code': '000000' }),
  },
  registering: {
    reach: (browser, page) => browser.post(`${page.url}/register`, {}),
    step: (browser, page, email) => browser.submit(page, { email, 'new-password': 'four horses walk slowly home' }),
  },
  'a forgotten password': {
    reach: async (browser, page, email) => browser.submit(await toPassword(browser, page, email), {}, 'Forgot'),
    step: (browser, page, email) => browser.submit(page, { username: email }),
  },
};

async function timed(server: RunningServer, { reach, step }: Timed, email: string): Promise<number> {
  const browser = browserFor(server.issuer);
  const first = await browser.get((await (await autoApp(server.issuer)).start()).url);
  const page = await reach(browser, first, email);
  const started = performance.now();
  await step(browser, page, email);
  return performance.now() - started;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const backing = await startBacking('postgres');
const server = await startServer({ backing, file: CLIENTS });
try {
  // One account for each pair: wrong guesses are counted for each, and a wait would be an answer of its own.
  const people: string[] = [];
  for (let n = 0; n < PAIRS; n += 1) people.push((await signedUp(server)).person.email);
  for (const [name, step] of Object.entries(steps)) {
    const known: number[] = [];
    const unknown: number[] = [];
    for (const [n, email] of people.entries()) {
      const pair = [
        async () => known.push(await timed(server, step, email)),
        async () => unknown.push(await timed(server, step, somebody().email)),
      ];
      for (const one of n % 2 === 0 ? pair : pair.reverse()) await one();
    }
    const [a, b] = [median(known), median(unknown)];
    console.log(`${name}: ${(a / b).toFixed(2)}  (known ${a.toFixed(1)} ms, unknown ${b.toFixed(1)} ms)`);
  }
} finally {
  await server.stop();
  await backing.close();
}
