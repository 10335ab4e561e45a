import path from 'node:path';
import type { Command } from 'commander';
import { Failure } from '../kernel/failure.ts';
import { appendAlone } from '../trust/audit/log.ts';
import type { Run } from './program.ts';

interface Options {
  file?: string;
  command?: string;
}

/** `upstander keys rotate`: another master key. What is sealed stays as it is; the keys that sealed it are wrapped anew. */
export function keysCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  const keys = top.command('keys').description('The master key, under which everything stored is sealed.');
  keys
    .command('rotate')
    .description('Change the master key: to a new one in the data folder, or to that of a file or a program.')
    .option('--file <path>', 'a file that holds the new key: 32 bytes in base64 or hexadecimal')
    .option('--command <program>', 'a program that wraps and unwraps, such as one that asks an HSM')
    .action(({ file, command }: Options) =>
      chosen('keys', async ({ terminal, cwd, upstander, by }) => {
        if (file !== undefined && command !== undefined) {
          throw new Failure('The new master key is given in two ways', { todo: 'Give --file or --command' });
        }
        const to =
          file !== undefined
            ? { file: path.resolve(cwd, file) }
            : command !== undefined
              ? { command }
              : undefined;
        const { keys: wrapped, from, id, inPlace } = await upstander.rotateMasterKey(to);
        const deed = {
          act: 'alteration',
          action: 'key',
          what: 'master key changed',
          who: by,
        } as const;
        await appendAlone(upstander.records, { ...deed, more: { id, keys: wrapped } }, upstander.clock());
        await terminal.out(`${wrapped} keys are now wrapped by the master key ${id} of ${from}.\n`);
        if (!inPlace) {
          const variable =
            file === undefined ? `UPSTANDER_KEY_COMMAND=${command}` : `UPSTANDER_KEY_FILE=${file}`;
          terminal.err(`From the next start on set ${variable}: the old key opens nothing any more.\n`);
        }
        return 0;
      }),
    );
}
