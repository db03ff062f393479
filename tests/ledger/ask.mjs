// SPDX-License-Identifier: MIT
// Asks for a report as the service does: its own statement, as the serving role with the settings of a caller, within the wall; in the snapshot of another
// connection, so that what it says and the facts are of one moment.
import { existsSync, readFileSync } from 'node:fs';
import { connect } from './world.mjs';

const file = (operation) => new URL(`../../sql/queries/${operation}.sql`, import.meta.url);
export const isThere = (operation) => existsSync(file(operation));

// What is not a text to the statements.
const types = { limit: 'bigint', after: 'jsonb' };

// The statement with $1, $2, ... for its names, and the names in that order.
const statements = new Map();
function statement(operation) {
  if (statements.has(operation)) return statements.get(operation);
  const names = [];
  const text = readFileSync(file(operation), 'utf8').replace(/--.*|'(?:[^']|'')*'|::|:([a-z_]+)/g, (all, name) => {
    if (!name) return all.startsWith('--') ? '' : all;
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}::${types[name] ?? 'text'}`;
  });
  const made = { text, names };
  statements.set(operation, made);
  return made;
}

// As the serving role, whose password is the owner's in the clusters of ./dev.
export const serving = (url) => connect(Object.assign(new URL(url), { username: 'skillsd_service' }).href);

// The settings of who asks: HR of an organisation, cleared or not; a person, of their own record; who finds specialists, for an organisation or the nation.
function settingsOf({ organisation, cleared, own, finds }) {
  const all = { issuer: 'property', subject: 'property', acting: '', organisation: '', cleared_organisation: '', person: own ?? '', scopes: '{}', organisation_scopes: '{}', national_scopes: '{}' };
  if (own) return { ...all, scopes: '{record:read}' };
  if (finds === 'nation') return { ...all, scopes: '{specialists:read}', national_scopes: '{specialists:read}' };
  if (finds) return { ...all, acting: organisation, scopes: '{specialists:read}', organisation_scopes: '{specialists:read}' };
  return {
    ...all, organisation, acting: organisation, cleared_organisation: cleared ? -organisation : '', scopes: '{reports:organisation,workforce:read}',
    organisation_scopes: `{reports:organisation,workforce:read${cleared ? ',sensitive:read' : ''}}`,
  };
}

// {meta, rows} of a report in a snapshot that is given; or, explained, {blocks} that it looks at. What is wrong with what was asked is thrown, as its `problem`.
export async function ask(client, snapshot, { operation, explain, ...caller }, parameters) {
  const { text, names } = statement(operation);
  const unknown = Object.keys(parameters).filter((name) => !names.includes(name));
  if (unknown.length) throw new Error(`sql/queries/${operation}.sql has no ${unknown.join(', ')}`);
  await client.query('begin isolation level repeatable read read only');
  try {
    await client.query(`set transaction snapshot '${snapshot}'`);
    await client.query(`select ${Object.entries(settingsOf(caller)).map(([name, value]) => `set_config('app.${name}', '${value}', true)`)}`);
    const values = names.map((name) => parameters[name] ?? null);
    if (explain) {
      const { rows } = await client.query({ text: `explain (analyze, buffers, timing off, format json) ${text}`, values });
      const { Plan: plan } = rows[0]['QUERY PLAN'][0];
      return { blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
    }
    const { rows } = await client.query({ text, values });
    const refused = rows.find((row) => row._problem);
    if (refused) throw Object.assign(new Error(`${operation} ${JSON.stringify(parameters)}: ${refused._status} ${refused._problem}`), { problem: refused._problem });
    return { meta: rows[0]?._meta, rows: rows.filter((row) => Object.entries(row).some(([name, value]) => !name.startsWith('_') && value !== null)) };
  } finally {
    await client.query('rollback');
  }
}
