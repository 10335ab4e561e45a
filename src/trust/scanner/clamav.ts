import { createReadStream } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Failure } from '../../kernel/failure.ts';
import type { Scanner } from './scanner.ts';

/** Where clamd listens. */
export type ClamdPlace = { path: string } | { host: string; port: number };

/** A minute without a word: clamd answers only when it has seen the whole file. */
const PATIENCE_MS = 60_000;
const PIECE = 1 << 18;

/**
 * ClamAV's daemon over its socket: the file is sent in pieces (command INSTREAM of clamd(8)), so that it may run as
 * another user or on another machine and needs no right to read the data folder.
 */
export function clamav(place: ClamdPlace): Scanner {
  return {
    name: 'ClamAV',
    scan: async (file) => {
      const answer = await ask(place, (socket) => sendFile(socket, file));
      const found = /^stream: (.+) FOUND$/.exec(answer);
      if (found !== null) return found[1];
      if (answer === 'stream: OK') return undefined;
      if (answer.includes('size limit exceeded')) {
        throw new Failure('A file is larger than the virus scanner takes, so nothing was taken in', {
          todo: 'Raise StreamMaxLength in clamd.conf, or take the file in at the terminal with ./upstander import',
        });
      }
      throw new Failure('The virus scanner could not look a file through, so nothing was taken in', {
        todo: 'Look into the log of clamd, then upload again',
      });
    },
    ping: async () => {
      const answer = await ask(place, async (socket) => {
        socket.write('zPING\0');
      });
      if (answer !== 'PONG') throw silent();
    },
  };
}

/**
 * Reads `unix:/run/clamav/clamd.ctl`, or `tcp://127.0.0.1:3310`.
 * @throws Failure when it is neither.
 */
export function clamdPlace(text: string): ClamdPlace {
  if (text.startsWith('unix:') && path.isAbsolute(text.slice(5))) return { path: text.slice(5) };
  if (URL.canParse(text)) {
    const { protocol, hostname, port, pathname } = new URL(text);
    if (protocol === 'tcp:' && hostname !== '' && port !== '' && pathname === '') {
      return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
    }
  }
  throw new Failure('UPSTANDER_CLAMD is not the place of a virus scanner', {
    todo: 'Give unix:/run/clamav/clamd.ctl, or tcp://127.0.0.1:3310',
  });
}

/** Sends one command and gives clamd's answer, without the closing zero byte. */
function ask(place: ClamdPlace, send: (socket: net.Socket) => Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(place);
    let answer = '';
    let problem: Error | undefined;
    socket.setEncoding('utf8');
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('clamd is silent')));
    socket.on('data', (piece) => {
      answer += piece;
      // It answers before the end when a file is too large: nobody reads the rest then.
      if (answer.endsWith('\0')) socket.destroy();
    });
    socket.on('error', (cause) => {
      problem ??= cause;
    });
    socket.once('connect', () => {
      send(socket).catch((cause) => socket.destroy(cause));
    });
    socket.once('close', () => {
      if (answer.endsWith('\0')) resolve(answer.slice(0, -1));
      else reject(problem instanceof Failure ? problem : silent(problem));
    });
  });
}

/** Each piece after its length in four bytes, the highest first; a length of zero ends the file. */
async function sendFile(socket: net.Socket, file: string): Promise<void> {
  socket.write('zINSTREAM\0');
  for await (const piece of createReadStream(file, { highWaterMark: PIECE })) {
    if (socket.destroyed) return;
    const bytes = piece as Buffer;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    socket.write(length);
    if (!socket.write(bytes)) await drained(socket);
  }
  if (!socket.destroyed) socket.write(Buffer.alloc(4));
}

function drained(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go);
      socket.off('close', go);
      resolve();
    };
    socket.once('drain', go);
    socket.once('close', go);
  });
}

const silent = (cause?: Error) =>
  new Failure('The virus scanner does not answer, so nothing was taken in', {
    todo: 'Start clamd, or mend UPSTANDER_CLAMD, then upload again',
    cause,
  });
