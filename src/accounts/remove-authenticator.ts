import type { Recorder } from '../audit/index.ts';
import type { Authenticator, Store } from '../store/index.ts';
import { type ChangeOrigin, changeOf, type LinkOrigin } from './change-origin.ts';

/** Within the transaction of whatever takes it away: the row, and the record of it. */
export async function removeAuthenticator(
  { id, userId, factor }: Pick<Authenticator, 'id' | 'userId' | 'factor'>,
  origin: LinkOrigin & Partial<ChangeOrigin>,
  { within, recorder }: { within: Store; recorder: Recorder },
): Promise<void> {
  await within.authenticators.remove(userId, id);
  const data = { factor, authenticator: id };
  await recorder.within(within, { ...changeOf(userId, origin), type: 'factor.removed', data });
}
