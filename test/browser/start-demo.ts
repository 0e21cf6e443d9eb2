import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MailSource } from '../support/mailbox.ts';

const DEMO = fileURLToPath(new URL('../../examples/demo.ts', import.meta.url));

export interface Demo {
  issuer: string;
  auto: string;
  home: string;
  mailbox: string;
  mail: MailSource;
  /** What it has said so far. */
  said(): string;
  /** As Ctrl-C does. @returns the exit code */
  stop(): Promise<number>;
}

/** The demo as a newcomer starts it: from nothing, in a process of its own, on six free ports. */
export async function startDemo(): Promise<Demo> {
  const port = await sixFreePorts();
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-demo-'));
  const { NODE_ENV: _, ...rest } = process.env;
  const child = spawn(process.execPath, [DEMO], {
    env: { ...rest, DATA_DIR: join(dataDir, 'demo'), DEMO_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const heard = (data: Buffer) => {
      output += data.toString();
      if (output.includes('Ctrl-C')) resolve();
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    child.once('exit', () => reject(new Error(`the demo ended:\n${output}`)));
  });
  const at = (offset: number) => `http://localhost:${port + offset}`;
  return {
    issuer: at(0),
    auto: at(1),
    home: at(2),
    mailbox: at(3),
    mail: { messages: async () => (await fetch(`${at(3)}/messages.json`)).json() },
    said: () => output,
    async stop() {
      child.kill('SIGINT');
      const [code] = await ended;
      rmSync(dataDir, { recursive: true, force: true });
      return Number(code);
    },
  };
}

async function sixFreePorts(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all([0, 1, 2, 3, 4, 5].map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, 'localhost', () => probe.close(() => resolve(true)));
  });
}
