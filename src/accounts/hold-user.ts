import { AppError } from '../base/index.ts';
import type { Store, User } from '../store/index.ts';

/**
 * Within the transaction of a change that somebody has proven they may make: from here on no other change of this user is
 * made, and everybody may have been signed out since they were read.
 *
 * @param user as they were when the proof was judged
 * @throws AppError `interaction_expired` when that proof is void
 */
export async function holdUser(
  within: Store,
  { id, nothingBefore }: Pick<User, 'id' | 'nothingBefore'>,
): Promise<User> {
  await within.users.lock(id);
  const user = await within.users.find(id);
  if (user?.nothingBefore !== nothingBefore) {
    throw new AppError('interaction_expired', 400, 'everybody was signed out while this was under way');
  }
  return user;
}
