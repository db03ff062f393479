// SPDX-License-Identifier: MIT
// Starts skillsd processes of a test's own, and asks them over a new connection each time.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask as askDatabase } from './sql.mjs';

const root = new URL('../..', import.meta.url).pathname;
export const binary = process.env.SKILLSD_TEST_BINARY ?? join(root, 'build/skillsd');
export const home = process.env.SKILLSD_TEST_HOME ?? root;

// Workers of a service, unless its test says otherwise.
export const workers = 2;

// The environment of a process of ours; undefined takes a variable away.
const environment = (changes) => {
  const all = { ...process.env, SKILLSD_LISTEN: '127.0.0.1:0', SKILLSD_WORKERS: String(workers), SKILLSD_HOME: home, ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};

// Runs skillsd to its end: {status, stdout, stderr}. Sixty seconds at most.
export const run = (parts, changes = {}) => spawnSync(binary, parts, { encoding: 'utf8', env: environment(changes), timeout: 60_000 });

// The same without waiting for it.
export function begin(parts, changes = {}) {
  const child = spawn(binary, parts, { env: environment(changes), stdio: ['ignore', 'pipe', 'pipe'] });
  const out = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', (text) => (out[stream] += text));
  const ended = new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, ...out })));
  return { child, out, ended };
}

// Waits until `look` gives something true, and gives that. An exception of `look` counts as false.
export async function until(what, seconds, look) {
  const deadline = Date.now() + seconds * 1000;
  for (let last; ; await sleep(50)) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) assert.fail(`not within ${seconds} s: ${what}${last ? ` (${last.message})` : ''}`);
  }
}

class Service {
  constructor(changes) {
    Object.assign(this, { settings: changes }, begin(['serve'], changes));
  }

  // The log so far, a line an object; the banner is no log.
  get log() {
    return this.out.stderr.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}')).map((line) => JSON.parse(line));
  }

  get pid() {
    return this.child.pid;
  }

  get running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  // The processes that the supervisor started, in the order in which it did: at first its workers, then the clerk. Numbers of processes begin anew, and say nothing of it.
  workers() {
    const pids = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').trim().split(' ');
    return pids.filter(Boolean).map(Number);
  }

  // All of them, once they are there: `listening` is said before.
  whole() {
    const count = this.size + 1;
    return until(`${count} processes`, 20, () => this.workers().length === count && this.workers());
  }

  async listening() {
    const line = await until('listening', 20, () => {
      assert.ok(this.running, `skillsd ended: ${this.out.stderr.slice(-2000)}`);
      return this.log.find(({ event }) => event === 'listening');
    });
    this.address = line.address;
    this.url = `http://${line.address}`;
    return this;
  }

  ask(target, options) {
    return ask(this.url + target, options);
  }

  // What the verifier of each worker has read, by its name.
  get verifiers() {
    return Object.fromEntries(this.log.filter(({ event }) => event === 'issuers_read').map(({ process, state }) => [process, state]));
  }

  get size() {
    return Number(this.settings.SKILLSD_WORKERS ?? workers);
  }

  // Every worker has reached the database, and one says so: of two that share a socket one may take every connection.
  ready(seconds = 20) {
    return until('ready', seconds, async () => Object.keys(this.verifiers).length >= this.size && (await this.ask('/ready')).status === 200);
  }

  async stop() {
    if (this.running) this.child.kill('SIGTERM');
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 40_000);
    const end = await this.ended;
    clearTimeout(killer);
    return end;
  }
}

// A service that listens; the test ends it, whatever happens.
export async function serve(t, changes = {}) {
  const service = new Service(changes);
  t.after(() => service.stop());
  return service.listening();
}

// One request over a connection of its own, or of the agent given: {status, headers, text, json}. It fails as the connection fails.
export function ask(url, { method = 'GET', headers = {}, body, seconds = 20, agent = false, localAddress } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent, localAddress, timeout: seconds * 1000 }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (piece) => (text += piece));
      reply.on('error', reject);
      reply.on('end', () => {
        const json = /json/.test(reply.headers['content-type'] ?? '') && text ? JSON.parse(text) : undefined;
        resolve({ status: reply.statusCode, headers: reply.headers, text, json });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no reply within ${seconds} s`)));
    request.on('error', reject);
    request.end(body);
  });
}

export const bearer = (token) => ({ authorization: `Bearer ${token}` });

// A demo token of the settings in force.
export function token(role, changes = {}) {
  const { status, stdout, stderr } = run(['token', '--as', role], changes);
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

// Asks again and again with `width` requests at once; stop() gives what came: replies and errors.
export function load(width, ask) {
  const result = { replies: [], errors: [] };
  let going = true;
  const client = async () => {
    while (going) {
      await ask().then(
        (reply) => result.replies.push(reply),
        (error) => result.errors.push(error),
      );
    }
  };
  const clients = Array.from({ length: width }, client);
  const stop = async () => {
    going = false;
    await Promise.all(clients);
    return result;
  };
  return { result, stop };
}

// A folder that is gone after the test.
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'skillsd-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

// A copy of what SKILLSD_HOME holds, to be broken.
export function copyHome(t) {
  const path = folder(t);
  for (const part of ['api-spec', 'sql']) cpSync(join(home, part), join(path, part), { recursive: true });
  return path;
}

// What the database says to SQL, a row a line.
export const psql = (url, sql) => askDatabase(url, sql);

export const inDatabase = (url, name) => Object.assign(new URL(url), { pathname: `/${name}` }).href;

// The database is gone after the test. Autovacuum, which the owner may not end, can be in it just then: so it is tried again.
export function dropAfter(t, name) {
  const drop = () => (psql(inDatabase(process.env.SKILLSD_OWNER_URL, 'postgres'), `drop database if exists ${name} with (force)`), true);
  t.after(() => until(`${name} dropped`, 20, drop));
}

// An empty database that is gone after the test; the owner of the schema must be allowed to create databases. Settings of both roles.
export function freshDatabase(t, { like } = {}) {
  const name = `skillsd_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  const owner = process.env.SKILLSD_OWNER_URL;
  psql(inDatabase(owner, 'postgres'), `create database ${name}${like ? ` template ${like}` : ''}`);
  dropAfter(t, name);
  return { SKILLSD_OWNER_URL: inDatabase(owner, name), SKILLSD_DATABASE_URL: inDatabase(process.env.SKILLSD_DATABASE_URL, name) };
}

// The same, migrated: a copy of the database of the ledger's tests, where that has been made, for nobody writes there.
export function migratedDatabase(t) {
  if (process.env.LEDGER_URL) return freshDatabase(t, { like: new URL(process.env.LEDGER_URL).pathname.slice(1) });
  const settings = freshDatabase(t);
  const { status, stdout, stderr } = run(['migrate'], settings);
  assert.equal(status, 0, stdout + stderr);
  return settings;
}
