import type { CDPSession, Page } from 'playwright-core';

/** An authenticator of the browser's own making, as a laptop with a fingerprint reader has one. */
export interface Authenticator {
  cdp: CDPSession;
  id: string;
  /** Whether its holder's finger is the right one. */
  verify(right: boolean): Promise<void>;
  /** What it holds, private keys and all: a test copies an authenticator with it. */
  credentials(): Promise<Credential[]>;
}

interface Credential {
  credentialId: string;
  isResidentCredential: boolean;
  rpId?: string;
  privateKey: string;
  userHandle?: string;
  signCount: number;
}

/** Gives a window an authenticator. Real WebAuthn of a real browser, only the finger is simulated. */
export async function addAuthenticator(page: Page): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId: id } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    cdp,
    id,
    verify: async (right) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: right });
    },
    credentials: async () => {
      const held = await cdp.send('WebAuthn.getCredentials', { authenticatorId: id });
      return held.credentials;
    },
  };
}
