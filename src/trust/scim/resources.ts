import SCIMMY from 'scimmy';
import { faultsStayFaults, type ScimContext, scimError } from './context.ts';
import { readGroups, removeGroup, type SentGroup, writeGroup } from './groups.ts';
import { readUsers, removeUser, type SentUser, writeUser } from './users.ts';

/** What the library hands to a handler. */
interface Asked {
  id?: string;
  filter?: { match(values: object[]): object[] };
}

/** One thing of an identifier, or all that the request's filter lets through. */
async function wanted(asked: Asked, read: (id?: string) => Promise<object[]>): Promise<object | object[]> {
  const found = await read(asked.id);
  if (asked.id === undefined) return asked.filter?.match(found) ?? found;
  const [one] = found;
  if (one === undefined) throw scimError(404, undefined, 'There is no such resource');
  return one;
}

const idOf = (asked: Asked): string => asked.id ?? '';

SCIMMY.Config.set({
  patch: true,
  filter: { supported: true, maxResults: 200 },
  sort: true,
  etag: false,
  changePassword: false,
  bulk: { supported: false },
  authenticationSchemes: [
    { type: 'oauthbearertoken', name: 'Bearer token', description: 'Made by ./upstander scim-token' },
  ],
} as never);

SCIMMY.Resources.declare(SCIMMY.Resources.User)
  .extend(SCIMMY.Schemas.EnterpriseUser as never, false)
  .ingress(async (asked: Asked, sent: unknown, context: ScimContext) =>
    faultsStayFaults(async () => {
      const id = await writeUser(context, asked.id, sent as SentUser);
      return (await readUsers(context.records, id))[0] as never;
    }),
  )
  .egress(async (asked: Asked, { records }: ScimContext) =>
    faultsStayFaults(async () => (await wanted(asked, (id) => readUsers(records, id))) as never),
  )
  .degress(async (asked: Asked, context: ScimContext) =>
    faultsStayFaults(() => removeUser(context, idOf(asked))),
  );

SCIMMY.Resources.declare(SCIMMY.Resources.Group)
  .ingress(async (asked: Asked, sent: unknown, context: ScimContext) =>
    faultsStayFaults(async () => {
      const id = await writeGroup(context, asked.id, sent as SentGroup);
      return (await readGroups(context.records, id))[0] as never;
    }),
  )
  .egress(async (asked: Asked, { records }: ScimContext) =>
    faultsStayFaults(async () => (await wanted(asked, (id) => readGroups(records, id))) as never),
  )
  .degress(async (asked: Asked, context: ScimContext) =>
    faultsStayFaults(() => removeGroup(context, idOf(asked))),
  );

/** The resources as SCIM serves them, with their handlers. */
export const { User, Group, Schema, ResourceType, ServiceProviderConfig } = SCIMMY.Resources;
export const { Error: ScimError } = SCIMMY.Types;
export const { ErrorResponse } = SCIMMY.Messages;

/** Under which address resources say they are found. */
export function setBase(base: string): void {
  for (const one of [User, Group, Schema, ResourceType, ServiceProviderConfig]) one.basepath(base);
}
