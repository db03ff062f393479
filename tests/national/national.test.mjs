// SPDX-License-Identifier: MIT
// Figures that leave an organisation. An attacker who takes the whole cube and solves for every cell without a figure pins none down to less than 0 to 9;
// the same people give the same figure by whatever way they are asked for; what was given stays.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { psql } from '../lib/service.mjs';
import { attack } from './attacker.mjs';
import { backwards, drawNation, keyOf, make, makeAll, nation, quarters, served, truths, wholeCube } from './nation.mjs';

const slow = { timeout: 600_000 };
const quarterEnds = quarters(2);
// Which cells hide something: those that are truly below ten.
const small = (truth) => (row) => (truth.get(keyOf(row)) ?? 0) < 10;
const told = (cells) => cells.slice(0, 5).map(({ row, low, high }) => `${keyOf(row)}: ${low} to ${high}`).join('\n');
const total = (row) => !row.organisation || row.worker_type === 'all';

for (const seed of [1, 2, 3]) {
  test(`an attacker with the whole cube of the nation of seed ${seed} pins down no cell`, slow, async (context) => {
    const t = backwards(context);
    const place = nation(t, drawNation(seed));
    makeAll(place.url);
    const { rows } = await served(t, place);
    const [cube, truth] = [await wholeCube(rows, quarterEnds), truths(place.url, quarterEnds)];
    assert.ok(cube.filter((row) => row.people !== null).length > 100, 'few figures are given: there is little to attack');
    const { cells, found } = attack(cube, { matters: small(truth) });
    assert.ok(cells.length > 1000);
    assert.equal(found.length, 0, `${found.length} of ${cells.length} cells are found:\n${told(found)}`);
  });
}

// The attacker is no use unless it finds what is there to be found.
const mutants = {
  'without withholding totals': { sql: '', exact: undefined },
  'with totals that are not rounded': { sql: `update figure_cell set figure = people where figure is not null and (organisation_id = 0 or worker_type = '');`, exact: total },
};
for (const [name, { sql, exact }] of Object.entries(mutants)) {
  test(`the attacker finds cells ${name}`, slow, async (context) => {
    const t = backwards(context);
    const place = nation(t, drawNation(4));
    psql(place.url, `set search_path = skills;
      alter table national_figure drop constraint national_figure_rounded;
      create or replace function figure_withhold() returns void language plpgsql as $$ begin
        ${sql}
        create temporary table figure_cut on commit drop as select 0 as table_no, 0::bigint as organisation_id, ''::text as worker_type where false;
      end $$`);
    makeAll(place.url);
    const { rows } = await served(t, place);
    const [cube, truth] = [await wholeCube(rows, quarterEnds.slice(0, 1)), truths(place.url, quarterEnds.slice(0, 1))];
    const { found } = attack(cube, { exact, matters: small(truth), enough: 5 });
    assert.equal(found.length, 5);
  });
}

// The rest is asked of one nation, with a force that is sent people of known kinds.
let place, college;
const kept = [];
before(async () => {
  const t = { after: (clean) => kept.unshift(clean) };
  const alone = (o, count, type, more = {}) => Array.from({ length: count }, () => ({ o, type, from: '2015-01-01', before: null, joiner: 'transfer', skills: [], developed: [], ...more }));
  const skill = (item, level) => ({ skills: [{ item, level, basis: 'assessed', since: '2020-01-01' }] });
  place = nation(t, [
    ...alone(0, 33, 'police_officer', skill(0, 2)), // one force is all who hold the item, and officers all who do
    ...alone(0, 9, 'police_staff'), ...alone(0, 10, 'pcso'), ...alone(1, 200, 'police_officer'), ...alone(2, 47, 'police_staff', skill(1, 3)), ...alone(2, 31, 'police_officer'),
    ...alone(3, 60, 'police_staff', { before: quarterEnds[1] }), ...alone(3, 41, 'police_officer'),
  ]);
  psql(place.url, `set search_path = skills;
    update posting set sensitive = true, withheld = true where worker_type = 'police_staff' and organisation_id = (select organisation_id from organisation where code = 'force-2')
      and person_id % 2 = 0;
    select count(*) from posting where post_skills(person_id, null, 'repair') > 0`);
  makeAll(place.url);
  college = await served(t, place);
}, slow);
after(async () => {
  for (const clean of kept) await clean();
});
const one = (rows, values) => rows.filter((row) => Object.entries(values).every(([name, value]) => row[name] === value));
const [latest] = quarterEnds;
const ofForce = (n, row) => row.organisation_code === `force-${n}`;

test('figures are next to the number and at least ten: 33 officers are 30 or 35, 9 are fewer than 10, 10 are 10', async () => {
  const rows = (await college.rows('strength', latest)).filter((row) => ofForce(0, row));
  assert.ok([30, 35].includes(one(rows, { worker_type: 'police_officer' })[0].people));
  assert.equal(one(rows, { worker_type: 'police_staff' })[0].marker, 'fewer than 10');
  assert.equal(one(rows, { worker_type: 'pcso' })[0].people, 10);
});

