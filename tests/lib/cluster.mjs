// SPDX-License-Identifier: MIT
// Another PostgreSQL cluster, of a test's own: made in a temporary folder, on a free port of the loopback, gone after the test.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { psql } from './service.mjs';

const binaries = '/usr/lib/postgresql/15/bin';

// PostgreSQL refuses to run as root: then it runs as the user that Debian's package made.
function asPostgres(program, ...parts) {
  const root = process.getuid() === 0;
  const command = root ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', 'env', 'HOME=/', `${binaries}/${program}`] : [`${binaries}/${program}`];
  return execFileSync(command[0], [...command.slice(1), ...parts], { cwd: '/', encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

// The address of the same user with the same secret, in another cluster and database.
const moved = (url, port, name) => Object.assign(new URL(url), { port, pathname: `/${name}` }).href;

// {superuser, settings(name)}: the roles have the secrets that they have in the cluster of the other tests.
export async function otherCluster(t) {
  const folder = mkdtempSync(join(tmpdir(), 'skillsd-cluster-'));
  const owner = new URL(process.env.SKILLSD_OWNER_URL), service = new URL(process.env.SKILLSD_DATABASE_URL);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'password'), decodeURIComponent(owner.password), { mode: 0o600 });
  if (process.getuid() === 0) execFileSync('chown', ['-R', 'postgres:', folder]);
  const data = join(folder, 'data');
  asPostgres('initdb', '-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C.UTF-8', `--pwfile=${join(folder, 'password')}`);
  const port = await freePort();
  asPostgres('pg_ctl', 'start', '-w', '-s', '-D', data, '-l', join(folder, 'log'), '-o', `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories= -c fsync=off -c synchronous_commit=off`);
  t.after(() => asPostgres('pg_ctl', 'stop', '-s', '-m', 'fast', '-D', data));
  const superuser = (name = 'postgres') => moved(Object.assign(new URL(owner), { username: 'postgres' }), port, name);
  for (const role of [owner, service]) psql(superuser(), `create role ${role.username} login password '${decodeURIComponent(role.password)}'`);
  return { superuser, settings: (name) => ({ SKILLSD_OWNER_URL: moved(owner, port, name), SKILLSD_DATABASE_URL: moved(service, port, name) }) };
}

// A database as another one is: dumped by the schema's owner, restored by the superuser of the cluster that it goes to.
export function restoreInto(name, file, superuser) {
  psql(superuser(), `create database ${name} owner ${new URL(process.env.SKILLSD_OWNER_URL).username}`);
  execFileSync(`${binaries}/pg_restore`, ['--exit-on-error', '-d', superuser(name), file], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
}

export const dump = (url, file) => execFileSync(`${binaries}/pg_dump`, ['-Fc', '-d', url, '-f', file], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
