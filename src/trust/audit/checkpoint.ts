import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { Failure } from '../../kernel/failure.ts';
import type { Hash } from './merkle.ts';

/** The head of the log at one size (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The name of the log, which is the name of its key. */
  origin: string;
  size: number;
  root: Hash;
}

/** A key that signs checkpoints (C2SP signed-note, Ed25519). */
export interface SigningKey {
  name: string;
  key: KeyObject;
  /** The public half in the form others check with. */
  verifier: string;
}

export interface VerifierKey {
  name: string;
  /** Four bytes that tell which key of a name signed. */
  id: Buffer;
  key: KeyObject;
}

const ED25519 = Buffer.of(1);
// DER of an Ed25519 key up to its 32 bytes (RFC 8410).
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');
const NAME = /^[^\s+\p{Cc}]{1,200}$/u;

function keyId(name: string, publicBytes: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\n`).update(ED25519).update(publicBytes).digest().subarray(0, 4);
}

/** A new signing key in text form, to be kept where only the program can read it. */
export function newSigningKey(name: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  return `PRIVATE+KEY+${name}+${idOf(name, privateKey).toString('hex')}+${Buffer.concat([ED25519, seed]).toString('base64')}`;
}

/** @throws Failure when the text is no signing key; it never says the text. */
export function readSigningKey(text: string): SigningKey {
  const parts = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text.trim());
  const [, name = '', id = '', data = ''] = parts ?? [];
  const bytes = Buffer.from(data, 'base64');
  if (parts === null || !NAME.test(name) || bytes.length !== 33 || bytes[0] !== 1) throw noKey();
  const key = createPrivateKey({
    key: Buffer.concat([PRIVATE_DER, bytes.subarray(1)]),
    format: 'der',
    type: 'pkcs8',
  });
  if (idOf(name, key).toString('hex') !== id) throw noKey();
  const publicBytes = publicHalf(key);
  const verifier = `${name}+${id}+${Buffer.concat([ED25519, publicBytes]).toString('base64')}`;
  return { name, key, verifier };
}

function noKey(): Failure {
  return new Failure('The signing key of the audit log cannot be read', {
    todo: 'Put the key back as it was, or take it away so that a new one is made; see docs/audit-log.md',
  });
}

/** @throws Failure when the text is no verifier key. */
export function readVerifierKey(text: string): VerifierKey {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text.trim());
  const [, name = '', id = '', data = ''] = parts ?? [];
  const bytes = Buffer.from(data, 'base64');
  if (parts === null || !NAME.test(name) || bytes.length !== 33 || bytes[0] !== 1) throw noVerifier(text);
  if (keyId(name, bytes.subarray(1)).toString('hex') !== id) throw noVerifier(text);
  const key = createPublicKey({
    key: Buffer.concat([PUBLIC_DER, bytes.subarray(1)]),
    format: 'der',
    type: 'spki',
  });
  return { name, id: Buffer.from(id, 'hex'), key };
}

function noVerifier(text: string): Failure {
  return new Failure(`${JSON.stringify(text.slice(0, 80))} is not a key that checks checkpoints`, {
    todo: 'Give a line such as name+1a2b3c4d+AR...',
  });
}

function publicHalf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}

function idOf(name: string, key: KeyObject): Buffer {
  return keyId(name, publicHalf(key));
}

/** The signed text: origin, size and root, each on a line of its own. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** A checkpoint as it leaves the house: the text, an empty line, and a line for the signature. */
export function signCheckpoint(checkpoint: Checkpoint, { name, key }: SigningKey): string {
  return signNote(checkpointText(checkpoint), name, key);
}

function signNote(text: string, name: string, key: KeyObject): string {
  const signature = Buffer.concat([idOf(name, key), sign(null, Buffer.from(text), key)]);
  return `${text}\n— ${name} ${signature.toString('base64')}\n`;
}

/**
 * The text of a signed note that one of the keys has signed. Signatures of others are passed over.
 * @throws Failure when it is no signed note, no known key has signed it, or a signature of a known key is not right.
 */
export function openNote(note: string, keys: readonly VerifierKey[]): string {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new Failure('It is not a signed note');
  const text = note.slice(0, end + 1);
  const lines = note
    .slice(end + 2)
    .split('\n')
    .slice(0, -1);
  let right = 0;
  for (const line of lines) {
    const parts = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
    const bytes = Buffer.from(parts?.[2] ?? '', 'base64');
    if (parts === null || bytes.length < 5 || bytes.toString('base64') !== parts[2]) {
      throw new Failure('A line of its signatures cannot be read');
    }
    const known = keys.find((key) => key.name === parts[1] && key.id.equals(bytes.subarray(0, 4)));
    if (known === undefined) continue;
    if (!verify(null, Buffer.from(text), known.key, bytes.subarray(4))) {
      throw new Failure(`Its signature by ${known.name} is not right`);
    }
    right++;
  }
  if (right === 0) throw new Failure('No key that is known has signed it');
  return text;
}

/** @throws Failure when the note is not signed by one of the keys, or its text is no checkpoint of that key's log. */
export function openCheckpoint(note: string, keys: readonly VerifierKey[]): Checkpoint {
  const text = openNote(note, keys);
  const parts = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/.exec(text);
  const [, origin = '', size = '', root64 = ''] = parts ?? [];
  const root = Buffer.from(root64, 'base64');
  if (parts === null || root.toString('base64') !== root64 || !Number.isSafeInteger(Number(size))) {
    throw new Failure('Its text is not a checkpoint');
  }
  if (!keys.some((key) => key.name === origin)) throw new Failure(`It is of another log, ${origin}`);
  return { origin, size: Number(size), root };
}

/** The notes of a file of checkpoints, in order: each begins where the signatures of the one before end. */
export function notesIn(file: string): string[] {
  const notes: string[] = [];
  let lines: string[] = [];
  let signed = false;
  for (const line of file.split('\n')) {
    const isSignature = line.startsWith('— ');
    if (signed && !isSignature) {
      notes.push(`${lines.join('\n')}\n`);
      lines = [];
      signed = false;
      if (line === '') continue;
    }
    lines.push(line);
    signed ||= isSignature;
  }
  if (lines.some((line) => line !== '')) notes.push(`${lines.join('\n')}\n`);
  return notes;
}
