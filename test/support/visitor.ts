import type { Visitor } from '../../src/selfservice/index.ts';

/** Somebody on their account pages of whom nothing is known, for sections that are asked without a server. */
export const visitor: Visitor = {
  ...{ authenticators: [], sessionUid: 's', now: 0 },
  user: {
    ...{ id: 'u', emailVerified: false, phoneVerified: false, attributes: {}, groups: [], credentials: [] },
    ...{ disabled: false, nothingBefore: 0, createdAt: 0, updatedAt: 0 },
  },
  origin: { client: { id: 'account', name: '' }, lang: 'en', ip: '', userAgent: '' },
};
