import { Agent, request } from 'node:http';
import { connect } from 'node:net';

export interface RawRequest {
  method?: string;
  /** As it goes over the wire: nothing is encoded or tidied. */
  target: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** One request that follows nothing and adds nothing; `Host` may be forged. Status 0: the connection was closed instead. */
export function raw(origin: string, { method = 'GET', target, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const all = { ...length, ...headers };
    const sent = request(
      { agent, host: hostname, port, method, path: target, headers: all, timeout: 15_000 },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        const done = () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() });
        answer.on('end', done).on('error', done);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${target.slice(0, 200)}`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // Who sends too much may be cut off in the middle of it.
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET') resolve({ status: 0, headers: {}, body: '' });
      else reject(error);
    });
    sent.end(body);
  });
}

/** Bytes on a socket of its own, and what came back until the server closed or `patience` milliseconds passed. */
export function bytes(origin: string, text: string | Buffer, patience = 300): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (data) => (heard += data.toString('latin1')));
    socket.on('error', () => undefined).on('close', () => resolve(heard));
    setTimeout(() => socket.destroy(), patience);
  });
}
