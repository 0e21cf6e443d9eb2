import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CLIENTS } from './people.ts';
import { type Backing, type RunningServer, startBacking, startServer } from './server.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** The command, as an operator types it, with the environment of the server. */
export async function sallyport(env: Record<string, string>, args: string[], input = ''): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...args], { env: { PATH: process.env.PATH ?? '', ...env } });
  const ran = { code: -1, out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (ran.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (ran.err += data.toString()));
  child.stdin.end(input);
  [ran.code] = (await once(child, 'close')) as [number];
  return ran;
}

/** Asks until it is so, at most this long. */
export async function within(milliseconds: number, isSo: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; ) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return isSo();
}

/** A server with its database, and the command in its environment. */
export async function setUp(t: TestContext, file = CLIENTS) {
  const backing = await startBacking('postgres');
  t.after(backing.close);
  const server = await startServer({ backing, file });
  t.after(server.stop);
  const command = (args: string[], input?: string) => sallyport(environmentOf(backing, server), args, input);
  return { backing, server, command };
}

export function environmentOf(backing: Backing, server: RunningServer): Record<string, string> {
  return { ...backing.env, ISSUER: server.issuer, SMTP_URL: server.mail.url };
}

export async function succeeds(ran: Promise<Ran>): Promise<string> {
  const { code, out, err } = await ran;
  assert.equal(code, 0, `${err}${out}`);
  return out;
}
