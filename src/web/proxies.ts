import { BlockList, isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { WebServices } from './services.ts';
import { overTls } from './session-cookie.ts';

/** An address, or several: `10.0.0.4`, `10.0.0.0/28`, `fd00::/64`. Undefined when the text is neither. */
export function readProxy(
  text: string,
): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const all = version === 4 ? 32 : 128;
  const given = bits === undefined ? all : Number(bits);
  // Whoever believes everybody believes the reader.
  if (given < 8 || given > all) return undefined;
  return { address, bits: given, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Tells whether an address is one of the proxies that are believed about who asks. */
export function believed(proxies: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const text of proxies) {
    const proxy = readProxy(text);
    if (proxy === undefined) throw new Error(`${text} is no address of a proxy`);
    list.addSubnet(proxy.address, proxy.bits, proxy.family);
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
}

/** What a named proxy took in without TLS goes to the address with TLS, before anything else is done with it. */
export function onlyOverTls(app: FastifyInstance, services: WebServices): void {
  if (services.tls !== undefined || !overTls(services)) return;
  const isProxy = believed(services.proxies ?? []);
  app.addHook('onRequest', async (request, reply) => {
    const cameBy = request.headers['x-forwarded-proto'];
    if (cameBy === undefined || request.protocol === 'https' || !isProxy(request.socket.remoteAddress ?? ''))
      return;
    const there = request.method === 'GET' ? request.url : '/';
    return reply.redirect(new URL(there, services.origin()).href, 308);
  });
}
