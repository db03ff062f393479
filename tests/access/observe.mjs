// SPDX-License-Identifier: MIT
// Prints the rows of an operation as the service answers them now, in the form of matrix.txt: to be read and judged before they are taken over, not
// believed. node tests/access/observe.mjs [operation ...], with the settings of `./dev env`.
import { contract } from '../lib/contract.mjs';
import { makeCast, roles } from './cast.mjs';
import { ask, readMatrix, told } from './matrix.mjs';
import { needed, parametersOf } from './requests.mjs';

const spec = await contract();
const cast = await makeCast();
const wanted = process.argv.slice(2);
const { rows } = readMatrix();

const wordsOf = (operation) => {
  const words = rows.filter((row) => row.operation === operation.id).map((row) => row.word);
  const asked = parametersOf(spec, operation).flatMap(({ name }) => needed[name] ?? []);
  return [...new Set([...asked, ...words])];
};
const line = (operation, word, cells) => `${operation.id.padEnd(22)} ${word.padEnd(18)} ${cells.map((cell) => String(cell).padEnd(9)).join(' ')}`.trimEnd();


// The columns that most cells of an operation show.
function usual(seen) {
  const counts = new Map();
  for (const { shows } of seen.filter((cell) => cell?.shows.columns)) counts.set(shows.columns, (counts.get(shows.columns) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

async function observe(operation) {
  const words = wordsOf(operation);
  const seen = [];
  for (const word of words.length ? words : ['-'])
    for (const role of roles) seen.push({ word, ...(await ask(spec, cast, operation, role, word)) });
  const columns = usual(seen.filter(({ status }) => status));
  const letters = [];
  const letterOf = (shows) => {
    const text = told(shows, columns);
    if (text && !letters.includes(text)) letters.push(text);
    return text ? String.fromCharCode(97 + letters.indexOf(text)) : '';
  };
  for (const word of new Set(seen.map((cell) => cell.word)))
    console.log(line(operation, word, seen.filter((cell) => cell.word === word).map(({ status, shows }) => (status ? status + letterOf(shows) : '-'))));
  letters.forEach((text, i) => console.log(`    ${String.fromCharCode(97 + i)}  ${text}`));
  if (columns) console.log(`    columns  ${columns}`);
}

for (const operation of spec.operations.filter(({ id }) => !wanted.length || wanted.includes(id))) await observe(operation);
