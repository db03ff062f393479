// SPDX-License-Identifier: MIT
// Coverage and gaps against a plain recomputation, person by person, of a force whose records are drawn.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { claim, force } from '../../lib/force.mjs';
import { hrOf, organisation } from '../../lib/organisations.mjs';
import { inRole, roleProfile } from '../../lib/roles.mjs';

const framework = 'cop-cvf-2016', bases = ['self', 'endorsed', 'assessed', 'accredited'];
const days = ['2023-06-30', '2024-02-29', '2025-01-01'];
const within = { lab: ['lab', 'data'], data: ['data'], desk: ['desk'], '': [] }; // the units in whose rows a posting counts
let hr, items, roles, people;

// The same draws in every run.
let seed = 7;
const draw = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648, Math.floor(seed / 65536) % n);
const pick = (list) => list[draw(list.length)];

const dayOf = (n) => new Date(Date.UTC(2022, 0, 1 + n)).toISOString().slice(0, 10);

async function readItems() {
  const rows = await all(`/v1/frameworks/${framework}/items?limit=500`, { as: 'officer' }, 'items');
  return Promise.all(rows.map(async ({ id }) => {
    const { ancestors, levels } = (await expect(200, 'GET', `/v1/items/${id}`, { as: 'officer' })).json;
    return { id, levels: (levels ?? []).map((each) => each.level), rows: [id, ...ancestors.map((each) => each.id), null] };
  }));
}

async function record(person) {
  for (let n = 0; n < 6; n++) {
    const item = pick(items), basis = pick(bases);
    const from = draw(900);
    const told = { item: item.id, ...(item.levels.length ? { level: pick(item.levels) } : {}), valid_from: dayOf(from),
      ...(draw(3) ? {} : { valid_until: dayOf(from + draw(500)) }) };
    // One that begins on the same day would be decided by which was recorded last.
    if (person.assertions.some((each) => each.item === item.id && each.basis === basis && each.valid_from === told.valid_from)) continue;
    if (basis === 'self') await claim(person.id, told);
    else await expect(201, 'POST', `/v1/people/${person.id}/assertions`, { ...hr, body: { ...told, basis } });
    person.assertions.push({ ...told, basis });
  }
}

before(async () => {
  const code = organisation('recomputed');
  const units = ['lab', 'data', 'desk', ''];
  const made = Array.from({ length: 12 }, (_, n) => ({ staff_number: `P${n}`, unit: units[n % 4], ...(n % 4 === 0 ? { parent_unit: 'data' } : {}) }));
  const known = force(code, [{ staff_number: 'HR' }, { staff_number: 'D0', unit: 'data' }, ...made]).people;
  hr = hrOf(known.HR, code);
  items = await readItems();
  const need = (item, more = {}) => ({ item: item.id, level: item.levels.length ? pick(item.levels) : null, ...more });
  roles = [];
  for (let n = 0; n < 3; n++) {
    const requirements = items.filter(() => draw(2)).map((item) => need(item, draw(3) ? {} : { importance: 'desirable' }));
    const free = items.filter((item) => !requirements.some((each) => each.item === item.id));
    const alternatives = free.length > 1 ? free.slice(0, 2).map((item) => need(item, { alternative: 1 })) : [];
    const asked = [...requirements, ...alternatives];
    roles.push({ asked, ...(await roleProfile(known.HR, `Role ${n} of a test`, asked, framework)) });
  }
  people = [{ id: known.HR, unit: '', assertions: [] }, { id: known.D0, unit: 'data', assertions: [] },
    ...made.map(({ staff_number, unit }, n) => ({ id: known[staff_number], unit, role: roles[n % 4], assertions: [] }))];
  for (const role of roles) inRole(role, ...people.filter((each) => each.role === role).map((each) => each.id));
  for (const person of people.slice(1)) await record(person);
});

// The level on a basis (any: the highest on any) of a day; 0 without levels, undefined if it is not held.
function held(person, item, basis, day) {
  const on = (one) => person.assertions.filter((each) => each.item === item && each.basis === one && each.valid_from <= day && (each.valid_until ?? '9999') >= day)
    .sort((a, b) => (a.valid_from < b.valid_from ? 1 : -1))[0];
  const levels = (basis === 'any' ? bases : [basis]).map(on).filter(Boolean).map((each) => each.level ?? 0);
  return levels.length ? Math.max(...levels) : undefined;
}

// A need of which any one is enough, by what it is made of.
const part = ({ item, level, importance }) => `${item} ${level} ${importance ?? 'essential'}`;
const choice = (asked) => asked.filter((each) => each.alternative).map(part).sort().join(', ');

