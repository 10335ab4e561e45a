import {
  accessSync,
  constants,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Failure } from '../kernel/failure.ts';

/** Who holds a data folder: the process and, once it serves, the socket on which it takes commands. */
export interface Holder {
  pid: number;
  /** When that process began, in the kernel's ticks; tells it from a later one with the same number. */
  began: string;
  /** The command it runs, for messages. */
  command: string;
  /** Path of its control socket, or null while it takes no commands. */
  socket: string | null;
}

/** A data folder held by this process: the embedded stores allow one process at a time. */
export interface Home {
  folder: string;
  /** A folder for files that live no longer than the work at hand. */
  workFolder: string;
  /** Tells other processes where to send commands. */
  announce(socket: string): void;
  release(): void;
}

/**
 * Takes the data folder, creating it when it is missing. A lock left by a process that was killed is taken over.
 * @throws Failure when another living process holds it, or it cannot be written.
 */
export function holdHome(folder: string, command: string): Home {
  const lock = path.join(folder, 'lock');
  const workFolder = path.join(folder, 'work');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new Failure(`The data folder ${folder} cannot be written`, {
      todo: 'Give another in UPSTANDER_HOME, or mend its rights',
      cause,
    });
  }
  const holder = holderOf(folder);
  if (holder !== null) {
    throw new Failure(
      `The data folder ${folder} is in use by process ${holder.pid} (upstander ${holder.command})`,
      {
        todo: 'Wait until it has ended, or use another folder in UPSTANDER_HOME',
      },
    );
  }
  rmSync(lock, { force: true });
  const me: Holder = { pid: process.pid, began: began(process.pid) ?? '', command, socket: null };
  // Written aside and put in place whole, so that nobody reads half a lock.
  const aside = `${lock}.${process.pid}`;
  const write = () => writeFileSync(aside, JSON.stringify(me), { mode: 0o600 });
  try {
    write();
    linkSync(aside, lock);
    rmSync(aside);
  } catch (cause) {
    rmSync(aside, { force: true });
    throw new Failure(`The data folder ${folder} was taken by another process at this moment`, {
      todo: 'Run the command again',
      cause,
    });
  }
  rmSync(workFolder, { recursive: true, force: true });
  mkdirSync(workFolder, { mode: 0o700 });
  return {
    folder,
    workFolder,
    announce: (socket) => {
      me.socket = socket;
      write();
      renameSync(aside, lock);
    },
    release: () => {
      rmSync(workFolder, { recursive: true, force: true });
      rmSync(lock, { force: true });
    },
  };
}

/** The living process that holds a data folder, or null. */
export function holderOf(folder: string): Holder | null {
  let holder: Holder;
  try {
    holder = JSON.parse(readFileSync(path.join(folder, 'lock'), 'utf8'));
  } catch {
    return null; // no lock, or one cut off while it was written by a process that is gone
  }
  return began(holder.pid) === holder.began ? holder : null;
}

/** Start time of a process as the kernel counts it, or null when there is no such process. */
function began(pid: number): string | null {
  try {
    // The name may hold spaces and brackets, so fields count from the last bracket; the start is field 22.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const after = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return after[0] === 'Z' ? null : (after[19] ?? null);
  } catch {
    if (process.platform === 'linux') return null;
    try {
      process.kill(pid, 0);
      return 'unknown';
    } catch {
      return null;
    }
  }
}
