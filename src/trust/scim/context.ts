import SCIMMY from 'scimmy';
import type { Records } from '../../stores/records/records.ts';
import type { Identity } from '../identity-file.ts';

/** What a request of a directory is answered with: handed to every handler, since the library keeps them globally. */
export interface ScimContext {
  records: Records;
  identity: Identity;
  now: Date;
  /** The directory, by the name of its token. */
  directory: string;
}

/** A refusal in the words of RFC 7644, 3.12. */
export function scimError(status: number, type: string | undefined, detail: string): Error {
  return new SCIMMY.Types.Error(status, type as never, detail);
}

/** The library reads every unknown fault as "not found"; here it stays a fault. */
export async function faultsStayFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (problem) {
    if (problem instanceof SCIMMY.Types.Error) throw problem;
    if ((problem as { code?: string }).code === '23505') {
      throw scimError(409, 'uniqueness', 'There is another one of this name');
    }
    throw Object.assign(scimError(500, undefined, 'A fault of the program'), { cause: problem });
  }
}
