import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { Failure } from '../kernel/failure.ts';

/** Where certificate and key stand, in PEM. The certificate's file goes on with those of its issuers. */
export interface TlsFiles {
  certificate: string;
  key: string;
}

/**
 * What is spoken, and what not: 1.2 at least, keys that are made anew for each connection, no cipher without its own seal. After
 * Mozilla's server side TLS guidelines 5.7, "intermediate", without the DHE suites; NCSC's guidance on TLS asks for no less.
 */
export const TLS_BOUNDS = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
} as const satisfies TlsOptions;

/**
 * Reads certificate and key.
 * @throws Failure when one cannot be read, they do not belong together, or the certificate is not valid at that moment.
 */
export function readTls(files: TlsFiles, now: Date): TlsOptions {
  const cert = read(files.certificate, 'UPSTANDER_TLS_CERT');
  const key = read(files.key, 'UPSTANDER_TLS_KEY');
  const certificate = parse(() => new X509Certificate(cert), files.certificate, 'certificate');
  const own = parse(() => createPrivateKey(key), files.key, 'private key without a passphrase');
  if (!certificate.checkPrivateKey(own)) {
    throw new Failure(`The key ${files.key} is not the one of the certificate ${files.certificate}`, {
      todo: 'Give the two that were made together; the server’s own certificate comes first in its file',
    });
  }
  if (now < new Date(certificate.validFrom) || now >= new Date(certificate.validTo)) {
    throw new Failure(
      `The certificate ${files.certificate} is valid from ${certificate.validFrom} to ${certificate.validTo}`,
      { todo: 'Put a current one in its place' },
    );
  }
  return { cert, key, ...TLS_BOUNDS };
}

function read(file: string, variable: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Failure(`${variable}: ${file} cannot be read`, {
      todo: 'Give a file that exists and that the user of the program may read',
      cause,
    });
  }
}

function parse<T>(make: () => T, file: string, what: string): T {
  try {
    return make();
  } catch (cause) {
    throw new Failure(`${file} is no ${what} in PEM`, { todo: 'Give one in PEM', cause });
  }
}
