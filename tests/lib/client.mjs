// SPDX-License-Identifier: MIT
// Calls the service as somebody, holds request and response against the contract, and gives the reply.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { contract } from './contract.mjs';
import { ask } from './sql.mjs';

export const url = process.env.SKILLSD_URL;
const binary = process.env.SKILLSD_TEST_BINARY ?? new URL('../../build/skillsd', import.meta.url).pathname;

// Runs skillsd; gives its standard output.
export const skillsd = (...parts) => execFileSync(binary, parts, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

// Runs SQL as the owner of the schema; gives rows of text, or of JSON where the statement makes it.
export function sql(text, ...values) {
  const bound = text.replace(/\$(\d+)/g, (_, n) => "'" + String(values[n - 1]).replaceAll("'", "''") + "'");
  return ask(process.env.SKILLSD_OWNER_URL, `set search_path = skills; ${bound}`, { kept: true }).split('\n').filter(Boolean);
}

const tokens = new Map();

// A demo token, asked for once: token('officer'), token('officer', person), token('hr', null, 'record:read').
export function token(as, person, scope) {
  const parts = ['token', '--as', as, ...(person ? ['--person', person] : []), ...(scope === undefined ? [] : ['--scope', scope])];
  const key = parts.join(' ');
  if (!tokens.has(key)) tokens.set(key, skillsd(...parts).trim());
  return tokens.get(key);
}

// call('GET', '/v1/me', {as: 'officer'}) -> {status, headers, bytes, text, json}. `as` is a role, or {token}.
// A body goes as JSON unless it is a string or `raw`. Every response is judged by the contract; a request is too when it succeeds.
export async function call(method, target, { as, person, body, type, headers = {}, raw } = {}) {
  const spec = await contract();
  const operation = spec.find(method, target);
  const all = { ...headers };
  if (as) all.authorization = `Bearer ${as.token ?? token(as, person)}`;
  if (body !== undefined) all['content-type'] = type ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
  const reply = await fetch(url + target, { method, headers: all, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)) });
  const bytes = Buffer.from(await reply.arrayBuffer());
  const text = bytes.toString();
  const contentType = reply.headers.get('content-type') ?? '';
  if (operation) {
    spec.checkResponse(operation, reply.status, reply.headers, text, method);
    if (reply.ok) spec.checkRequest(operation, all['content-type'], body);
  }
  return { status: reply.status, headers: reply.headers, bytes, text, json: contentType.includes('json') && text ? JSON.parse(text) : undefined };
}

// The same, and the status must be this one.
export async function expect(status, method, target, options) {
  const reply = await call(method, target, options);
  assert.equal(reply.status, status, `${method} ${target} answers ${reply.status}: ${reply.text.slice(0, 1000)}`);
  return reply;
}

// Follows Link: rel="next" and gives the members of all pages.
export async function all(target, options, member) {
  const rows = [];
  for (let next = target; next; ) {
    const reply = await expect(200, 'GET', next, options);
    rows.push(...reply.json[member]);
    next = reply.headers.get('link')?.match(/<([^>]+)>; rel="next"/)?.[1];
  }
  return rows;
}

// A CSV text as rows of objects by column name (RFC 4180).
export function csv(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  if (rows.at(-1).length === 1 && rows.at(-1)[0] === '') rows.pop();
  const [names, ...values] = rows;
  return values.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
}

// The pointers of a problem's faults, each once, sorted.
export const pointers = (reply) => [...new Set((reply.json.errors ?? []).map((fault) => fault.pointer))].sort();
