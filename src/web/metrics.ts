import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../base/index.ts';

/** A number of this moment, with what tells it from others of its name. */
export interface Metric {
  /** By Prometheus' rules: the unit at the end. */
  name: string;
  help: string;
  values: readonly { labels?: Readonly<Record<string, string>>; value: number }[];
}

export interface MetricsNeeds {
  host: string;
  port: number;
  /** Asked for at each scrape. */
  collect: () => Promise<Metric[]>;
  log: Log;
}

/** Numbers for Prometheus (text exposition format 0.0.4), on a port of its own: they are not for the public. */
export async function startMetrics({
  host,
  port,
  collect,
  log,
}: MetricsNeeds): Promise<{ port: number; close(): void }> {
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end();
    try {
      const text = (await collect()).map(exposed).join('');
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    } catch (error) {
      log.warn({ cause: (error as Error).message }, 'metrics could not be collected');
      response.writeHead(503).end();
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

function exposed({ name, help, values }: Metric): string {
  const lines = values.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/[\\"\n]/g, '_')}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}
