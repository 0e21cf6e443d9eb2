import type { Transporter } from 'nodemailer';
import { AppError } from '../base/index.ts';
import { DeliveryError } from './delivery-error.ts';
import type { MailTransport } from './mail.ts';

/** Milliseconds for each thing a server may keep us waiting for. */
const PATIENCE = 10_000;

/**
 * Mail by SMTP (RFC 5321) over a few kept connections. The library is loaded with the first mail.
 *
 * @param url `smtp://user:password@host:port` (STARTTLS where the server offers it) or `smtps://…` (TLS from the start).
 */
export function createSmtp(url: string): MailTransport {
  const options = optionsOf(url);
  let opened: Promise<Transporter> | undefined;

  async function open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    const transporter = createTransport(options);
    // Errors come with the message they concern; this one has no other listener and would end the process.
    transporter.on('error', () => undefined);
    return transporter;
  }

  return {
    async send({ id, from, to, subject, text, html, lang, at }, signal) {
      opened ??= open();
      const transporter = await opened;
      const domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost';
      const headers = {
        'Content-Language': lang,
        // No holiday note answers a code (RFC 3834 section 5).
        'Auto-Submitted': 'auto-generated',
      };
      const message = { messageId: `<${id}@${domain}>`, date: new Date(at), from, subject, text, html, headers };
      try {
        await transporter.sendMail({ ...message, to: { name: '', address: to }, signal });
      } catch (error) {
        throw deliveryError(error as SmtpError);
      }
    },
    close() {
      opened?.then((transporter) => transporter.close()).catch(() => undefined);
    },
  };
}

/** Connects and signs in, and sends nothing. @throws Error that says what the server, or the way to it, said. */
export async function checkSmtp(url: string): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transporter = createTransport({ ...optionsOf(url), pool: false as never });
  try {
    await transporter.verify();
  } finally {
    transporter.close();
  }
}

function optionsOf(url: string) {
  const { protocol, hostname, port, username, password } = new URL(url);
  if (protocol !== 'smtp:' && protocol !== 'smtps:') {
    throw new AppError('configuration', 500, 'the mail server is given as smtp://… or smtps://…');
  }
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    secure: protocol === 'smtps:',
    ...(port !== '' && { port: Number(port) }),
    ...(username !== '' && { auth }),
    pool: true as const,
    maxConnections: 8,
    // Trying again is the outbox's: it counts.
    maxRequeues: 0,
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    dnsTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

interface SmtpError extends Error {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  permanent?: boolean;
}

/** The sender or the recipient was refused, or the whole message; not our connection or our password. */
const ABOUT_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);
const AUTHENTICATION_REQUIRED = 530;

function deliveryError(error: SmtpError): DeliveryError {
  const { code = error.name, command, response, responseCode, permanent } = error;
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  const said = [code, responseCode, enhanced, command && /^[A-Z ]+/.exec(command)?.[0]].filter(Boolean).join(' ');
  const final = permanent === true && ABOUT_THE_MESSAGE.has(code) && responseCode !== AUTHENTICATION_REQUIRED;
  return new DeliveryError(`SMTP: ${said}`, { final, cause: error });
}
