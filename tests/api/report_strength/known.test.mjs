// SPDX-License-Identifier: MIT
// A strength by unit, rank or length of service that was given once is given again to the digit, whatever happens to the postings afterwards.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, sql } from '../../lib/client.mjs';
import { force } from '../../lib/force.mjs';
import { hrOf, organisation, reorganised } from '../../lib/organisations.mjs';
import { until } from '../../lib/service.mjs';

const day = '2026-06-30';
let code, place, people;

const ask = async (query, as = place) => (await expect(200, 'GET', `/v1/reports/strength?as_of=${day}${query}`, as)).json;
const of = ({ rows }, name) => Object.fromEntries(rows.map((row) => [row[name] ?? 'all', row.headcount]));
const cuts = ['organisation', 'unit', 'worker_type', 'rank', 'role', 'service_band'];

// All cuts, with the edition in which they were given.
async function remember(as = place) {
  const said = await Promise.all(cuts.map((by) => ask(`&by=${by}`, as)));
  const { edition } = said[0].meta;
  return { edition, rows: await Promise.all(cuts.map(async (by) => (await ask(`&by=${by}&edition=${edition}`, as)).rows)), now: said.map(({ rows }) => rows) };
}
const again = (edition, as = place) => Promise.all(cuts.map(async (by) => (await ask(`&by=${by}&edition=${edition}`, as)).rows));

const posting = (number) => sql(`select posting.id from posting join organisation using (organisation_id) where code = $1 and staff_number = $2 order by posting.starts_on desc limit 1`, code, number)[0];
const patch = (number, body) => expect(200, 'PATCH', `/v1/postings/${posting(number)}`, { ...place, body, headers: { ...place.headers, 'if-match': '*' } });

before(() => {
  code = organisation('known');
  // HR and A at the desk below hq, B and C at hq, G gone before the day.
  ({ people } = force(code, [
    { staff_number: 'HR', unit: 'desk', parent_unit: 'hq' }, { staff_number: 'A', unit: 'desk', worker_type: 'police_officer', rank: 'sergeant' },
    { staff_number: 'B', unit: 'hq', starts_on: '2024-01-01' }, { staff_number: 'C', unit: 'hq' }, { staff_number: 'G', unit: 'hq', ends_on: '2026-06-01', leaver_type: 'death' },
  ]));
  place = hrOf(people.HR, code);
});

test('what was given is given again after a back-dated correction, a retraction, an end and a move', async () => {
  const known = await remember();
  assert.deepEqual(known.rows, known.now, 'in its own edition it says something else');
  assert.deepEqual(of(await ask('&by=unit'), 'unit_code'), { all: 4, hq: 4, desk: 2 });
  const steps = [
    ['B was at the desk all along', () => patch('B', { unit: sql(`select unit.id from unit join organisation using (organisation_id) where organisation.code = $1 and unit.code = 'desk'`, code)[0] }), { all: 4, hq: 4, desk: 3 }],
    ['A was never there', () => expect(200, 'POST', `/v1/postings/${posting('A')}/retraction`, { ...place, body: { reason: 'Another person.' }, headers: { ...place.headers, 'if-match': '*' } }), { all: 3, hq: 3, desk: 2 }],
    ['C had left before', () => patch('C', { ends_on: '2026-05-31', leaver_type: 'voluntary_resignation' }), { all: 2, hq: 2, desk: 2 }],
    ['G has not left', () => patch('G', { ends_on: null, leaver_type: null }), { all: 3, hq: 3, desk: 2 }],
    ['B came in the day after', () => patch('B', { starts_on: '2026-07-01' }), { all: 2, hq: 2, desk: 1 }],
  ];
  const editions = [known];
  for (const [what, write, now] of steps) {
    await write();
    assert.deepEqual(of(await ask('&by=unit'), 'unit_code'), now, what);
    editions.push(await remember());
    for (const then of editions) assert.deepEqual(await again(then.edition), then.rows, `after: ${what}`);
  }
  for (const [n, { rows }] of editions.entries()) if (n > 0) assert.notDeepEqual(rows, editions[n - 1].rows, `step ${n} changed nothing`);
});

test('what is given by known_at has all that was committed by then, though no skill has changed', async () => {
  // The clerk ticks within a second or so of a change; nobody of this force holds a skill.
  const ticks = () => sql(`select to_char(max(tick_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from ledger_tick where below_xid > (
    select max(posting.known_from) from posting join organisation using (organisation_id) where code = $1)`, code)[0];
  await patch('G', { grade: 'One' });
  const tick = await until('the clerk has ticked', 20, ticks);
  const { rows } = await ask('&by=unit');
  await patch('G', { unit: null });
  assert.notDeepEqual((await ask('&by=unit')).rows, rows);
  const then = await ask(`&by=unit&known_at=${tick}`);
  assert.deepEqual(then.rows, rows);
  assert.equal(then.meta.known_at, tick);
});

test('a change of what no figure reads is no new version', async () => {
  const versions = () => sql('select count(*) from posting_past join organisation using (organisation_id) where code = $1', code)[0];
  const before = versions();
  await patch('B', { staff_number: 'B2', science_category: 'analyst' });
  assert.equal(versions(), before);
  await patch('B2', { fte: 0.5 });
  assert.equal(versions(), String(Number(before) + 1));
});

