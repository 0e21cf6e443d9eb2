import { deviceName } from '../messaging/index.ts';

/** What keeps a key, by the model it says it is (AAGUID). A word for its owner only: nothing is decided by it. */
const KEEPERS = new Map(
  Object.entries({
    'fbfc3007-154e-4ecc-8c0b-6e020557d7bd': 'iCloud Keychain',
    'dd4ec289-e01d-41c9-bb89-70fa845d4bf2': 'iCloud Keychain',
    'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4': 'Google Password Manager',
    'adce0002-35bc-c60a-648b-0b25f1f05503': 'Chrome, Mac',
    '771b48fd-d3d4-4f74-9232-fc157ab0507a': 'Edge, Mac',
    '08987058-cadc-4b81-b6e1-30de50dcbe96': 'Windows Hello',
    '9ddd1817-af5a-4672-a2b9-3e3dd95000a9': 'Windows Hello',
    '6028b017-b1d4-4c02-b4b3-afcdafc96bb2': 'Windows Hello',
    '53414d53-554e-4700-0000-000000000000': 'Samsung Pass',
    'bada5566-a7aa-401f-bd96-45619a55120d': '1Password',
    'd548826e-79b4-db40-a3d8-11116f7e8349': 'Bitwarden',
    '531126d6-e717-415c-9320-3d9aa6981239': 'Dashlane',
    'b84e4048-15dc-4dd0-8640-f4f60813c8af': 'NordPass',
    '0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6': 'Keeper',
    '50726f74-6f6e-5061-7373-50726f746f6e': 'Proton Pass',
    'fdb141b2-5d84-443e-8a35-4698c205a502': 'KeePassXC',
  }),
);

const LONGEST = 60;

/**
 * How a new key is called in its owner's list: as they say, else by what keeps it, else by the device it is part of. A
 * key that is carried about has no such name; undefined then.
 *
 * @param given what was typed
 */
export function passkeyName(
  given: string | undefined,
  { aaguid, transports }: { aaguid: string; transports: readonly string[] },
  userAgent: string,
): string | undefined {
  const typed = [...(given ?? '').replace(/\p{C}/gu, '').trim()].slice(0, LONGEST).join('');
  if (typed !== '') return typed;
  return KEEPERS.get(aaguid) ?? (transports.includes('internal') ? deviceName(userAgent)?.system : undefined);
}
