import * as client from 'openid-client';
import { Failure } from '../kernel/failure.ts';
import type { Records } from '../stores/records/records.ts';
import type { Identity } from './identity-file.ts';
import { ask, takeQuestion } from './question.ts';
import { milliseconds, SIGN_IN } from './settings.ts';

export type OpenIdSettings = NonNullable<Identity['openid']>;

/** Claims of an ID token whose signature, issuer, audience, nonce and times have been checked. */
export type Claims = Record<string, unknown> & { iss: string; sub: string };

/** What a sign-in at the provider is for. */
export interface Errand {
  /** The session whose holder is to show again who they are; null to come in. */
  stepUpOf: string | null;
  /** The query that says what waits for them. */
  way: string;
}

export const CALLBACK = '/sign-in/openid/callback';

/** The force's own provider, as OpenID Connect describes itself at its issuer's address. */
export class OpenIdProvider {
  readonly settings: OpenIdSettings;
  readonly #origin: () => string;
  #found: Promise<client.Configuration> | undefined;

  constructor(settings: OpenIdSettings, origin: () => string) {
    this.settings = settings;
    this.#origin = origin;
  }

  /** What the provider says of itself; asked for once it is needed, again after it could not be reached. */
  configuration(): Promise<client.Configuration> {
    this.#found ??= this.#discover().catch((cause) => {
      this.#found = undefined;
      throw new Failure('The force’s sign-in does not answer', {
        todo: 'Try again in a minute; if it stays so, tell whoever runs Upstander',
        cause,
      });
    });
    return this.#found;
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, client_id: id, clientSecret } = this.settings;
    const insecure = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
    const secret = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret);
    return client.discovery(new URL(issuer), id, {}, secret, {
      // The token comes straight from the provider over TLS; its signature is checked all the same.
      execute: [client.enableNonRepudiationChecks, ...insecure],
      timeout: 10,
    });
  }

  /** Where the browser goes to sign in, and the token it carries there and back in a cookie. */
  async begin(records: Records, errand: Errand, now: Date): Promise<{ url: URL; token: string }> {
    const configuration = await this.configuration();
    const verifier = client.randomPKCECodeVerifier();
    const facts = { ...errand, verifier, state: client.randomState(), nonce: client.randomNonce() };
    const token = await ask(records, { kind: 'openid', sessionId: null, facts }, now);
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: new URL(CALLBACK, this.#origin()).href,
      scope: this.settings.scopes.join(' '),
      state: facts.state,
      nonce: facts.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(errand.stepUpOf === null ? {} : { max_age: '0', prompt: 'login' }),
    });
    return { url, token };
  }

  /**
   * Takes the provider's answer, brought by the browser that was sent there.
   * @throws Failure when it does not belong to this browser's question, is too old, or does not stand the checks.
   */
  async finish(
    records: Records,
    answer: { path: string; token: string | undefined },
    now: Date,
  ): Promise<{ claims: Claims; errand: Errand }> {
    const asked = await takeQuestion(records, answer.token, 'openid', null, now);
    if (asked === undefined) {
      throw new Failure('This sign-in was not begun in this browser, or took too long', {
        todo: 'Begin it again',
      });
    }
    const configuration = await this.configuration();
    try {
      const tokens = await client.authorizationCodeGrant(
        configuration,
        new URL(answer.path, this.#origin()),
        {
          pkceCodeVerifier: String(asked.verifier),
          expectedState: String(asked.state),
          expectedNonce: String(asked.nonce),
          idTokenExpected: true,
          ...(asked.stepUpOf === null ? {} : { maxAge: milliseconds(SIGN_IN.stepUpLasts) / 1000 }),
        },
      );
      const claims = tokens.claims() as Claims | undefined;
      if (claims === undefined) throw new Error('no ID token');
      return {
        claims,
        errand: { stepUpOf: asked.stepUpOf as string | null, way: String(asked.way) },
      };
    } catch (cause) {
      throw new Failure('The force’s sign-in gave an answer that cannot be accepted', {
        todo: 'Begin again; if it stays so, tell whoever runs Upstander',
        cause,
      });
    }
  }

  /** Where the browser goes to sign out there as well; undefined when the provider has no such place. */
  async logoutUrl(): Promise<URL | undefined> {
    const configuration = await this.configuration();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    return client.buildEndSessionUrl(configuration, {
      client_id: this.settings.client_id,
      post_logout_redirect_uri: new URL('/sign-in', this.#origin()).href,
    });
  }
}