test('the same people give the same figure as a level, on each basis, and in each quarter', async () => {
  const seen = new Set();
  for (const quarter of quarters(12)) {
    seen.add(one((await college.rows('strength', quarter)).filter((row) => ofForce(0, row)), { worker_type: 'police_officer' })[0].people);
    for (const row of (await college.rows('held', quarter)).filter((each) => ofForce(0, each) && each.worker_type === 'police_officer' && each.people !== null)) seen.add(row.people);
  }
  assert.equal(seen.size, 1, [...seen].join(' '));
});

test('a total that is the same people as its only part gives the same figure or none', async () => {
  const rows = (await college.rows('held', latest)).filter((row) => row.level === 1 && row.basis === 'assessed');
  const item = rows.find((row) => ofForce(0, row) && row.people !== null).item;
  const all = one(rows, { item }).filter((row) => total(row) && row.people !== null).map((row) => row.people);
  const [part] = one(rows, { item, worker_type: 'police_officer' }).filter((row) => ofForce(0, row));
  assert.deepEqual([...new Set([part.people, ...all])], [part.people]);
});

test('asking again, and after a restart with more workers, gives the same figures', async (t) => {
  const first = await wholeCube(college.rows, [latest]);
  const again = await served(t, place, { SKILLSD_WORKERS: '3' });
  assert.deepEqual(await wholeCube(again.rows, [latest]), first);
});

test('who is withheld counts nowhere: of 47 staff, those of the even keys', async () => {
  const [staff] = one((await college.rows('strength', latest)).filter((row) => ofForce(2, row)), { worker_type: 'police_staff' });
  const held = (await college.rows('held', latest)).filter((row) => ofForce(2, row) && row.worker_type === 'police_staff' && row.people !== null);
  assert.ok([20, 25].includes(staff.people)); // 23 or 24 are left
  assert.equal(held.length, 6); // three levels, on each basis
  for (const row of held) assert.equal(row.people, staff.people);
});

test('who left in the year counts where they left from, in percent of the strength a year before', async () => {
  const [left] = one((await college.rows('leavers', latest)).filter((row) => ofForce(3, row)), { worker_type: 'police_staff' });
  assert.deepEqual([left.people, left.percent], [60, 100]);
});

test('rounding adds nothing on average: of 2,000 crowds of 11 to 14, each goes up as often as it is above ten, in fifths', () => {
  const sums = psql(place.url, `set search_path = skills;
    select n, avg(figure_rounded(n, figure_hash('a crowd ' || crowd, 'a key'), figure_key())) from generate_series(11, 14) as n, generate_series(1, 2000) as crowd group by n order by n`);
  // The deviation of a mean of 2,000 is at most 0.056: five of them are 0.28.
  for (const line of sums.trim().split('\n')) {
    const [n, mean] = line.split('|').map(Number);
    assert.ok(Math.abs(mean - n) < 0.28, `${n} are ${mean} on average`);
  }
});

test('what was given stays when the facts change; a correction is another edition, with its reason, and the first can still be read', async () => {
  const officers = async (more = '') => one((await college.rows('strength', latest, more)).filter((row) => ofForce(1, row)), { worker_type: 'police_officer' })[0].people;
  assert.equal(await officers(), 200);
  psql(place.url, `update skills.posting set ends_before = '2016-01-01' where person_id in (
    select person_id from skills.posting join skills.organisation using (organisation_id) where code = 'force-1' order by person_id limit 50)`);
  assert.equal(make(place.url), 0);
  assert.equal(await officers(), 200);
  const asked = await college.correct(latest, 'Fifty postings had no end.');
  assert.equal(asked.status, 201, asked.text);
  assert.equal(await officers(), 200); // it waits for the clerk
  make(place.url);
  assert.equal(await officers(), 150);
  assert.equal(await officers('&edition=1'), 200);
  const { editions } = (await college.service.ask('/v1/national/editions', { headers: college.college })).json;
  assert.deepEqual(editions.filter((each) => each.quarter_end === latest).map((each) => [each.number, each.reason]), [[2, 'Fifty postings had no end.'], [1, null]]);
});

test('the secret is made once, in each database anew', async (t) => {
  const secret = (url) => psql(url, `select encode(secret, 'hex') from skills.figure_secret`).trim();
  assert.match(secret(place.url), /^[0-9a-f]{64}$/);
  assert.notEqual(secret(nation(t, drawNation(1, { organisations: 1 })).url), secret(place.url));
});

test('the clerk makes what is due by itself', async (context) => {
  const t = backwards(context);
  const fresh = nation(t, drawNation(5, { organisations: 2 }));
  assert.equal(psql(fresh.url, 'select count(*) from skills.national_edition').trim(), '0');
  const { service } = await served(t, fresh);
  for (const end = Date.now() + 30_000; Date.now() < end && psql(fresh.url, 'select count(*) from skills.national_edition where made_at is not null').trim() === '0'; ) await new Promise((done) => setTimeout(done, 200));
  assert.equal(psql(fresh.url, 'select count(*) from skills.national_edition where made_at is not null').trim(), '1');
  assert.ok(service.running);
});
