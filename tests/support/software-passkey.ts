import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import type { LightMyRequestResponse } from 'fastify';
import type { Visitor } from './workbench.ts';

interface Options {
  challenge: string;
  rp?: { id: string };
  rpId?: string;
  user?: { id: string };
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest();
const b64 = (data: Uint8Array) => Buffer.from(data).toString('base64url');

/** A passkey made of a few lines, so that a test can lie where a real authenticator would not. */
export class SoftwarePasskey {
  readonly origin: string;
  readonly id = randomBytes(16);
  readonly #key: { privateKey: KeyObject; publicKey: KeyObject };
  userHandle = '';
  counter = 1;
  /** Whether its holder is said to have been checked. */
  verified = true;

  constructor(origin: string) {
    this.origin = origin;
    this.#key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  #authData(rpId: string, attested: Buffer): Buffer {
    const flags = 0x01 | (this.verified ? 0x04 : 0) | (attested.length > 0 ? 0x40 : 0);
    const head = Buffer.alloc(5);
    head.writeUInt8(flags, 0);
    head.writeUInt32BE(this.counter, 1);
    return Buffer.concat([sha256(rpId), head, attested]);
  }

  /** What a browser gives for the options of a new passkey. */
  create(options: Options) {
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' });
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, Buffer.from(isoCBOR.encode(cose))]);
    this.userHandle = options.user?.id ?? '';
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(this.#authData(options.rp?.id ?? '', attested))],
    ]);
    return this.#credential({
      clientDataJSON: b64(this.#clientData('webauthn.create', options.challenge)),
      attestationObject: b64(isoCBOR.encode(attestation as never)),
      transports: ['internal'],
    });
  }

  /** What a browser gives for the options of a sign-in. */
  get(options: Options) {
    this.counter++;
    const client = this.#clientData('webauthn.get', options.challenge);
    const data = this.#authData(options.rpId ?? '', Buffer.alloc(0));
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.#key.privateKey);
    return this.#credential({
      clientDataJSON: b64(client),
      authenticatorData: b64(data),
      signature: b64(signature),
      userHandle: this.userHandle,
    });
  }

  #credential(response: object) {
    const id = b64(this.id);
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }
}

/** Sends JSON as the page's script does, with the token of the last form seen. */
export function sendJson(visitor: Visitor, url: string, body: object = {}): Promise<LightMyRequestResponse> {
  return visitor.send({ method: 'POST', url, payload: { _csrf: visitor.token, ...body } });
}

/** Makes a passkey for somebody who is signed in by a link. */
export async function makePasskey(visitor: Visitor, origin: string): Promise<SoftwarePasskey> {
  const passkey = new SoftwarePasskey(origin);
  await visitor.get('/account/first-passkey');
  const options = (await sendJson(visitor, '/account/passkeys/options')).json();
  const answer = await sendJson(visitor, '/account/passkeys', {
    response: passkey.create(options),
    name: 'x',
  });
  if (answer.statusCode !== 200) throw new Error(`no passkey: ${answer.statusCode} ${answer.body}`);
  return passkey;
}
