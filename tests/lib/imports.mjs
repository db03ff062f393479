// SPDX-License-Identifier: MIT
// Files made for a test, and imports of them followed until they have ended.
import { give, scoped } from './access.mjs';
import { all, expect } from './client.mjs';
import { posted } from './posted.mjs';

const types = { csv: 'text/csv', ndjson: 'application/x-ndjson' };
export const ended = ['done', 'failed', 'cancelled'];

// Rows of objects as the text of a file; a row that is a text goes as it is.
export function fileOf(format, columns, rows) {
  const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const line = { csv: (row) => columns.map((column) => cell(String(row[column] ?? ''))).join(','), ndjson: (row) => JSON.stringify(row) }[format];
  const lines = rows.map((row) => (typeof row === 'string' || Buffer.isBuffer(row) ? row : line(row)));
  const head = format === 'csv' ? [columns.join(',')] : [];
  return Buffer.concat([...head, ...lines].map((part) => Buffer.concat([Buffer.from(part), Buffer.from('\n')])));
}

// Sends a file whole, and starts its import; gives the import as it then is.
export async function sendFile(who, kind, format, content, { mode = 'good_rows', dry_run = false, status = 202 } = {}) {
  const target = `/v1/import-files?kind=${kind}&mode=${mode}&dry_run=${dry_run}`;
  return (await expect(status, 'POST', target, { ...who, raw: content, headers: { 'content-type': types[format] } })).json;
}

export const sendPart = (status, who, id, part, format, content) =>
  expect(status, 'PUT', `/v1/imports/${id}/parts/${part}`, { ...who, raw: content, headers: { 'content-type': types[format] } });

// The import when it has ended; a minute is more than any of these needs.
export async function whenEnded(who, id) {
  for (const until = Date.now() + 60_000; ; ) {
    const { json } = await expect(200, 'GET', `/v1/imports/${id}`, who);
    if (ended.includes(json.state)) return json;
    if (Date.now() > until) throw new Error(`import ${id} is still ${json.state}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export async function importFile(who, kind, format, content, options) {
  const { id } = await sendFile(who, kind, format, content, options);
  return { ...(await whenEnded(who, id)), faults: await all(`/v1/imports/${id}/faults?limit=500`, who, 'faults') };
}

export const header = 'staff_number,given_name,family_name,worker_type,starts_on';

// Who imports for an organisation: HR, a reader without the scope for it, and one of the nation; and what they begin with.
export function importers(organisation) {
  const wide = 'workforce:write competencies:assess';
  const force = posted(organisation, { HR: {}, R: {}, C: {}, N: {}, GONE: {} });
  give(force.HR, wide, { organisation });
  give(force.R, 'workforce:read', { organisation });
  give(force.N, 'workforce:write');
  const hr = scoped(force.HR, wide), reader = scoped(force.R, `${wide} workforce:read`), nation = scoped(force.N, 'workforce:write');
  const body = { kind: 'people', format: 'csv', mode: 'good_rows' };
  const make = async (more = {}, who = hr) => (await expect(201, 'POST', '/v1/imports', { ...who, body: { ...body, ...more } })).json;
  const start = (id, status = 202, who = hr) => expect(status, 'POST', `/v1/imports/${id}/start`, who);
  const cancel = (id, status = 200, who = hr) => expect(status, 'POST', `/v1/imports/${id}/cancel`, who);
  return { force, hr, reader, nation, body, make, start, cancel, wide };
}
