import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import type { TlsFiles } from '../../src/web/tls.ts';

/** A certificate for `localhost` that nobody has signed but itself, with its key, in a new folder below `folder`. */
export function makeCertificate(folder: string, days = 2): TlsFiles {
  const own = mkdtempSync(path.join(folder, 'certificate-'));
  const files = { certificate: path.join(own, 'cert.pem'), key: path.join(own, 'key.pem') };
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  execFileSync(
    'openssl',
    [...words.split(' '), '-days', String(days), '-keyout', files.key, '-out', files.certificate],
    { stdio: 'pipe' },
  );
  return files;
}
