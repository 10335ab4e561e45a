/**
 * A real ClickHouse server out of the engine's npm package, for the tests that need one. Run as a process of its own:
 *
 *   node tests/support/clickhouse-node.ts FOLDER TCP_PORT HTTP_PORT
 *
 * It listens on 127.0.0.1 only and serves until it is ended. The library has no call that starts a server, but its
 * command line can open the ports and then wait.
 */
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DataType, load, open } from 'ffi-rs';

const [folder, tcp, http] = process.argv.slice(2);
if (folder === undefined || tcp === undefined || http === undefined)
  throw new Error('give FOLDER TCP_PORT HTTP_PORT');
mkdirSync(folder, { recursive: true });

const require = createRequire(import.meta.url);
const platform = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
const library = path.join(path.dirname(require.resolve(`@chdb/lib-${platform}/package.json`)), 'libchdb.so');
const wait =
  'SELECT sleepEachRow(1) FROM numbers(4000000000) SETTINGS function_sleep_max_microseconds_per_block = 0, ' +
  'max_block_size = 1, max_execution_time = 0 FORMAT Null';
const words = [
  'clickhouse',
  '--path',
  folder,
  '--listen_host=127.0.0.1',
  `--tcp_port=${tcp}`,
  `--http_port=${http}`,
  '--multiquery',
  '--query',
  `SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; ${wait}`,
];
open({ library: 'chdb', path: library });
load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [words.length, words],
});
