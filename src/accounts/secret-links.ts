import { newId, newSecret, type Sealing } from '../base/index.ts';
import type { Store } from '../store/index.ts';

export type LinkPurpose = 'not_me' | 'undo_change' | 'keep_account';

/** Links in mails that do one thing, once: whoever follows one has read the mailbox it was sent to. */
export interface SecretLinks {
  /** Within the transaction of what it is about; it voids the one before about the same. @returns the last part of an address */
  create(purpose: LinkPurpose, subject: string, ttl: number, within: Store): Promise<string>;
  /** Whether it works, without using it up. */
  works(purpose: LinkPurpose, token: string): Promise<boolean>;
  /** What it is about, used up: of any number of parallel tries one hears the subject. */
  use(purpose: LinkPurpose, token: string, within: Store): Promise<string | undefined>;
}

export interface SecretLinksNeeds {
  store: Pick<Store, 'codes'>;
  sealing: Pick<Sealing, 'macs'>;
}

export function createSecretLinks({ store, sealing }: SecretLinksNeeds): SecretLinks {
  const macsOf = (purpose: LinkPurpose, id: string, secret: string) => sealing.macs(secret, `code:${purpose}:${id}`);

  function read(purpose: LinkPurpose, token: string) {
    const [id = '', secret = ''] = token.split('.', 2);
    return { purpose, id, macs: macsOf(purpose, id, secret) };
  }

  return {
    async create(purpose, subject, ttl, within) {
      const [id, secret] = [newId(), newSecret()];
      await within.codes.create({ id, purpose, subject, codeMac: macsOf(purpose, id, secret)[0], ttl });
      return `${id}.${secret}`;
    },
    works: async (purpose, token) => (await store.codes.subjectOf(read(purpose, token))) !== undefined,
    async use(purpose, token, within) {
      const subject = await within.codes.subjectOf(read(purpose, token));
      if (subject === undefined || (await within.codes.verify(read(purpose, token))) !== 'ok') return undefined;
      return subject;
    },
  };
}
