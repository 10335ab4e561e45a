import type { Records } from '../../stores/records/records.ts';
import { openCheckpoint } from '../audit/checkpoint.ts';
import { checkpointFile, newestNote, verifierKeys } from '../audit/checkpoint-files.ts';
import { leafBytes } from '../audit/entry.ts';
import { inclusionProof } from '../audit/proofs.ts';
import { entriesOf } from '../audit/stored.ts';
import type { Certificate } from './certificate.ts';

/** A certificate with everything that shows it is in the audit log: checked by `tools/fsck/certificate.mjs`. */
export interface ProvenCertificate {
  format: 'upstander certificate of erasure';
  version: 1;
  certificate: Certificate;
  /** The field of the entry that holds the certificate: its salt, in hex, and its value, as they were committed to. */
  opening: { salt: string; value: string };
  /** The entry as the tree hashes it. */
  leaf: string;
  entry: number;
  /** Hashes from the leaf to the root, base 64. */
  proof: string[];
  /** The signed checkpoint whose root it is. */
  checkpoint: string;
}

/** The certificate of an erasure with its proof; undefined while no checkpoint covers its entry: one follows within a minute. */
export async function provenCertificate(
  records: Records,
  home: string,
  entryNo: number,
): Promise<ProvenCertificate | undefined> {
  const [entry] = await entriesOf(records, [entryNo]);
  const opening = entry?.detail.more;
  const note = newestNote(checkpointFile(home));
  if (entry === undefined || opening === undefined || note === undefined) return undefined;
  const { size } = openCheckpoint(note, verifierKeys(home));
  if (size <= entryNo) return undefined;
  const proof = await inclusionProof(records, entryNo, size);
  return {
    format: 'upstander certificate of erasure',
    version: 1,
    certificate: (JSON.parse(opening.value) as { certificate: Certificate }).certificate,
    opening: { salt: opening.salt.toString('hex'), value: opening.value },
    leaf: leafBytes(entry).toString(),
    entry: entryNo,
    proof: proof.map((hash) => hash.toString('base64')),
    checkpoint: note,
  };
}
