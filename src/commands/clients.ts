import { command, wholeNumber } from './command.ts';
import { json, note, print, printTable } from './print.ts';

export const clientList = command({
  name: 'client list',
  says: 'apps, and who brought them',
  options: json,
  async run({ operations, options }) {
    const { store } = await operations();
    const rows = (await store.resources.list('client')).map(({ id, source, body }) => {
      const { client_name: name = '', token_endpoint_auth_method: authentication, first_party: firstParty } = body;
      return { id, name, source, authentication, firstParty };
    });
    printTable(options.json, rows, (row) => [row.id, `${row.name}`, row.source, row.firstParty ? 'first party' : '']);
  },
});

export const initialAccessToken = command({
  name: 'client initial-access-token',
  says: 'lets one client register itself; --hours N, 24',
  options: { hours: { type: 'string', default: '24' } },
  async run({ operations, options }) {
    const { oidc } = await (await operations()).provider();
    print([await oidc.mintInitialAccessToken(wholeNumber('--hours', options.hours, 8760) * 3600)]);
    note('Good for one registration (RFC 7591). It is not shown again.');
  },
});
