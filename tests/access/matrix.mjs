// SPDX-License-Identifier: MIT
// Reads tests/access/matrix.txt, and says what a reply shows in the words of its legend.
import { readFileSync } from 'node:fs';
import { call } from '../lib/client.mjs';
import { betrayed, fresh } from './cast.mjs';
import { request, requests } from './requests.mjs';

export const file = new URL('matrix.txt', import.meta.url).pathname;

// {roles, rows: [{line, operation, word, cells: {role: {status, letter}}}], meanings: {operation: {letter: text}}}.
export function readMatrix(text = readFileSync(file, 'utf8')) {
  const table = { roles: undefined, rows: [], meanings: {} };
  let operation;
  text.split('\n').forEach((line, i) => {
    if (!line.trim() || line.startsWith('#')) return;
    const words = line.trim().split(/\s+/);
    const where = `matrix.txt:${i + 1}`;
    if (words[0] === 'operation') table.roles = words.slice(2);
    else if (line.startsWith(' ')) {
      const letters = (table.meanings[operation] ??= {});
      if (letters[words[0]]) throw new Error(`${where}: ${operation} has two meanings of ${words[0]}`);
      letters[words[0]] = words.slice(1).join(' ');
    } else {
      operation = words[0];
      const cells = words.slice(2);
      if (cells.length !== table.roles.length) throw new Error(`${where}: ${cells.length} cells for ${table.roles.length} roles`);
      table.rows.push({ where, operation, word: words[1], cells: Object.fromEntries(table.roles.map((role, n) => [role, cells[n]])) });
    }
  });
  return table;
}

// What was made for a cell, or by one, is left out of lists, which so show the same whatever was asked before.
const isList = (json) => Object.keys(json).filter((key) => key !== 'meta').length === 1 && Array.isArray(Object.entries(json).find(([key]) => key !== 'meta')[1]);
const rowsOf = (json, counts = () => true) =>
  Object.entries(json).find(([key]) => key !== 'meta')[1].filter((row) => !fresh.has(row.id) && counts(row));
const countsFor = (cast, operation) => {
  const counts = requests[operation.id]?.counts;
  return counts && ((row) => counts(cast, row));
};

const holds = (value) => value !== null && (typeof value !== 'object' || Object.keys(value).length > 0);
const filledKeys = (object) => Object.keys(object).filter((key) => holds(object[key]));

// Whether a reply is the same for everybody who is let in: no scope is asked for.
const isOpen = ({ definition }) => !definition.security?.length;

// The columns that hold something: of one object, or of the rows of a list that are about the cast; of all rows where the list is about nobody.
function columns(cast, operation, json) {
  if (!isList(json)) return filledKeys(json);
  const ours = rowsOf(json, countsFor(cast, operation)).filter((row) => isOpen(operation) || betrayed(cast, JSON.stringify(row)).length);
  const later = requests[operation.id]?.later ?? [];
  return [...new Set(ours.flatMap(filledKeys))].filter((name) => !later.includes(name));
}

// What a reply shows: {who: "people: self, units: team", columns: "id given_name"}, both '' for one without data. The caller is "self", and whom the
// row names is "asked", so that what is the same for everybody reads the same.
function shown(cast, operation, reply, role, word) {
  const name = (text) => text.replaceAll(/[\w]+/g, (each) => (each === role ? 'self' : each === word.split('.')[0] ? 'asked' : each));
  const data = reply.status < 300 && reply.json;
  const text = data && isList(data) ? JSON.stringify([data.meta, rowsOf(data, countsFor(cast, operation))]) : reply.text;
  const seen = betrayed(cast, text).map((kind) => kind.replace(/(?<=: ).*/, name));
  return { who: seen.join(', '), columns: data ? columns(cast, operation, reply.json).sort().join(' ') : '' };
}

// The same as one line; columns that the operation usually shows ("columns" in its legend) are left out.
export const told = ({ who, columns: names }, usual) => [who || (names ? 'nobody' : ''), names === usual ? '' : names].filter(Boolean).join(' | ');

// Adds the rows of the pages that follow.
async function takeMorePages(reply, options) {
  for (let next = reply; (next = next.headers.get('link')?.match(/<([^>]+)>; rel="next"/)?.[1]); ) {
    next = await call('GET', next, options);
    Object.values(reply.json).find(Array.isArray).push(...rowsOf(next.json));
  }
}

// Asks for a cell: {status, shows, text}; undefined where the caller has nothing to ask for.
export async function ask(spec, cast, operation, role, word) {
  const asked = await request(spec, cast, operation, role, word);
  if (!asked) return undefined;
  const reply = await call(asked.method, asked.target, asked.options);
  if (reply.json && isList(reply.json) && !isOpen(operation)) await takeMorePages(reply, asked.options);
  if (reply.status === 201) fresh.add(reply.json.id);
  if (reply.status === 200 && reply.json?.endorsement) fresh.add(reply.json.endorsement);
  return { status: reply.status, shows: shown(cast, operation, reply, role, word), text: reply.text };
}
