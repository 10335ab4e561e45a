import { spawn } from 'node:child_process';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Failure } from '../../kernel/failure.ts';
import type { MasterKey } from './master-key.ts';

const PATIENCE_MS = 60_000;
const MARK = 16;

/**
 * A master key that this program never sees: a program wraps and unwraps, such as one that asks an HSM over PKCS#11, a key
 * service, or a TPM. It is run without a shell as `COMMAND id`, which prints a line that names the key, `COMMAND wrap` and
 * `COMMAND unwrap`, which read one line of base64 from standard input and print one. It gets 48 bytes: the data key and a mark
 * of what it is for, so that one wrapped key cannot stand in another's place. Anything but exit status 0 is a refusal.
 * @throws Failure when it does not name its key.
 */
export async function commandKey(command: string): Promise<MasterKey> {
  const words = command.trim().split(/\s+/);
  const id = await said(words, 'id', '');
  if (!/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(id)) throw refused(words, 'id', 'it printed no name of a key');
  return {
    id,
    from: `the program ${words[0]}`,
    wrap: async (secret, about) => {
      const wrapped = await said(words, 'wrap', Buffer.concat([secret, mark(about)]).toString('base64'));
      if (!/^[A-Za-z0-9+/=_-]{64,8192}$/.test(wrapped))
        throw refused(words, 'wrap', 'it printed no line of base64');
      if (Buffer.from(wrapped, 'base64').includes(secret))
        throw refused(words, 'wrap', 'it gave the key back unwrapped');
      return wrapped;
    },
    unwrap: async (wrapped, about) => {
      const bytes = Buffer.from(await said(words, 'unwrap', wrapped), 'base64');
      const secret = bytes.subarray(0, 32);
      if (bytes.length === 32 + MARK && timingSafeEqual(bytes.subarray(32), mark(about))) return secret;
      throw refused(words, 'unwrap', 'what it printed is not the data key that was wrapped');
    },
  };
}

const mark = (about: string) =>
  createHash('sha256').update(`upstander wrapped\n${about}`).digest().subarray(0, MARK);

function refused(words: readonly string[], act: string, why: string): Failure {
  return new Failure(`The program that holds the master key (${words[0]} ${act}) failed: ${why}`, {
    todo: 'Run it by hand, see docs/at-rest.md; nothing can be opened without it',
  });
}

/** The one line that the program prints. What it says on standard error is told when it fails. */
function said(words: readonly string[], act: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const [program = '', ...rest] = words;
    const child = spawn(program, [...rest, act], { stdio: ['pipe', 'pipe', 'pipe'], timeout: PATIENCE_MS });
    let out = '';
    let complaint = '';
    child.stdout.on('data', (chunk) => {
      out = (out + chunk).slice(0, 16_384);
    });
    child.stderr.on('data', (chunk) => {
      complaint = (complaint + chunk).slice(0, 300);
    });
    child.stdin.on('error', () => {}); // it need not read what it does not want
    child.on('error', (cause) => reject(refused(words, act, cause.message)));
    child.on('close', (status, signal) => {
      if (status === 0) resolve(out.trim());
      else {
        const why = complaint.trim().split('\n').at(-1);
        reject(
          refused(
            words,
            act,
            `${status === null ? signal : `exit status ${status}`}${why ? `, ${why}` : ''}`,
          ),
        );
      }
    });
    child.stdin.end(`${line}\n`);
  });
}
