// SPDX-License-Identifier: MIT
// Who has the whole cube and a solver: sets up all that the figures say as a linear programme, and asks for each cell without a figure how low and how
// high it can be.
import highs from 'highs';
import { keyOf } from './nation.mjs';

const solver = await highs();

// A programme: variables with bounds, and rows. Names are its own, so that any text will do.
class Programme {
  bounds = [];
  rows = [];

  variable(low, high) {
    return this.bounds.push([low, high]) - 1;
  }

  // low <= sum of factor * variable <= high; a null bound is none.
  row(terms, low, high) {
    const sum = terms.map(([factor, variable]) => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} v${variable}`).join(' ');
    if (low !== null && low === high) this.rows.push(`${sum} = ${low}`);
    else {
      if (low !== null) this.rows.push(`${sum} >= ${low}`);
      if (high !== null) this.rows.push(`${sum} <= ${high}`);
    }
  }

  // The values of all variables where the sum of `terms` is greatest, or least.
  solve(terms, greatest) {
    const sum = terms.map(([factor, variable]) => `+ ${factor} v${variable}`).join(' ');
    const text = `${greatest ? 'Maximize' : 'Minimize'}\n obj: ${sum}\nSubject To\n${this.rows.map((row, i) => ` r${i}: ${row}`).join('\n')}\nBounds\n${
      this.bounds.map(([low, high], i) => ` ${low} <= v${i} <= ${high ?? '+inf'}`).join('\n')}\nEnd\n`;
    const { Status, Columns } = solver.solve(text);
    if (Status !== 'Optimal') throw new Error(`the programme is ${Status}`);
    return { at: (variable) => Columns[`v${variable}`].Primal };
  }
}

const given = (row, exact) => (row.people === null ? null : exact(row) ? [row.people, row.people] : row.people === 10 ? [10, 14] : [row.people - 4, row.people + 4]);
const table = (row) => [row.quarter_end, row.measure, row.item, row.basis, row.level, row.joined_year].join('|');

// Sets up what `rows` (the whole cube) tell. `exact` says of which rows the attacker knows that they are not rounded. Gives the programme and the cells
// without a figure, each as the terms that make it.
export function programme(rows, exact = () => false) {
  const all = new Programme();
  const tables = new Map();
  for (const row of rows) tables.set(table(row), [...(tables.get(table(row)) ?? []), row]);
  const variables = new Map(); // key of a cell of one organisation and worker type -> variable
  const hidden = [];
  for (const cells of tables.values()) {
    if (cells.every((row) => row.people === null)) continue; // says nothing of any of its cells
    for (const row of cells.filter((each) => each.organisation && each.worker_type !== 'all')) {
      const [low, high] = given(row, exact) ?? [0, row.marker === 'fewer than 10' ? 9 : null];
      variables.set(keyOf(row), all.variable(low, high));
      if (row.people === null) hidden.push({ row, terms: [[1, variables.get(keyOf(row))]] });
    }
    // Totals are sums, told or not.
    for (const row of cells.filter((each) => !each.organisation || each.worker_type === 'all')) {
      const parts = cells.filter((each) => each.organisation && each.worker_type !== 'all' && [each.organisation, null].includes(row.organisation) && [each.worker_type, 'all'].includes(row.worker_type));
      const terms = parts.map((part) => [1, variables.get(keyOf(part))]);
      const [low, high] = given(row, exact) ?? [row.marker === 'withheld' ? 10 : null, row.marker === 'fewer than 10' ? 9 : null];
      all.row(terms, low, high);
      // The same people always give the same figure: where a single given part has another one, somebody else is counted too.
      const seen = parts.filter((part) => part.people !== null);
      if (row.people !== null && !exact(row) && seen.length === 1 && seen[0].people !== row.people) all.row(parts.filter((part) => part !== seen[0]).map((part) => [1, variables.get(keyOf(part))]), 1, null);
      if (row.people === null) hidden.push({ row, terms });
    }
  }
  // In each cell: levels include those above, any basis has what is assessed, and nobody is counted who does not serve.
  for (const cells of tables.values()) {
    for (const row of cells) {
      const own = variables.get(keyOf(row));
      if (own === undefined) continue;
      const below = (other) => {
        const variable = variables.get(keyOf({ ...row, ...other }));
        if (variable !== undefined) all.row([[1, variable], [-1, own]], 0, null);
      };
      if (row.measure === 'held' && row.level > 1) below({ level: row.level - 1 });
      if (row.measure === 'held' && row.basis === 'assessed') below({ basis: 'any' });
      if (['held', 'developed', 'joined'].includes(row.measure)) below({ measure: 'strength', item: null, basis: null, level: null, joined_year: null });
    }
  }
  // The years of joining are of different people who serve.
  for (const row of rows.filter((each) => each.measure === 'strength' && variables.has(keyOf(each)))) {
    const joined = rows.filter((each) => each.measure === 'joined' && each.quarter_end === row.quarter_end && each.organisation === row.organisation && each.worker_type === row.worker_type);
    const terms = joined.map((each) => variables.get(keyOf(each))).filter((variable) => variable !== undefined).map((variable) => [-1, variable]);
    if (terms.length > 0) all.row([[1, variables.get(keyOf(row))], ...terms], 0, null);
  }
  // Once a year of joining is over, fewer and fewer of it serve.
  const nation = (row) => rows.filter((each) => table(each) === table(row) && variables.has(keyOf(each))).map((each) => [1, variables.get(keyOf(each))]);
  const whole = rows.filter((row) => row.measure === 'joined' && !row.organisation && row.worker_type === 'all' && row.quarter_end >= `${row.joined_year}-03-31`);
  for (const row of whole) {
    const next = whole.filter((each) => each.joined_year === row.joined_year && each.quarter_end > row.quarter_end).sort((a, b) => (a.quarter_end < b.quarter_end ? -1 : 1))[0];
    if (next && nation(row).length > 0 && nation(next).length > 0) all.row([...nation(row), ...nation(next).map(([, variable]) => [-1, variable])], 0, null);
  }
  return { all, hidden };
}

// For each cell without a figure the least and the greatest that it can be, as far as it matters: at least 0 and at most `far` are asked for. A solution
// for many cells at once shows for each what it can be; only cells for which none did are asked one by one, until `enough` are found that cannot be 0, or
// cannot be `far`.
export function attack(rows, { exact, far = 9, matters = () => true, enough = Infinity } = {}) {
  const { all, hidden } = programme(rows, exact);
  const cells = hidden.filter(({ row }) => matters(row)).map((cell) => ({ ...cell, low: Infinity, high: -Infinity }));
  const note = ({ at }) => {
    for (const cell of cells) {
      const value = cell.terms.reduce((sum, [factor, variable]) => sum + factor * at(variable), 0);
      cell.low = Math.min(cell.low, value);
      cell.high = Math.max(cell.high, value);
    }
  };
  const short = (greatest) => (cell) => (greatest ? cell.high < far - 1e-6 : cell.low > 1e-6);
  const found = new Set();
  for (const greatest of [false, true]) {
    // Halves of what is open, as long as they show something new.
    for (let round = 0, before = Infinity; round < 12; round++) {
      const open = cells.filter(short(greatest));
      if (open.length < 4 || open.length === before) break;
      before = open.length;
      note(all.solve(combined(open.filter((_, i) => round % 2 === 0 || i % 2 === 0)), greatest));
    }
    for (const cell of cells.filter(short(greatest))) {
      if (found.size >= enough) break;
      if (short(greatest)(cell)) note(all.solve(cell.terms, greatest));
      if (short(greatest)(cell)) found.add(cell);
    }
  }
  return { cells, found: [...found] };
}

// Terms of many cells as one sum, each variable once.
function combined(cells) {
  const factors = new Map();
  for (const { terms } of cells) for (const [factor, variable] of terms) factors.set(variable, (factors.get(variable) ?? 0) + factor);
  return [...factors].map(([variable, factor]) => [factor, variable]);
}
