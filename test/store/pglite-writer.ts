/** A process to be killed: writes users into the embedded database of argv[2] and tells each one that was acknowledged. */
import { createLog } from '../../src/base/index.ts';
import { openStore } from '../../src/store/index.ts';

const { store } = await openStore({ dataDir: process.argv[2] ?? '', log: createLog('silent') });
for (let n = 0; ; n++) {
  const id = `user-${process.pid}-${n}`;
  await store.users.insert({ id, email: `${id}@example.com` });
  process.send?.(id);
}
