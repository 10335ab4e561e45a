import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import type { Family } from './attacks.ts';

// What is typed in where something else was meant. Each is told from what it would do by a mark that stands nowhere in it:
// `zq` and `xinj` put together by a store, a product worked out by a template, a script that is still a script.

/** Put together only by a store that runs what was typed. */
const JOINED = 'zqxinj';
/** 1234 times 5678. */
const PRODUCT = '7006652';

export const CORPUS = {
  'SQL injection': [
    "' OR '1'='1",
    "' OR 1=1 --",
    "') OR ('1'='1",
    "' UNION SELECT 'zq'||'xinj' --",
    "' UNION SELECT 'zq'||'xinj','zq'||'xinj','zq'||'xinj' --",
    "x'; UPDATE account SET name = 'zq'||'xinj' --",
    "x'; DROP TABLE verdict; --",
    '1; SELECT pg_sleep(25) --',
    "'||(SELECT 'zq'||'xinj' FROM pg_sleep(25))||'",
    "' AND 1=CAST((SELECT 'zq'||'xinj') AS int) --",
    '$$ OR true --',
    "E'\\' OR 1=1 --",
    "\\' OR 1=1 --",
    "' UNION ALL SELECT concat('zq','xinj') FORMAT TSV --",
    "' AND throwIf(1, concat('zq','xinj')) --",
    '{world:Identifier}',
    "'); SELECT concat('zq','xinj') FROM url('http://127.0.0.1:1/', CSV, 'x String') --",
    "' OR file('/etc/passwd', 'LineAsString') != '",
    '`; DROP DATABASE default; --',
    '0) UNION SELECT sleepEachRow(3) FROM numbers(9) --',
    '1 OR 1=1',
    '%',
    '_%_',
    "%' ESCAPE '\\",
  ],
  'template injection': [
    '{{ 1234 * 5678 }}',
    '{{ 1234 * 5678 | safe }}',
    '{% if 1 %}{{ 1234 * 5678 }}{% endif %}',
    '{% include "page.ts" %}{{ 1234 * 5678 }}',
    '{{ range.constructor("return 1234 * 5678")() }}',
    '{{ "".constructor.constructor("return 1234*5678")() }}',
    '$' + '{1234*5678}',
    '#{1234*5678}',
    '<%= 1234*5678 %>',
    '{{ session | dump }}{{ 1234*5678 }}',
  ],
  'script injection': [
    '<script>zqx()</script>',
    '"><script>zqx()</script>',
    '\'"><img src=zqx onerror=zqx()>',
    '</textarea></select></title></style><svg/onload=zqx()>',
    '<b data-zqx>x</b>',
    '<!--><b data-zqx>-->',
    '" autofocus onfocus=zqx() x="',
    "' autofocus onfocus=zqx() x='",
    'javascript:zqx()',
    '<a href="javascript:zqx()">x</a>',
    '<iframe srcdoc="&lt;script&gt;zqx()&lt;/script&gt;">',
    '<math><mi xlink:href="javascript:zqx()">',
    '<style>@import url(//zqx.invalid)</style>',
    '<meta http-equiv=refresh content="0;url=//zqx.invalid">',
    "{{ '<b data-zqx>' | safe }}",
    '\u2028<script>zqx()</script>',
  ],
  'header injection': [
    'x\r\nzqx: 1',
    'x\r\nSet-Cookie: zqx=1',
    '/x\r\n\r\n<b data-zqx>',
    'x\nzqx: 1',
    'x\u2028zqx: 1',
    'åäö\r\nzqx: 1',
  ],
  'open redirect': [
    'https://zqx.invalid/',
    '//zqx.invalid',
    '/\\zqx.invalid',
    '\\\\zqx.invalid',
    '/\t/zqx.invalid',
    ' //zqx.invalid',
    '/.//zqx.invalid',
    '/..//zqx.invalid/..',
    'https:zqx.invalid',
    'javascript:zqx()',
    'data:text/html,<b data-zqx>',
    '/signals\r\nLocation: https://zqx.invalid',
    'http://localhost@zqx.invalid/',
  ],
  'path traversal': [
    '../../../../../../etc/passwd',
    '..\\..\\..\\..\\etc\\passwd',
    '/etc/passwd',
    'file:///etc/passwd',
    '....//....//....//etc/passwd',
    '%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '..%252f..%252fetc%252fpasswd',
    '../package.json',
    '..%c0%af..%c0%afetc/passwd',
    'C:\\Windows\\win.ini',
  ],
  'text that no store takes': ['\0', 'a\0b', '\u0001\u0002', '\u001b[2J', 'x\u007f', '\u0008\u0008'],
  'wrong shape or size': [
    'a'.repeat(5000),
    '🚓'.repeat(600),
    'x\u0301'.repeat(300),
    '\u202egnirts',
    '\ufffe\uffff',
    '1e309',
    '-1',
    '0x10',
    '9007199254740993',
    '99999999999999999999999999999999',
    'NaN',
    '-Infinity',
    '2026-02-30',
    '0000-00-00',
    '275760-09-14',
    '-271821-04-19',
    '9999-12-31T23:59:60Z',
    'null',
    'undefined',
    '[object Object]',
    '__proto__',
    'constructor',
    'toString',
    'true',
    '{"a":1}',
    ' ',
    '',
  ],
} as const satisfies Partial<Record<Family, readonly string[]>>;

