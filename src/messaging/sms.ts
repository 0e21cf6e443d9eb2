/** A text message as it waits in the outbox: its words are found when it is sent. */
export type SmsPayload = {
  /** E.164 */
  to: string;
  /** What it is for; a gateway may route or price by it. */
  purpose: 'second_factor' | 'verify_phone';
  /** A language tag; the nearest that there are words for is taken. */
  lang: string;
  client: { name: string };
  code: string;
  /** Seconds since the epoch, and how long the code works from then on. */
  at: number;
  minutes: number;
};

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
