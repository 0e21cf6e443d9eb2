import { Client } from 'undici';

export interface Reply {
  status: number;
  body: string;
  location: string | undefined;
}

interface Request {
  method?: 'GET' | 'POST';
  /** Path, or an address of the same server. */
  to: string;
  form?: Record<string, string>;
  headers?: Record<string, string>;
}

/** One keep-alive connection with the cookies of one browser. */
export interface Connection {
  send(request: Request): Promise<Reply>;
  /** Becomes a browser that was never here. */
  forget(): void;
  close(): Promise<void>;
}

/** @param address what the connection says it comes from, for servers that limit by address behind a proxy */
export function openConnection(origin: string, address: string): Connection {
  const client = new Client(origin, { pipelining: 1, keepAliveTimeout: 60_000 });
  const cookies = new Map<string, string>();

  function take(header: string | string[] | undefined): void {
    for (const line of [header ?? []].flat()) {
      const pair = line.split(';', 1)[0] ?? '';
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(name.length + 1);
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
  }

  return {
    async send({ method = 'GET', to, form, headers = {} }) {
      const url = new URL(to, origin);
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await client.request({
        method,
        path: url.pathname + url.search,
        headers: {
          'x-forwarded-for': address,
          ...(cookie !== '' && { cookie }),
          ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...headers,
        },
        ...(form !== undefined && { body: new URLSearchParams(form).toString() }),
      });
      take(answer.headers['set-cookie']);
      const { location } = answer.headers;
      const body = await answer.body.text();
      return { status: answer.statusCode, body, location: typeof location === 'string' ? location : undefined };
    },
    forget: () => cookies.clear(),
    close: () => client.close(),
  };
}
