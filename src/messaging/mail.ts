/** What every mail says besides its matter: who asked, from where, when. */
export type Asked = {
  /** Seconds since the epoch. */
  at: number;
  ip?: string | undefined;
  userAgent?: string | undefined;
};

/** `minutes` is how long the code works, counted from `at`; a mail that is late for it is not sent. */
type Coded = Asked & { code: string; minutes: number };

/** `what` by its name, of a factor or a provider; `link` is for whoever did not do it. */
type Change = Asked & { what: string; link: string };

/** Every kind of mail with what it needs to be told. A view (`views/mail/<kind>.eta`) and words for each. */
export type MailParams = {
  verify_email: Coded;
  sign_in_code: Coded;
  second_factor_code: Coded;
  reset_password: Coded & { link: string };
  already_registered: Asked;
  password_changed: Asked;
  factor_added: Change;
  factor_removed: Change;
  identity_linked: Change;
  identity_unlinked: Change;
  password_removed: Change;
  /** Somebody signed in with a browser that was not known. */
  new_device: Change;
  /** To the old address; the link takes the change back, as in the next. */
  email_changed: Asked & { link: string };
  phone_changed: Asked & { link: string };
  /** `due`: seconds since the epoch; the link keeps the account. */
  deletion_requested: Asked & { due: number; link: string };
  account_deleted: Asked;
  /** `due`: when they are let in; the link says no. */
  recovery_waiting: Asked & { due: number; link: string };
  /** The link leads to where it can be downloaded by its owner, signed in. */
  export_ready: Asked & { due: number; link: string };
  /** To an administrator; `what` is the user's id. */
  compromise_reported: Asked & { what: string };
};

export type MailKind = keyof MailParams;

/** To whom, in which language, and in which app's name. */
export type Addressed<Params> = {
  to: string;
  /** A language tag; the nearest that there are words for is taken. */
  lang: string;
  client?: { name: string } | undefined;
  params: Params;
};

/** A mail as it waits in the outbox. */
export type MailPayload = Addressed<
  Asked & { code?: string; minutes?: number; link?: string; what?: string; due?: number }
> & {
  kind: MailKind;
};

/** A mail as it goes out. */
export interface MailMessage {
  /** Of the outbox; the Message-ID is made from it. */
  id: string;
  from: string;
  to: string;
  /** One line, whatever went into it. */
  subject: string;
  text: string;
  html: string;
  lang: string;
  /** Epoch milliseconds. */
  at: number;
}

/** A way out for mail. */
export interface MailTransport {
  /** Resolves when the next server has taken it. @throws DeliveryError */
  send(message: MailMessage, signal: AbortSignal): Promise<void>;
  close(): void;
}
