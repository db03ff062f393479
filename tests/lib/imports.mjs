// SPDX-License-Identifier: MIT
// Files made for a test, and imports of them followed until they have ended.
import { all, expect } from './client.mjs';

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
