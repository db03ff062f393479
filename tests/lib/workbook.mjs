// SPDX-License-Identifier: MIT
// Reads workbooks by a reader that has nothing to do with their writer: Debian's openpyxl, and so Debian's Python.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { expect } from './client.mjs';

export const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const reader = new URL('./workbook.py', import.meta.url).pathname;

export const read = (bytes) => JSON.parse(execFileSync('/usr/bin/python3', [reader], { input: bytes, maxBuffer: 1 << 28 }));

export const ask = (status, target, as) => expect(status, 'GET', target, { ...as, headers: { ...as.headers, accept: xlsx } });

// The rows of the sheet Data by the names of JSON, which the sheet Definitions tells of each column.
export function data(workbook) {
  const names = workbook.Definitions.rows.slice(1).map(([, name]) => name);
  assert.deepEqual(workbook.Definitions.rows.slice(1).map(([title]) => title), workbook.Data.rows[0]);
  return workbook.Data.rows.slice(1).map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
}

// The sheet About as {label: value}, by section.
export function about(workbook) {
  const sections = {};
  let section;
  for (const [label, value, meaning] of workbook.About.rows.slice(1))
    if (meaning === 'What it means' && value === null) section = sections[label] = {};
    else if (label !== null) section[label] = value;
  return sections;
}

// What a value of JSON is in a cell, by the schema of its column; empty text is an empty cell.
function cellOf(value, { format }) {
  if (format === 'date' && value !== null) return { at: `${value}T00:00:00.000` };
  if (format === 'date-time' && value !== null) return { at: new Date(value).toISOString().slice(0, -1) };
  return value === '' ? null : value;
}

// Holds the cells of a workbook against the JSON of the same request, one by one.
export function same(workbook, rows, properties) {
  const cells = data(workbook);
  assert.equal(cells.length, rows.length);
  rows.forEach((row, i) => {
    const wanted = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value, properties[name])]));
    assert.deepEqual(cells[i], wanted, `row ${i + 1}`);
  });
}
