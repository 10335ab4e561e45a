#!/usr/bin/env node
// An independent checker of a certificate of erasure. It shares no line with the program that writes them and needs nothing but
// Node.js 20; the format stands in docs/retention.md.
//
//   node certificate.mjs --certificate certificate.json --key 'upstander/...+1a2b3c4d+AR...' [--key ...]
//
// Exit status: 0 sound, 1 something is wrong, 2 it was called wrongly.

import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const h = (...pieces) => pieces.reduce((acc, piece) => acc.update(piece), createHash('sha256')).digest();

/** What is wrong with a certificate, given as parsed JSON; nothing when it is sound. `keys` are verifier keys in text form. */
export function problemsOf(file, keys) {
  const problems = [];
  const say = (what) => problems.push(what);
  try {
    if (file.format !== 'upstander certificate of erasure' || file.version !== 1)
      say('it is no certificate of erasure');
    const leaf = JSON.parse(file.leaf);
    if (leaf.n !== file.entry) say('the entry is not the one it names');
    if (leaf.act !== 'erasure' || leaf.action !== 'erase' || leaf.outcome !== 'done')
      say('the entry is no erasure');
    const committed = createHmac('sha256', Buffer.from(file.opening.salt, 'hex'))
      .update(`more\n${file.opening.value}`)
      .digest('hex');
    if (leaf.commitments?.more !== committed) say('the entry does not hold this certificate');
    if (JSON.stringify(JSON.parse(file.opening.value).certificate) !== JSON.stringify(file.certificate)) {
      say('what is shown is not what the entry holds');
    }
    const { size, root } = openNote(file.checkpoint, keys);
    if (
      !leads(
        h(Uint8Array.of(0), file.leaf),
        file.entry,
        size,
        file.proof.map((one) => Buffer.from(one, 'base64')),
        root,
      )
    ) {
      say('the entry is not in the log of that checkpoint');
    }
  } catch (problem) {
    say(`it cannot be read: ${problem.message}`);
  }
  return problems;
}

// RFC 9162, 2.1.3.2.
function leads(hash, index, size, proof, root) {
  if (index >= size) return false;
  let [fn, sn, r] = [index, size - 1, hash];
  for (const p of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = h(Uint8Array.of(1), p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else r = h(Uint8Array.of(1), r, p);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && r.equals(root);
}

function openNote(note, keys) {
  const found = /^([^\n]+)\n(\d{1,15})\n([A-Za-z0-9+/]{43}=)\n\n((?:\u2014 [^\n]+\n)+)$/u.exec(note);
  if (!found) throw new Error('the checkpoint is misshapen');
  const [, origin, digits, root64, signatures] = found;
  const signed = Buffer.from(`${origin}\n${digits}\n${root64}\n`);
  const good = signatures
    .trimEnd()
    .split('\n')
    .some((line) => {
      const [, name, blob64] = line.split(' ');
      const blob = Buffer.from(blob64 ?? '', 'base64');
      return keys
        .map(loadKey)
        .some(
          (k) =>
            k.name === origin &&
            name === origin &&
            blob.subarray(0, 4).toString('hex') === k.id &&
            verify(null, signed, k.key, blob.subarray(4)),
        );
    });
  if (!good) throw new Error('the checkpoint is not signed by a key given');
  return { size: Number(digits), root: Buffer.from(root64, 'base64') };
}

function loadKey(text) {
  const [name, id, ...rest] = text.trim().split('+');
  const blob = Buffer.from(rest.join('+'), 'base64');
  if (blob.length !== 33 || blob[0] !== 1 || h(`${name}\n`, blob).subarray(0, 4).toString('hex') !== id)
    throw new Error('not a verifier key');
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: blob.subarray(1).toString('base64url') },
    format: 'jwk',
  });
  return { name, id, key };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { certificate: { type: 'string' }, key: { type: 'string', multiple: true } },
  });
  if (!values.certificate || !values.key?.length) {
    console.error('usage: certificate.mjs --certificate FILE --key KEY [--key KEY]');
    process.exit(2);
  }
  const problems = problemsOf(JSON.parse(readFileSync(values.certificate, 'utf8')), values.key);
  for (const problem of problems) console.log(`WRONG  ${problem}`);
  if (problems.length === 0) console.log('sound  the certificate stands in the audit log of that checkpoint');
  process.exit(problems.length === 0 ? 0 : 1);
}
