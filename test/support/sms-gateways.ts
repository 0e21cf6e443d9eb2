import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the provider saw it. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  /** Fields of the form, or of the JSON. */
  fields: Record<string, string>;
}

/** How a stand-in is to answer next: as the provider would, or with one of its oddities. */
export type Mood = 'takes it' | 'bad number' | 'throttled' | 'broken' | 'silent' | 'unauthorized';

export interface SmsStandIn {
  /** For `SMS_URL`. */
  url: string;
  received: Received[];
  mood: Mood;
  close(): Promise<void>;
}

type Speak = (mood: Mood, response: ServerResponse) => void;

const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

/** Twilio: 201 with the message's resource, errors with a code of its own. */
const twilio: Speak = (mood, response) => {
  const error = (status: number, code: number, message: string, headers = {}) =>
    json(response, status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);
  if (mood === 'takes it') json(response, 201, { sid: 'SM0123456789abcdef', status: 'queued', error_code: null });
  else if (mood === 'bad number') error(400, 21211, "The 'To' number is not a valid phone number.");
  else if (mood === 'throttled') error(429, 20429, 'Too Many Requests', { 'retry-after': '1' });
  else if (mood === 'unauthorized') error(401, 20003, 'Authenticate');
  else response.writeHead(503).end('<html>upstream</html>');
};

/** Vonage: always 200, the truth in the status of each part. */
const vonage: Speak = (mood, response) => {
  const part = (status: string, text?: string) =>
    json(response, 200, { 'message-count': '1', messages: [{ status, ...(text ? { 'error-text': text } : {}) }] });
  if (mood === 'takes it') part('0');
  else if (mood === 'bad number') part('6', 'The message was rejected because the number is invalid');
  else if (mood === 'throttled') part('1', 'Throughput Rate Exceeded');
  else if (mood === 'unauthorized') part('4', 'Bad Credentials');
  else response.writeHead(500).end();
};

const webhook: Speak = (mood, response) => {
  const status = { 'takes it': 202, 'bad number': 422, throttled: 429, unauthorized: 401, broken: 500, silent: 0 }[
    mood
  ];
  response.writeHead(status).end();
};

const dialects = {
  twilio: {
    speak: twilio,
    url: (at: string) => `twilio://AC123:secret@api.twilio.com?from=%2B15005550006&endpoint=${at}`,
  },
  vonage: { speak: vonage, url: (at: string) => `vonage://key:secret@rest.nexmo.com?from=Example&endpoint=${at}` },
  webhook: { speak: webhook, url: (at: string) => `${at}/sms` },
};

/** A gateway on the loopback that speaks a provider's real dialect. */
export async function startSmsGateway(dialect: keyof typeof dialects): Promise<SmsStandIn> {
  const { speak, url } = dialects[dialect];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const isJson = request.headers['content-type']?.includes('json');
    const fields = isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    standIn.received.push({ path: request.url ?? '', headers: request.headers, fields });
    if (standIn.mood !== 'silent') speak(standIn.mood, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const standIn: SmsStandIn = {
    url: url(`http://127.0.0.1:${port}`),
    received: [],
    mood: 'takes it',
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return standIn;
}

/** The code in the newest message to a number, once it is there. @throws Error when none came in time */
export function textedCode(standIn: SmsStandIn, to: string, seen = 0): Promise<string> {
  return inText(standIn, to, /#(\d{6})$/, seen);
}

/** The address in it. */
export function textedLink(standIn: SmsStandIn, to: string): Promise<string> {
  return inText(standIn, to, /(https?:\S+)$/, 0);
}

async function inText({ received }: SmsStandIn, to: string, wanted: RegExp, seen: number): Promise<string> {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((wait) => setTimeout(wait, 20))) {
    const mine = received.filter(({ fields }) => (fields.to ?? fields.To) === to);
    const { text, Body } = (mine.length > seen ? mine.at(-1)?.fields : undefined) ?? {};
    const [, found] = wanted.exec(text ?? Body ?? '') ?? [];
    if (found) return found;
  }
  throw new Error(`no such text message came to ${to}`);
}
