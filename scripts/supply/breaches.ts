import type { Locked, Policy } from './locked.ts';

/**
 * What breaks the policy, a sentence each; none when everything may be there. Of an SPDX expression with OR one side must
 * be allowed, of one with AND all.
 */
export function breaches(
  policy: Policy,
  named: { program: Record<string, string>; tools: Record<string, string> },
  locked: readonly Locked[],
): string[] {
  const found: string[] = [];
  for (const kind of ['program', 'tools'] as const) {
    for (const [name, version] of Object.entries(named[kind])) {
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) found.push(`${name} is not pinned: ${version}`);
      if (!policy[kind][name]?.trim()) found.push(`${name} is used, and nothing says what for`);
    }
    for (const name of Object.keys(policy[kind])) {
      if (named[kind][name] === undefined) found.push(`${name} is named in the policy and not used`);
    }
  }
  for (const one of locked) {
    const who = `${one.name} ${one.version}`;
    if (!one.integrity?.startsWith('sha512-')) found.push(`${who} has no SHA-512 digest`);
    const allowed = one.tool
      ? [...policy.licences.program, ...policy.licences.tools]
      : policy.licences.program;
    if (!mayBeUsed(one.licence, allowed)) {
      found.push(
        `${who} is under ${one.licence ?? 'no licence'}, which ${one.tool ? 'tools' : 'the program'} may not have`,
      );
    }
    if (one.installScript && !Object.keys(policy.install_scripts).some((name) => fits(one.name, name))) {
      found.push(`${who} runs a script when it is installed`);
    }
  }
  return found;
}

function mayBeUsed(licence: string | undefined, allowed: readonly string[]): boolean {
  if (licence === undefined) return false;
  const plain = licence.replaceAll(/[()]/g, ' ').trim();
  if (/\sOR\s/.test(plain)) return plain.split(/\s+OR\s+/).some((one) => mayBeUsed(one, allowed));
  return plain.split(/\s+AND\s+/).every((one) => allowed.includes(one.trim()));
}

const fits = (name: string, pattern: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
