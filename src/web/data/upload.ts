import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import { Failure } from '../../kernel/failure.ts';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { WebServices } from '../services.ts';

/** Where uploads stand while they are taken in. Emptied when the server starts. */
export function uploadsFolder(home: string): string {
  return path.join(home, 'uploads');
}

/** A file in which the scanner has found something. The name is made safe for pages and logs. */
export class Infected extends Error {
  readonly file: string;
  readonly found: string;

  constructor(file: string, found: string) {
    super(`${found} in ${file}`);
    this.name = 'Infected';
    this.file = file;
    this.found = found;
  }
}

export interface Upload {
  /** A folder of this upload alone. */
  folder: string;
  /** What was uploaded, without mapping files. */
  files: string[];
  /** A mapping file among them. */
  mapping: string | undefined;
}

/**
 * Streams the files of a form to a folder of their own, never holding one in memory. The form's token must come before
 * the first file: `allow` is asked with it, and throws when it is not good. Every file, a mapping file too, goes through
 * the scanner if there is one; after an error nothing is left of any.
 * @throws Infected when the scanner finds something; Failure when it cannot look, or the disk is full.
 */
export async function receiveUpload(
  request: FastifyRequest,
  { home, scanner }: Pick<WebServices, 'home' | 'scanner'>,
  allow: (token: string) => Promise<void>,
): Promise<Upload> {
  const folder = path.join(uploadsFolder(home), newIdentifier());
  const upload: Upload = { folder, files: [], mapping: undefined };
  let allowed = false;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        if (part.fieldname !== '_csrf') continue;
        await allow(String(part.value));
        allowed = true;
        continue;
      }
      if (!allowed) await allow('');
      const name = safeName(part.filename);
      if (name === '') {
        part.file.resume();
        continue;
      }
      // Files of one name (parts of one table from several folders) must not overwrite each other.
      const own = path.join(folder, String(upload.files.length));
      await mkdir(own, { recursive: true, mode: 0o700 });
      const file = path.join(own, name);
      await pipeline(part.file, createWriteStream(file, { mode: 0o600, flags: 'wx' }));
      const found = await scanner?.scan(file);
      if (found !== undefined) throw new Infected(name, found);
      if (/\.ya?ml$/i.test(name)) upload.mapping = file;
      else upload.files.push(file);
    }
    if (!allowed) await allow('');
    return upload;
  } catch (problem) {
    await rm(folder, { recursive: true, force: true });
    if ((problem as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new Failure('The disk is full, so the files were not kept', {
        todo: 'Make room, then upload them again',
      });
    }
    if (BROKEN.test((problem as Error).message)) {
      throw new Failure('The upload broke off, or is none', { todo: 'Select the files and send them again' });
    }
    throw problem;
  }
}

// What the reader of parts says of a body that is cut off or has no parts.
const BROKEN = /^Multipart: Boundary not found|nexpected end of multipart data|^The needle can/;

/** The last part of a name as a file of this machine can have it; empty when nothing is left. */
export function safeName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return last
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^\.+/, '')
    .slice(-120);
}