export type Listed = keyof typeof CORPUS;
export const LISTED = Object.keys(CORPUS) as Listed[];

// Words of the program's own insides, none of which a page may say.
const INSIDES = [
  /\bat (?:async )?[\w.<>]+ \((?:file:|node:|\/)/,
  /node_modules/,
  /syntax error (?:at|in)/i,
  /invalid (?:input syntax|byte sequence)/i,
  /DB::Exception|Code: \d+\./,
  /violates [\w-]+(?: [\w-]+)? constraint/i,
  /(?:Type|Reference|Range)Error\b/,
  /relation "\w+"/,
  /Cannot read propert/,
];

// What stands within quotes of a tag is text as long as the quotes hold: looked at without it.
const ALIVE = [/<script>\s*zqx/i, /<\w[^<>]*zqx/i, /<(?:iframe|math|mi|style|meta http-equiv=refresh)\b/i];

/**
 * What every answer must be, whatever was sent: no fault, nothing of the program's insides, nothing that was sent and has come
 * alive, nothing that leads elsewhere, no secret of the reader.
 */
export function expectPlain(answer: LightMyRequestResponse, secrets: readonly string[] = []): void {
  const { statusCode, headers, body } = answer;
  expect(statusCode, body.slice(-400)).toBeLessThan(500);
  for (const inside of INSIDES) expect(body).not.toMatch(inside);
  expect(body.replaceAll(/value="[^"]*"/g, '').includes(JOINED), 'run by a store').toBe(false);
  expect(body.includes(PRODUCT), 'worked out by a template').toBe(false);
  expect(body.includes('root:x:0:0'), 'a file of this machine').toBe(false);
  if (String(headers['content-type']).startsWith('text/html')) {
    expect(body).not.toMatch(/(?:href|src|action)="(?:javascript|data):/i);
    const tags = body.replaceAll(/="[^"]*"/g, '=""');
    for (const one of ALIVE) expect(one.exec(tags)?.[0] ?? '', 'come alive').toBe('');
  }
  expect(headers).not.toHaveProperty('zqx');
  expect(JSON.stringify(headers['set-cookie'] ?? '')).not.toContain('zqx');
  for (const there of ledTo(answer)) {
    expect(there, 'leads elsewhere').toMatch(/^\/(?![/\\])/);
    expect(new URL(there, 'http://here.invalid').origin).toBe('http://here.invalid');
  }
  for (const secret of secrets) expect(body.includes(secret), 'a secret is said again').toBe(false);
}

/** Where an answer sends its reader by itself. */
function ledTo({ headers, body }: LightMyRequestResponse): string[] {
  const led = [headers.location, /http-equiv="refresh" content="[^"]*url=([^"]*)"/i.exec(body)?.[1]];
  if (String(headers['content-type']).startsWith('application/json')) {
    const { to } = JSON.parse(body) as { to?: string };
    led.push(to);
  }
  return led.filter((one) => one !== undefined).map(String);
}
