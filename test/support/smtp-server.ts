import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A mail as the server took it. */
export interface ReceivedMail {
  /** The Message-ID, without its brackets. */
  id: string;
  /** The envelope's. */
  sender: string;
  to: string;
  /** Names in lower case, unfolded, not decoded. */
  headers: Record<string, string>;
  subject: string;
  text: string;
  html: string;
  raw: string;
}

type Command = 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

interface Behaviour {
  /** The reply to this command, for DATA the one after the message: for example `550 5.1.1 nobody here`. */
  refuse?: Partial<Record<Command, string>>;
  /** Milliseconds before each reply. */
  slow?: number;
  /** Takes the message and drops the connection instead of saying so. */
  dropAfterData?: boolean;
}

export interface SmtpServer {
  url: string;
  /** Newest first. */
  messages(): ReceivedMail[];
  /** How it treats commands from now on. */
  behave(behaviour: Behaviour): void;
  /** User and password pairs it was given. */
  logins(): string[];
  close(): Promise<void>;
}

interface Session {
  sender: string;
  to: string;
  /** Lines of the message while it comes. */
  data: string[] | undefined;
}

/** A small real SMTP server on the loopback (RFC 5321; AUTH PLAIN, RFC 4616), that keeps what it is sent. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const logins: string[] = [];
  const sockets = new Set<Socket>();
  let behaviour: Behaviour = {};

  /** @returns the reply, or undefined where the protocol has none. */
  function answer(line: string, session: Session, socket: Socket): string | undefined {
    if (session.data) {
      if (line !== '.') {
        // RFC 5321 section 4.5.2.
        session.data.push(line.startsWith('.') ? line.slice(1) : line);
        return undefined;
      }
      const raw = session.data.join('\r\n');
      session.data = undefined;
      const refusal = behaviour.refuse?.DATA;
      if (refusal) return refusal;
      mails.unshift({ ...parseMail(raw), sender: session.sender, to: session.to });
      if (behaviour.dropAfterData) socket.destroy();
      return '250 2.0.0 taken';
    }
    const [verb = '', argument = ''] = split(line);
    const refusal = verb === 'DATA' ? undefined : behaviour.refuse?.[verb as Command];
    if (refusal) return refusal;
    switch (verb) {
      case 'EHLO':
        return '250-test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN';
      case 'AUTH': {
        const [, user, password] = Buffer.from(split(argument)[1], 'base64').toString().split('\0');
        logins.push(`${user}:${password}`);
        return '235 2.7.0 welcome';
      }
      case 'MAIL':
        session.sender = /<(.*?)>/.exec(argument)?.[1] ?? '';
        return '250 2.1.0 ok';
      case 'RCPT':
        session.to = /<(.*?)>/.exec(argument)?.[1] ?? '';
        return '250 2.1.5 ok';
      case 'DATA':
        session.data = [];
        return '354 go on';
      case 'RSET':
      case 'NOOP':
        return '250 2.0.0 ok';
      case 'QUIT':
        return '221 2.0.0 bye';
      default:
        return '502 5.5.1 not here';
    }
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    const session: Session = { sender: '', to: '', data: undefined };
    let rest = '';
    let replies = Promise.resolve();
    const reply = (text: string): void => {
      replies = replies.then(async () => {
        if (behaviour.slow) await sleep(behaviour.slow);
        if (socket.writable) socket.write(`${text}\r\n`);
      });
    };
    reply('220 test ESMTP');
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const text = answer(line, session, socket);
        if (text) reply(text);
      }
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });

  return {
    url: `smtp://127.0.0.1:${port}`,
    messages: () => [...mails],
    logins: () => [...logins],
    behave(next) {
      behaviour = next;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The first word, in capitals, and what follows it. */
function split(line: string): [word: string, rest: string] {
  const [, word = '', rest = ''] = /^(\S*)\s?(.*)$/s.exec(line) ?? [];
  return [word.toUpperCase(), rest];
}

/** Reads MIME (RFC 2045 to 2047) as far as a mail of text with an HTML alternative needs it. */
function parseMail(raw: string): Omit<ReceivedMail, 'sender' | 'to'> {
  const { headers } = entity(raw);
  const parts = leaves(raw);
  const content = (type: string) => parts.find((part) => part.type === type)?.content ?? '';
  return {
    id: (headers['message-id'] ?? '').replace(/^<|>$/g, ''),
    headers,
    subject: decodeWords(headers.subject ?? ''),
    text: content('text/plain'),
    html: content('text/html'),
    raw,
  };
}

function entity(raw: string): { headers: Record<string, string>; body: string } {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.replace(/^[^:]*:\s*/, '')]);
  return { headers: Object.fromEntries(headers), body: body.join('\r\n\r\n') };
}

/** The parts that hold something, out of all that hold parts. */
function leaves(raw: string): { type: string; content: string }[] {
  const { headers, body } = entity(raw);
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) {
    const content = decodeBody(body, headers['content-transfer-encoding'] ?? '7bit').replaceAll('\r\n', '\n');
    return [{ type: type.split(';', 1)[0] ?? '', content }];
  }
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1);
  return parts.flatMap((part) => leaves(part.replace(/^\r\n/, '')));
}

function decodeBody(body: string, encoding: string): string {
  if (encoding.toLowerCase() === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return encoding.toLowerCase() === 'quoted-printable' ? decodeQuoted(body.replace(/=\r\n/g, '')) : body;
}

function decodeQuoted(text: string): string {
  const bytes = text.replace(/(?:=[0-9A-F]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('=', ''), 'hex').toString('latin1'),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Encoded words of a header, RFC 2047; white space between two of them is none. */
function decodeWords(text: string): string {
  return text.replace(/\?=\s+=\?/g, '?==?').replace(/(?:=\?utf-8\?[BQ]\?[^?]*\?=)+/gi, (run) => {
    const words = [...run.matchAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi)];
    const bytes = words.map(([, how = '', word = '']) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64')
        : Buffer.from(
            word
              .replaceAll('_', ' ')
              .replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          ),
    );
    return Buffer.concat(bytes).toString('utf8');
  });
}
