// SPDX-License-Identifier: MIT
// The matrix: every cell of matrix.txt is asked for over HTTP; a row is a test that names all its wrong cells at once.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { contract } from '../lib/contract.mjs';
import { endImports, makeCast, roles } from './cast.mjs';
import { ask, readMatrix, told } from './matrix.mjs';
import { needed, parametersOf } from './requests.mjs';

const table = readMatrix();
let spec, cast;

before(async () => {
  spec = await contract();
  cast = await makeCast();
});

test('the table has every operation of the contract and no other, and every role', () => {
  const named = [...new Set(table.rows.map((row) => row.operation))].sort();
  assert.deepEqual(named, spec.operations.map(({ id }) => id).sort());
  assert.deepEqual(table.roles, roles);
});

test('a row stands only once', () => {
  const rows = table.rows.map((row) => `${row.operation} ${row.word}`);
  assert.deepEqual(rows, [...new Set(rows)]);
});

test('an operation on somebody\'s object has a row for everybody\'s', () => {
  const missing = spec.operations.flatMap((operation) => parametersOf(spec, operation).filter((parameter) => parameter.in === 'path')
    .flatMap(({ name }) => needed[name] ?? [])
    .filter((word) => !table.rows.some((row) => row.operation === operation.id && row.word === word))
    .map((word) => `${operation.id} ${word}`));
  assert.deepEqual(missing, []);
});

test('a letter is explained where it is used, and used where it is explained', () => {
  for (const [operation, letters] of Object.entries(table.meanings)) {
    const used = new Set(table.rows.filter((row) => row.operation === operation).flatMap(({ cells }) => Object.values(cells).map((cell) => cell.slice(3)).filter(Boolean)));
    assert.deepEqual(Object.keys(letters).filter((letter) => letter !== 'columns').sort(), [...used].sort(), operation);
  }
});

// What is wrong with a cell, in words; undefined if nothing is.
async function wrong(operation, { word, cells }, role) {
  const meanings = table.meanings[operation.id] ?? {};
  const seen = await ask(spec, cast, operation, role, word);
  const status = cells[role].slice(0, 3);
  const shows = meanings[cells[role].slice(3)] ?? '';
  if (!seen) return cells[role] === '-' ? undefined : `${role}: has no such object, and the table says ${cells[role]}`;
  if (String(seen.status) !== status) return `${role}: ${seen.status} instead of ${status}: ${seen.text.slice(0, 300)}`;
  const really = told(seen.shows, meanings.columns);
  return really === shows ? undefined : `${role}: shows "${really}" instead of "${shows}"`;
}

for (const row of table.rows)
  test(`${row.operation} ${row.word}`, async () => {
    const operation = spec.operations.find(({ id }) => id === row.operation);
    assert.ok(operation, `${row.where}: there is no such operation`);
    const faults = await Promise.all(roles.map((role) => wrong(operation, row, role)));
    endImports();
    assert.deepEqual(faults.filter(Boolean), [], row.where);
  });
