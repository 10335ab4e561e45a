import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real OpenID Connect provider on this machine, with people in it whom a test sets. */
export interface LocalProvider {
  issuer: string;
  /** Claims by the name somebody signs in with. */
  people: Map<string, Record<string, unknown>>;
  /** Changes the ID tokens it gives, signed with its own key unless the signature itself is changed. */
  lie: ((claims: Record<string, unknown>) => Record<string, unknown>) | undefined;
  badSignature: boolean;
  /** A token signed with its key, with claims of the test's own. */
  signed(claims: object, header?: object): string;
  /** Tells it where its client stands. */
  serve(clientOrigin: string): void;
  close(): Promise<void>;
}

export const CLIENT = { id: 'upstander', secret: 'a-secret-of-the-test' };

export async function startProvider(): Promise<LocalProvider> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
  let handle: http.RequestListener = (_request, response) => response.writeHead(503).end();
  const server = http.createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const local: LocalProvider = {
    issuer,
    people: new Map(),
    lie: undefined,
    badSignature: false,
    signed: (claims, header = {}) => {
      const text = `${encoded({ alg: 'RS256', kid: 'k1', typ: 'JWT', ...header })}.${encoded(claims)}`;
      const key = createPrivateKey({ key: jwk as never, format: 'jwk' });
      return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
    },
    serve: (clientOrigin) => {
      const provider = new Provider(issuer, {
        jwks: { keys: [jwk as never] },
        cookies: { keys: ['of the test'] },
        clients: [
          {
            client_id: CLIENT.id,
            client_secret: CLIENT.secret,
            token_endpoint_auth_method: 'client_secret_post',
            redirect_uris: [`${clientOrigin}/sign-in/openid/callback`],
            post_logout_redirect_uris: [`${clientOrigin}/sign-in`],
            backchannel_logout_uri: `${clientOrigin}/sign-in/openid/logout`,
            backchannel_logout_session_required: true,
          },
        ],
        scopes: ['openid', 'profile', 'groups'],
        claims: {
          openid: ['sub'],
          profile: ['name', 'oid', 'employee', 'hasgroups', '_claim_names'],
          groups: ['groups'],
        },
        conformIdTokenClaims: false,
        // Its own guard lets it call no address of this machine, where the client of a test stands.
        fetch: (url: string, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) =>
          fetch(url, options),
        features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
        findAccount: (_context: unknown, sub: string) => ({
          accountId: sub,
          claims: async () => ({ sub, ...local.people.get(sub) }),
        }),
      });
      provider.use(async (context, next) => {
        await next();
        const body = context.body as { id_token?: string } | undefined;
        if (context.path !== '/token' || typeof body?.id_token !== 'string') return;
        const [head = '', claims = '', signature = ''] = body.id_token.split('.');
        const read = JSON.parse(Buffer.from(claims, 'base64url').toString());
        if (local.lie !== undefined) body.id_token = local.signed(local.lie(read));
        if (local.badSignature) {
          const other = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
          body.id_token = `${head}.${claims}.${other}`;
        }
      });
      handle = provider.callback();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return local;
}

/** A browser's way through the provider's own pages, from the address it was sent to, back to the client's. */
export class ProviderVisit {
  readonly #cookies = new Map<string, string>();

  async #fetch(url: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  /** Signs in and agrees to whatever is asked; gives the address of the client that it is sent back to. */
  async signIn(from: string, login: string, client: string): Promise<URL> {
    let url = from;
    for (let step = 0; step < 12; step++) {
      let answer = await this.#fetch(url);
      if (answer.status === 200) {
        const page = await answer.text();
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
        const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1] ?? '';
        answer = await this.#fetch(new URL(action, url).href, { prompt, login, password: 'any' });
      }
      const next = new URL(answer.headers.get('location') ?? '', url);
      if (next.origin === client) return next;
      url = next.href;
    }
    throw new Error('the provider sends round in circles');
  }

  /** Ends the provider's session, as its own sign-out page does. */
  async signOut(from: string): Promise<void> {
    const page = await (await this.#fetch(from)).text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1] ?? '';
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const answer = await this.#fetch(new URL(action, from).href, { xsrf, logout: 'yes' });
    if (answer.status !== 303 && answer.status !== 302) throw new Error(`sign-out: ${answer.status}`);
  }
}
