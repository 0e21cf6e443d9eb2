import { command } from './command.ts';
import { json, moment, print, printTable } from './print.ts';

export const keysList = command({
  name: 'keys list',
  says: 'those that sign tokens',
  options: json,
  async run({ operations, options }) {
    const { store } = await operations();
    const rows = (await store.keys.list()).map(({ sealed: _sealed, ...row }) => row);
    printTable(options.json, rows, (row) => [
      row.id,
      row.alg,
      `signs from ${moment(row.activeFrom)}`,
      row.retiresAt === undefined ? '' : `published until ${moment(row.retiresAt)}`,
    ]);
  },
});

export const keysRotate = command({
  name: 'keys rotate',
  says: 'new signing keys; --immediately when the old ones leaked',
  options: { immediately: { type: 'boolean', default: false } },
  async run({ operations, options: { immediately } }) {
    const { oidc } = await (await operations()).provider();
    await oidc.keys.rotate({ immediately });
    print([
      immediately ? 'New keys sign now; the old ones are withdrawn.' : 'New keys are published and will sign soon.',
    ]);
  },
});
