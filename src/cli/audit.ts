import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { openCheckpoint, readVerifierKey } from '../trust/audit/checkpoint.ts';
import { exportLines } from '../trust/audit/export.ts';
import { appendAlone } from '../trust/audit/log.ts';
import type { Run, Setting } from './program.ts';

interface Options {
  out?: string;
  sealed?: boolean;
}

/** `upstander checkpoint` and `upstander audit`: what others need to check the audit log. */
export function auditCommands(top: Command, chosen: (name: string, run: Run) => void): void {
  top
    .command('checkpoint')
    .description('Print the newest signed checkpoint of the audit log, to be kept elsewhere.')
    .option('--key', 'print the public keys that check checkpoints instead')
    .action((options: { key?: boolean }) =>
      chosen('checkpoint', async ({ terminal, upstander }) => {
        const newest = await upstander.audit.checkpoint();
        await terminal.out(options.key ? upstander.audit.keys() : (newest?.note ?? ''));
        return 0;
      }),
    );
  top
    .command('audit')
    .description('Write out the audit log up to its newest checkpoint, for tools/fsck and other checkers.')
    .option('--sealed', 'without the personal fields: for those who may check and not read')
    .option('--out <file>', 'file to write; without it the log goes to standard output')
    .action((options: Options) => chosen('audit', (setting) => runAudit(setting, options)));
}

async function runAudit({ terminal, cwd, upstander, by }: Setting, options: Options): Promise<number> {
  const { records, audit, clock } = upstander;
  const sealed = options.sealed === true;
  const what = sealed ? 'audit log, sealed' : 'audit log';
  await appendAlone(records, { act: 'disclosure', action: 'export', what, who: by }, clock());
  const newest = await audit.checkpoint();
  const keys = audit.keys().trim().split('\n').map(readVerifierKey);
  const { origin, size } = openCheckpoint(newest?.note ?? '', keys);
  const lines = exportLines(records, { origin, size, sealed });
  if (options.out === undefined) {
    for await (const line of lines) await terminal.out(line);
    return 0;
  }
  // Written beside its place and then put there whole, so that a failure leaves no half file.
  const goal = path.resolve(cwd, options.out);
  try {
    await pipeline(Readable.from(lines), createWriteStream(`${goal}.part`, { mode: 0o600 }));
    await rename(`${goal}.part`, goal);
  } finally {
    await rm(`${goal}.part`, { force: true });
  }
  return 0;
}
