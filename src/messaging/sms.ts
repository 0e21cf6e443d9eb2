/** A text message as it waits in the outbox: its words are found when it is sent. */
export type SmsPayload = TextedCode | TextedNotice;

type Texted = {
  /** E.164 */
  to: string;
  /** A language tag; the nearest that there are words for is taken. */
  lang: string;
  client: { name: string };
  /** Seconds since the epoch, and how long the code or link works from then on. */
  at: number;
  minutes: number;
};

/** What it is for; a gateway may route or price by it. */
export type TextedCode = Texted & { purpose: 'second_factor' | 'verify_phone'; code: string };

/** To a number that is, or was, an account's: the link takes back what it tells. */
export type TextedNotice = Texted & { purpose: 'phone_changed' | 'recovery_waiting'; link: string };

/** A text message as it goes out. */
export interface SmsMessage {
  /** Of the outbox: the same for every try. */
  id: string;
  to: string;
  text: string;
  purpose: string;
}

/** A way out for text messages. */
export interface SmsGateway {
  name: string;
  /** Resolves when the provider has taken it. @throws DeliveryError, `final` when no gateway could send this message */
  send(message: SmsMessage, signal: AbortSignal): Promise<void>;
}
