import type { Page } from 'playwright-core';

/** A key of Chromium's own making (WebDriver extension of WebAuthn section 11; CDP domain `WebAuthn`). */
export interface VirtualKey {
  /** How many credentials it holds. */
  count(): Promise<number>;
  /** Whether its owner's finger, face or PIN is right from now on. */
  knowsOwner(yes: boolean): Promise<void>;
  remove(): Promise<void>;
}

const KINDS = {
  /** A phone or a laptop with a synced passkey. */
  passkey: { transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  /** A security key to be touched, which knows nobody. */
  'security key': { transport: 'usb', hasResidentKey: false, hasUserVerification: false, isUserVerified: false },
} as const;

/** Plugs a key into a page's browser; it answers whatever it is asked for at once. */
export async function plugIn(page: Page, kind: keyof typeof KINDS): Promise<VirtualKey> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const synced = kind === 'passkey';
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      automaticPresenceSimulation: true,
      defaultBackupEligibility: synced,
      defaultBackupState: synced,
      ...KINDS[kind],
    },
  });
  return {
    count: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    knowsOwner: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }).then(),
    remove: () => cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }).then(),
  };
}
