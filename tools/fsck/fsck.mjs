#!/usr/bin/env node
// An independent checker of Upstander's audit log. It shares no line with the program that writes the log: it knows only
// the format of docs/audit-log.md, and needs nothing but Node.js 20.
//
//   node fsck.mjs --log log.ndjson --checkpoints checkpoints --key 'upstander/...+1a2b3c4d+AR...' [--key ...]
//
// Exit status: 0 sound, 1 something is wrong, 2 it was called wrongly.

import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const KINDS = new Set(['alteration', 'collection', 'combination', 'disclosure', 'erasure', 'look']);
const PERSONAL = ['found', 'more', 'officer', 'person', 'session', 'who', 'why'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HEX32 = /^[0-9a-f]{64}$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const h = (...pieces) => pieces.reduce((acc, piece) => acc.update(piece), createHash('sha256')).digest();
const sameKeys = (object, wanted) => Object.keys(object).join() === wanted.join();
const isObject = (it) => typeof it === 'object' && it !== null && !Array.isArray(it);

// A binary counter of subtree roots: slot i holds the root of 2^i leaves, or nothing.
class Forest {
  slots = [];
  count = 0;

  push(leafData) {
    let carry = h(Uint8Array.of(0), leafData);
    let i = 0;
    for (; this.slots[i]; i++) {
      carry = h(Uint8Array.of(1), this.slots[i], carry);
      this.slots[i] = undefined;
    }
    this.slots[i] = carry;
    this.count++;
  }

  root() {
    let acc;
    for (const slot of this.slots) {
      if (slot) acc = acc ? h(Uint8Array.of(1), slot, acc) : slot;
    }
    return acc ?? h();
  }
}

function loadKey(text) {
  const bits = text.split('+');
  if (bits.length < 3) throw new Error(`not a verifier key: ${text.slice(0, 60)}`);
  const [name, id] = bits;
  const blob = Buffer.from(bits.slice(2).join('+'), 'base64');
  if (blob.length !== 33 || blob[0] !== 1) throw new Error('not an Ed25519 verifier key');
  if (h(`${name}\n`, blob).subarray(0, 4).toString('hex') !== id)
    throw new Error('the key does not fit its own id');
  const x = blob.subarray(1).toString('base64url');
  return { name, id, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
}

// One log has one name. Notes stand one after the other, each closed by an empty line.
function loadCheckpoints(bytes, keys, complain) {
  let text;
  try {
    text = utf8.decode(bytes);
  } catch {
    complain('the checkpoints are not text');
    return [];
  }
  const result = [];
  const pattern = /([^\n]+)\n(\d+)\n([A-Za-z0-9+/=]+)\n\n((?:\u2014 [^\n]+\n)+)\n/uy;
  let reached = 0;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    reached = pattern.lastIndex;
    const [, origin, digits, root64, signatures] = found;
    const label = `checkpoint ${result.length + 1}`;
    const root = Buffer.from(root64, 'base64');
    const size = Number(digits);
    if (root.length !== 32 || root.toString('base64') !== root64 || String(size) !== digits) {
      complain(`${label} is misshapen`);
    }
    const signed = Buffer.from(`${origin}\n${digits}\n${root64}\n`);
    if (
      !signatures
        .trimEnd()
        .split('\n')
        .every((line) => signatureHolds(line, origin, signed, keys))
    ) {
      complain(`${label} is not signed by a key given`);
    }
    if (result.length > 0 && size < result.at(-1).size) complain(`${label} goes back in size`);
    result.push({ size, root, label });
  }
  if (reached !== text.length) complain(`the checkpoints cannot be read after character ${reached}`);
  if (result.length === 0) complain('there is no checkpoint, so nothing says that the log is whole');
  return result;
}

function signatureHolds(line, origin, signed, keys) {
  const [, name, blob64] = line.split(' ');
  const blob = Buffer.from(blob64 ?? '', 'base64');
  if (line.split(' ').length !== 3 || name !== origin || blob.toString('base64') !== blob64) return false;
  const id = blob.subarray(0, 4).toString('hex');
  return keys.some((k) => k.name === name && k.id === id && verify(null, signed, k.key, blob.subarray(4)));
}

/** Takes the lines of a log one by one, then says at the `end` what is wrong. */
export class LogChecker {
  problems = [];
  #forest = new Forest();
  #due = new Map();
  #last = 0;
  #header;
  #lines = 0;
  #time = '';
  #missing = new Map();
  #keys;

  /** `checkpoints`: bytes of the file; `keys`: verifier keys in text form. */
  constructor(checkpoints, keys) {
    this.#keys = keys.map(loadKey);
    for (const one of loadCheckpoints(checkpoints, this.#keys, (what) => this.#bad(what))) {
      this.#due.set(one.size, [...(this.#due.get(one.size) ?? []), one]);
      this.#last = Math.max(this.#last, one.size);
    }
    this.#compare();
  }

  get entries() {
    return this.#forest.count;
  }

  #bad(what) {
    this.problems.push(what);
  }

  #compare() {
    const here = this.#forest.count;
    for (const { root, label } of this.#due.get(here) ?? []) {
      if (!this.#forest.root().equals(root)) {
        this.#bad(`${label} does not fit: one of the first ${here} entries is not what it was`);
      }
    }
  }

  /** One line, without its line feed. */
  line(bytes) {
    const number = this.#lines++;
    let row;
    try {
      const text = utf8.decode(bytes);
      row = JSON.parse(text);
      // What reads the same but is written differently was written by somebody else.
      if (JSON.stringify(row) !== text) throw new Error('not as it is written');
    } catch {
      this.#bad(number === 0 ? 'the first line cannot be read' : `entry ${number - 1} cannot be read`);
      if (number > 0) this.#forest.push('unreadable');
      return;
    }
    if (number === 0) this.#begin(row);
    else this.#entry(row, number - 1);
  }

  #begin(row) {
    const fits =
      isObject(row) &&
      sameKeys(row, ['format', 'version', 'origin', 'size', 'sealed']) &&
      row.format === 'upstander-audit-log' &&
      row.version === 1 &&
      typeof row.sealed === 'boolean' &&
      this.#keys.some((key) => key.name === row.origin);
    if (fits) this.#header = row;
    else this.#bad('the first line is not that of a log of this name');
  }

  #entry(row, n) {
    const sealed = this.#header?.sealed === true;
    const wanted = sealed ? ['leaf'] : ['leaf', 'detail'];
    if (!isObject(row) || !sameKeys(row, wanted) || typeof row.leaf !== 'string') {
      this.#bad(`entry ${n} has not the form of an entry`);
      this.#forest.push('misshapen');
      return;
    }
    this.#forest.push(Buffer.from(row.leaf));
    let leaf;
    try {
      leaf = JSON.parse(row.leaf);
    } catch {
      leaf = undefined;
    }
    if (!this.#leafFits(leaf, row.leaf)) this.#bad(`entry ${n}: its leaf has not the form of a leaf`);
    else {
      if (leaf.n !== n) this.#bad(`entry ${n} says that it is number ${leaf.n}`);
      if (leaf.at < this.#time) this.#bad(`entry ${n} is dated before the one before it`);
      this.#time = leaf.at;
      this.#erasures(leaf, n);
      if (!sealed) this.#openings(leaf.commitments, row.detail, n);
    }
    this.#compare();
  }

  #leafFits(leaf, text) {
    if (!isObject(leaf) || JSON.stringify(leaf) !== text) return false;
    const keys = Object.keys(leaf);
    const allowed = ['act', 'action', 'at', 'clock', 'commitments', 'erased', 'n', 'outcome', 'v', 'what'];
    const optional = new Set(['clock', 'erased']);
    const shown = allowed.filter((key) => keys.includes(key) || !optional.has(key));
    return (
      keys.join() === shown.join() &&
      leaf.v === 1 &&
      KINDS.has(leaf.act) &&
      ['done', 'refused'].includes(leaf.outcome) &&
      TIME.test(leaf.at) &&
      (leaf.clock === undefined || (TIME.test(leaf.clock) && leaf.clock < leaf.at)) &&
      typeof leaf.action === 'string' &&
      typeof leaf.what === 'string' &&
      isObject(leaf.commitments) &&
      Object.keys(leaf.commitments).join() === PERSONAL.filter((field) => field in leaf.commitments).join() &&
      Object.values(leaf.commitments).every((one) => HEX32.test(one))
    );
  }

  // What an entry lacks must be spoken of by an erasure that comes later.
  #erasures(leaf, n) {
    if (leaf.erased === undefined) return;
    if (leaf.act !== 'erasure' || !Array.isArray(leaf.erased)) {
      this.#bad(`entry ${n} says that something was erased, and is no erasure`);
      return;
    }
    if (this.#header?.sealed) return;
    for (const pair of leaf.erased) {
      if (!this.#missing.delete(String(pair))) {
        this.#bad(`entry ${n} says that ${pair?.[1]} of entry ${pair?.[0]} was erased, but it was not`);
      }
    }
  }

  #openings(commitments, detail, n) {
    if (!isObject(detail)) {
      this.#bad(`entry ${n}: its detail has not the form of a detail`);
      return;
    }
    for (const [field, opening] of Object.entries(detail)) {
      const fits =
        isObject(opening) &&
        sameKeys(opening, ['salt', 'value']) &&
        HEX32.test(opening.salt) &&
        typeof opening.value === 'string' &&
        createHmac('sha256', Buffer.from(opening.salt, 'hex'))
          .update(`${field}\n`)
          .update(opening.value)
          .digest('hex') === commitments[field];
      if (!fits) this.#bad(`entry ${n}: the field ${field} is not what it was when it was written`);
    }
    for (const field of Object.keys(commitments)) {
      if (!(field in detail)) this.#missing.set(`${n},${field}`, `entry ${n}: the field ${field}`);
    }
  }

  /** `ended`: whether the last line was closed with a line feed. */
  end(ended) {
    if (!ended) this.#bad('the last line is cut off');
    const size = this.#forest.count;
    if (size < this.#last)
      this.#bad(`a checkpoint speaks of ${this.#last} entries, but the log has only ${size}`);
    if (size > this.#last)
      this.#bad(`the last ${size - this.#last} entries are not covered by any checkpoint`);
    if (this.#header !== undefined && this.#header.size !== size) {
      this.#bad(`the first line speaks of ${this.#header.size} entries, but there are ${size}`);
    }
    for (const what of this.#missing.values()) this.#bad(`${what} is gone, and no erasure speaks of it`);
    return this.problems;
  }
}

/** Checks a log that is in memory whole. Gives what is wrong; nothing when it is sound. */
export function check({ log, checkpoints, keys }) {
  const checker = new LogChecker(checkpoints, keys);
  let start = 0;
  for (let end = log.indexOf(10); end >= 0; end = log.indexOf(10, start)) {
    checker.line(log.subarray(start, end));
    start = end + 1;
  }
  if (start < log.length) checker.line(log.subarray(start));
  return checker.end(log.length > 0 && start === log.length);
}

async function main() {
  let options;
  try {
    const multiple = { type: 'string', multiple: true };
    const single = { type: 'string' };
    options = parseArgs({
      options: { log: single, checkpoints: single, key: multiple, keys: single },
    }).values;
    if (!options.log || !options.checkpoints || !(options.key || options.keys))
      throw new Error('something is missing');
  } catch (problem) {
    console.error(`fsck: ${problem.message}
usage: fsck.mjs --log FILE --checkpoints FILE (--key KEY ... | --keys FILE)`);
    return 2;
  }
  const listed = options.keys ? readFileSync(options.keys, 'utf8').split('\n').filter(Boolean) : [];
  const checker = new LogChecker(readFileSync(options.checkpoints), [...listed, ...(options.key ?? [])]);
  let rest = Buffer.alloc(0);
  let any = false;
  for await (const chunk of createReadStream(options.log, { highWaterMark: 1 << 20 })) {
    any = true;
    const data = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
      checker.line(data.subarray(start, end));
      start = end + 1;
    }
    rest = data.subarray(start);
  }
  if (rest.length > 0) checker.line(rest);
  const problems = checker.end(any && rest.length === 0);
  for (const problem of problems.slice(0, 50)) console.log(`WRONG  ${problem}`);
  if (problems.length > 50) console.log(`WRONG  and ${problems.length - 50} more`);
  if (problems.length === 0)
    console.log(`sound  ${checker.entries} entries, every one under a signed checkpoint`);
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await main();