test('who has become sensitive since is in no figure of before, for a reader without sensitive:read', async () => {
  const there = organisation('covert');
  const made = force(there, [{ staff_number: 'HR' }, { staff_number: 'S' }, { staff_number: 'T' }]);
  const hr = hrOf(made.people.HR, there, 'reports:organisation workforce:write sensitive:read');
  const cleared = { ...hr, as: 'cleared' };
  const { edition } = (await ask('', hr)).meta;
  assert.deepEqual(of(await ask(`&edition=${edition}`, hr), 'unit'), { all: 3 });
  sql(`update posting set sensitive = true from organisation where posting.organisation_id = organisation.organisation_id and code = $1 and staff_number = 'S'`, there);
  sql('select see_person(person_id) from person where id = $1::uuid', made.people.S);
  assert.deepEqual(of(await ask(`&edition=${edition}`, hr), 'unit'), { all: 2 });
  sql(`update posting set grade = 'New' from organisation where posting.organisation_id = organisation.organisation_id and code = $1 and staff_number = 'S'`, there);
  assert.deepEqual(of(await ask(`&edition=${edition}`, hr), 'unit'), { all: 2 }, 'nor once it is what was');
});

test('what the forces had before they merged, and after, is given again', async () => {
  const [old, other] = [organisation('merging'), organisation('merged')];
  const made = force(old, [{ staff_number: 'HR', unit: 'desk' }, { staff_number: 'B', unit: 'desk', starts_on: '2024-01-01' }, { staff_number: 'L', starts_on: '2026-06-20' }]);
  const here = hrOf(made.people.HR, old), there = hrOf(made.people.HR, other);
  const known = await remember(here);
  assert.deepEqual(of(await ask('', here), 'unit'), { all: 3 });
  await reorganised({ happened_on: '2026-06-10', moves: [{ predecessor: old, successor: other }] });
  assert.deepEqual(of(await ask('', here), 'unit'), { all: 0 });
  assert.deepEqual(await again(known.edition, here), known.rows);
  assert.deepEqual(of(await ask(`&edition=${known.edition}`, there), 'unit'), { all: 0 }, 'the successor had nobody yet');
  assert.deepEqual(of(await ask('', there), 'unit'), { all: 3 });
  const later = await remember(there);
  assert.deepEqual(later.rows, later.now);
});

test('a correction by import is a correction', async () => {
  const there = organisation('loaded');
  const rows = [{ staff_number: 'HR', unit: 'a' }, { staff_number: 'I', unit: 'a' }, { staff_number: 'J', unit: 'b' }];
  const made = force(there, rows);
  const hr = hrOf(made.people.HR, there);
  const known = await remember(hr);
  force(there, rows.map((row) => ({ ...row, unit: 'b' })));
  assert.deepEqual(of(await ask('&by=unit', hr), 'unit_code'), { all: 3, b: 3 });
  assert.deepEqual(await again(known.edition, hr), known.rows);
});

test('what was given by unit is given again after a unit is moved below another, or made', async () => {
  const there = organisation('moved');
  // HR and A in the desk below hq, B in hq, C in the branch.
  const made = force(there, [
    { staff_number: 'HR', unit: 'desk', parent_unit: 'hq' }, { staff_number: 'A', unit: 'desk' }, { staff_number: 'B', unit: 'hq' }, { staff_number: 'C', unit: 'branch' },
  ]);
  const hr = hrOf(made.people.HR, there);
  const unit = (of_code) => sql(`select unit.id from unit join organisation using (organisation_id) where organisation.code = $1 and unit.code = $2`, there, of_code)[0];
  const move = (what, parent) => expect(200, 'PATCH', `/v1/units/${unit(what)}`, { ...hr, body: { parent }, headers: { ...hr.headers, 'if-match': '*' } });
  const within = async (name, edition = '') => of(await ask(`&unit=${unit(name)}${edition && `&edition=${edition}`}`, hr), 'unit');
  const known = await remember(hr);
  assert.deepEqual(of(await ask('&by=unit', hr), 'unit_code'), { all: 4, hq: 3, desk: 2, branch: 1 });
  await move('desk', unit('branch'));
  const below = await remember(hr);
  assert.deepEqual(of(await ask('&by=unit', hr), 'unit_code'), { all: 4, branch: 3, desk: 2, hq: 1 });
  await move('branch', unit('hq'));
  assert.deepEqual(of(await ask('&by=unit', hr), 'unit_code'), { all: 4, hq: 4, branch: 3, desk: 2 });
  assert.deepEqual(await again(known.edition, hr), known.rows);
  assert.deepEqual(await again(below.edition, hr), below.rows);
  // Narrowed to a unit, its tree is that of the edition too.
  assert.deepEqual([await within('hq'), await within('hq', below.edition), await within('branch', known.edition)], [{ [unit('hq')]: 4 }, { [unit('hq')]: 1 }, { [unit('branch')]: 1 }]);
  // A new name is not a new place.
  const versions = () => sql('select count(*) from unit_past join organisation using (organisation_id) where code = $1', there)[0];
  const before = versions();
  await expect(200, 'PATCH', `/v1/units/${unit('branch')}`, { ...hr, body: { name: 'Another name' }, headers: { ...hr.headers, 'if-match': '*' } });
  assert.equal(versions(), before);
});