// The same of the rows, whose numbers say which belong together.
function choiceOf(rows, { alternative }) {
  const parts = rows.filter((each) => each.alternative === alternative).map((each) => part({ ...each, level: each.required_level }));
  return alternative === null ? null : [...new Set(parts)].sort().join(', ');
}

function needs(person, basis, day) {
  const own = (person.role?.asked ?? []).map((each) => {
    const level = held(person, each.item, basis, day);
    return { ...each, held: level, gap: each.level === null ? (level === undefined ? 1 : 0) : Math.max(each.level - (level ?? 0), 0) };
  });
  return own.map((each) => ({ ...each, importance: each.importance ?? 'essential', group: each.alternative ? choice(own) : null,
    gap: Math.min(...own.filter((other) => other === each || (each.alternative && other.alternative)).map((other) => other.gap)) }));
}

function coverage(basis, day) {
  const cells = {};
  const rows = [...new Set(items.flatMap((item) => item.rows))];
  for (const row of rows)
    for (const unit of [null, 'lab', 'data', 'desk']) {
      const inRow = items.filter((item) => item.rows.includes(row)), there = people.filter((person) => unit === null || within[person.unit].includes(unit));
      for (const level of [null, ...new Set(inRow.flatMap((item) => item.levels))]) {
        const least = level ?? 0;
        const best = there.map((person) => Math.max(...inRow.map((item) => held(person, item.id, basis, day) ?? -1)));
        const asked = (importance) => there.map((person) => needs(person, basis, day)
          .filter((each) => each.importance === importance && inRow.some((item) => item.id === each.item)))
          .filter((all) => all.some((each) => (each.level ?? 0) >= least));
        const met = (importance) => asked(importance).filter((all) => all.every((each) => (each.level ?? 0) < least || each.gap === 0)).length;
        const counts = [best.filter((each) => each >= least).length, best.filter((each) => each === least).length,
          asked('essential').length, met('essential'), asked('desirable').length, met('desirable')];
        if (counts.some(Boolean)) cells[`${row} ${unit} ${level}`] = [...counts, there.length].join(' ');
      }
    }
  return cells;
}

function gaps(basis, day) {
  const cells = {};
  for (const unit of [null, 'lab', 'data', 'desk']) {
    const there = people.filter((person) => unit === null || within[person.unit].includes(unit));
    for (const need of there.flatMap((person) => needs(person, basis, day))) {
      const key = `${need.item} ${unit} ${need.importance} ${need.level} ${need.group}`;
      const all = there.flatMap((person) => needs(person, basis, day))
        .filter((each) => each.item === need.item && each.importance === need.importance && each.level === need.level && each.group === need.group);
      const short = all.filter((each) => each.gap > 0);
      const close = need.level > 1 ? there.filter((person) => held(person, need.item, basis, day) === need.level - 1).length : null;
      if (short.length) cells[key] = [all.length, all.length - short.length, short.length, short.filter((each) => each.gap === 1).length,
        short.reduce((sum, each) => sum + each.gap, 0), close].join(' ');
    }
  }
  return cells;
}

for (const basis of ['any', 'assessed'])
  test(`every cell of coverage, on ${basis} basis`, async () => {
    for (const day of days) {
      const { rows } = (await expect(200, 'GET', `/v1/reports/coverage?framework=${framework}&as_of=${day}&by=unit&basis=${basis}`, hr)).json;
      const told = Object.fromEntries(rows.map((each) => [`${each.item} ${each.unit_code} ${each.level}`, [each.people, each.people_at_level, each.essential_required,
        each.essential_met, each.desirable_required, each.desirable_met, each.strength]]).filter(([, counts]) => counts.slice(0, 6).some(Boolean))
        .map(([key, counts]) => [key, counts.join(' ')]));
      const expected = coverage(basis, day);
      assert.ok(Object.keys(expected).length > 50);
      assert.deepEqual(told, expected, day);
    }
  });

for (const basis of ['any', 'self'])
  test(`every cell of gaps, on ${basis} basis`, async () => {
    for (const day of days) {
      const { rows } = (await expect(200, 'GET', `/v1/reports/gaps?framework=${framework}&as_of=${day}&by=unit&basis=${basis}`, hr)).json;
      const told = Object.fromEntries(rows.map((each) => [`${each.item} ${each.unit_code} ${each.importance} ${each.required_level} ${choiceOf(rows, each)}`,
        [each.required, each.met, each.short, each.short_by_one, each.levels_short, each.close].join(' ')]));
      const expected = gaps(basis, day);
      assert.ok(Object.keys(expected).length > 20);
      assert.deepEqual(told, expected, day);
    }
  });
