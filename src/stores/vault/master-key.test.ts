import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandKey } from './key-command.ts';
import { defaultKeyFile, localKey, type MasterKey, masterKey, readKeySource } from './master-key.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'upstander-master-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = Buffer.alloc(32, 5);

async function wrapsAndUnwraps(master: MasterKey): Promise<void> {
  const wrapped = await master.wrap(SECRET, 'a scope');
  expect(Buffer.from(wrapped, 'base64').includes(SECRET)).toBe(false);
  expect((await master.unwrap(wrapped, 'a scope')).equals(SECRET)).toBe(true);
  await expect(master.unwrap(wrapped, 'another scope')).rejects.toThrow();
  const other = `${wrapped.slice(0, 20)}${wrapped[20] === 'A' ? 'B' : 'A'}${wrapped.slice(21)}`;
  await expect(master.unwrap(other, 'a scope')).rejects.toThrow();
}

describe('where the master key comes from', () => {
  it('is the one way that the environment says, else a file in the data folder', () => {
    const read = (env: NodeJS.ProcessEnv) => readKeySource(env, '/somewhere', '/home/data');
    expect(read({})).toEqual({ file: defaultKeyFile('/home/data'), make: true });
    expect(read({ UPSTANDER_KEY_FILE: 'k' })).toEqual({ file: '/somewhere/k' });
    expect(read({ UPSTANDER_KEY: 'x' })).toEqual({ key: 'x' });
    expect(read({ UPSTANDER_KEY_COMMAND: 'c d' })).toEqual({ command: 'c d' });
    expect(() => read({ UPSTANDER_KEY: 'x', UPSTANDER_KEY_FILE: 'k' })).toThrow('in more than one way');
  });

  it('makes the file in the data folder once, for its owner alone, and no other', async () => {
    const file = path.join(folder, 'keys', 'master');
    const made: string[] = [];
    const first = await masterKey({ file, make: true }, (one) => made.push(one));
    const second = await masterKey({ file, make: true }, (one) => made.push(one));
    expect(made).toEqual([file]);
    expect(second.id).toBe(first.id);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(masterKey({ file: path.join(folder, 'none') })).rejects.toThrow(/none cannot be read/);
  });

  it('refuses a file that everybody reads, and words that are no key, without saying them', async () => {
    const file = path.join(folder, 'open');
    writeFileSync(file, Buffer.alloc(32, 3).toString('base64'));
    chmodSync(file, 0o644);
    await expect(masterKey({ file })).rejects.toThrow(/Everybody on this machine can read/);
    chmodSync(file, 0o440); // as systemd gives a credential
    await wrapsAndUnwraps(await masterKey({ file }));
    const wrong = masterKey({ key: 'c2hvcnQ=' });
    await expect(wrong).rejects.toThrow(/UPSTANDER_KEY is not 32 bytes/);
    await expect(wrong).rejects.not.toThrow(/c2hvcnQ/);
    const hex = await masterKey({ key: 'ab'.repeat(32) });
    expect(hex.id).toBe((await masterKey({ key: Buffer.alloc(32, 0xab).toString('base64') })).id);
  });
});

describe('a master key', () => {
  it('held by this process wraps and unwraps, each key for its own scope', async () => {
    await wrapsAndUnwraps(localKey(Buffer.alloc(32, 1), 'a test'));
    const wrapped = await localKey(Buffer.alloc(32, 1), 'a test').wrap(SECRET, 'a scope');
    await expect(localKey(Buffer.alloc(32, 2), 'a test').unwrap(wrapped, 'a scope')).rejects.toThrow(
      /does not open/,
    );
  });

  it('held by a program wraps and unwraps through it', async () => {
    const program = path.join(folder, 'holder.mjs');
    writeFileSync(
      program,
      `import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
       import { text } from 'node:stream/consumers';
       const [key, act] = [Buffer.alloc(32, 4), process.argv[2]];
       const line = Buffer.from((await text(process.stdin)).trim(), 'base64');
       if (act === 'id') console.log('slot 7, key upstander');
       else if (act === 'wrap') {
         const nonce = randomBytes(12);
         const cipher = createCipheriv('aes-256-gcm', key, nonce);
         const body = Buffer.concat([cipher.update(line), cipher.final()]);
         console.log(Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64'));
       } else {
         const cipher = createDecipheriv('aes-256-gcm', key, line.subarray(0, 12));
         cipher.setAuthTag(line.subarray(-16));
         try {
           console.log(Buffer.concat([cipher.update(line.subarray(12, -16)), cipher.final()]).toString('base64'));
         } catch { console.error('the device refused'); process.exit(3); }
       }`,
    );
    const master = await commandKey(`${process.execPath} ${program}`);
    expect(master.id).toBe('slot 7, key upstander');
    await wrapsAndUnwraps(master);
    await expect(
      master.unwrap('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'a scope'),
    ).rejects.toThrow(/unwrap\) failed: exit status 3, the device refused/);
  });

  it('held by a program that is not there, or answers nonsense, is refused', async () => {
    await expect(commandKey(path.join(folder, 'no-such-program'))).rejects.toThrow(/ENOENT/);
    await expect(commandKey('/bin/true')).rejects.toThrow(/printed no name of a key/);
    const echo = path.join(folder, 'echo.sh');
    writeFileSync(echo, '#!/bin/sh\n[ "$1" = id ] && echo mine || cat\n', { mode: 0o700 });
    const master = await commandKey(echo);
    await expect(master.wrap(SECRET, 'a scope')).rejects.toThrow(/gave the key back unwrapped/);
    await expect(master.unwrap(Buffer.alloc(48).toString('base64'), 'a scope')).rejects.toThrow(
      /not the data key that was wrapped/,
    );
  });
});
