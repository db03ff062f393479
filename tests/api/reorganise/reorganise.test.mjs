// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { call, expect, pointers, sql } from '../../lib/client.mjs';
import { problem, unitId } from '../../lib/access.mjs';
import { force } from '../../lib/force.mjs';
import { hrOf, nation, organisation } from '../../lib/organisations.mjs';

const day = '2026-01-01';
const codes = {};
let people;

const ask = (status, body, as = nation) => expect(status, 'POST', '/v1/reorganisations', { ...as, body: { happened_on: day, ...body } });
const move = (predecessor, successor, units) => ({ predecessor: codes[predecessor], successor: codes[successor], ...(units && { units }) });

before(() => {
  for (const name of ['from', 'to', 'other']) codes[name] = organisation(name);
  codes.over = organisation('over', '1990-01-01', '2020-01-01');
  codes.young = organisation('young', '2026-01-01');
  codes.new = organisation('new', '2026-02-01');
  ({ people } = force(codes.from, [{ staff_number: 'HR', unit: 'desk' }, { staff_number: '1', unit: 'late' }, { staff_number: '2', unit: 'past' }]));
  sql(`update unit set ends_before = '2025-01-01' where code = 'past' and organisation_id = (select organisation_id from organisation where code = $1)`, codes.from);
});

const refused = {
  'an organisation that is not known': [() => [{ predecessor: 'atlantis', successor: codes.to }], 'reorganisation_unknown_organisation /moves'],
  'a unit of another': [() => [move('other', 'to', [unitId(codes.from, 'desk')])], 'reorganisation_unknown_unit /moves'],
  'a unit that is not there': [() => [move('from', 'to', [randomUUID()])], 'reorganisation_unknown_unit /moves'],
  'a unit that has ended': [() => [move('from', 'to', [unitId(codes.from, 'past')])], 'reorganisation_unit_over /moves'],
  'an organisation that takes over from itself': [() => [move('from', 'from')], 'unprocessable /moves'],
  'the rest twice': [() => [move('from', 'to'), move('from', 'other')], 'conflict /moves'],
  'a chain': [() => [move('from', 'to'), move('to', 'other')], 'reorganisation_chained /moves'],
  'a predecessor that is over': [() => [move('over', 'to')], 'reorganisation_predecessor_not_there /happened_on'],
  'a predecessor that begins then': [() => [move('young', 'to')], 'reorganisation_predecessor_not_there /happened_on'],
  'a successor that begins later': [() => [move('from', 'new')], 'reorganisation_successor_not_there /happened_on'],
  'a successor that is over': [() => [move('from', 'over')], 'reorganisation_successor_not_there /happened_on'],
};

for (const [what, [moves, expected]] of Object.entries(refused))
  test(`refused with its place: ${what}`, async () => {
    const reply = await call('POST', '/v1/reorganisations', { ...nation, body: { happened_on: day, moves: moves() } });
    const [code, pointer] = expected.split(' ');
    if (code.includes('_')) assert.equal(problem(reply), expected);
    else assert.deepEqual([reply.status, pointers(reply)], [code === 'conflict' ? 409 : 422, [pointer]]);
  });

test('refused: a unit that begins later stands in the way', async () => {
  sql(`update unit set starts_on = '2026-01-01' where code = 'late' and organisation_id = (select organisation_id from organisation where code = $1)`, codes.from);
  assert.equal(problem(await ask(422, { moves: [move('from', 'to')] })), 'reorganisation_unit_begins_later /happened_on');
});

test('every fault of the form is told with its place', async () => {
  const reply = await ask(422, { happened_on: '2026-02-30', dry_run: 'no', moves: [{ predecessor: 'kent', units: [] }], note: 1 });
  assert.deepEqual(pointers(reply), ['/dry_run', '/happened_on', '/moves/0/successor', '/moves/0/units', '/note']);
  assert.deepEqual(pointers(await ask(422, { moves: [] })), ['/moves']);
});

test('it is for those who write organisations of the nation, and not for HR of one', async () => {
  const hr = hrOf(people.HR, codes.to);
  for (const as of [{ as: 'officer' }, { as: 'auditor' }, hr]) await ask(403, { moves: [move('from', 'to')] }, as);
});

test('one under way keeps another of the same organisations waiting', async () => {
  const [left, right] = [organisation('left'), organisation('right')];
  const body = { happened_on: '2041-01-01', moves: [{ predecessor: left, successor: right }] };
  await ask(201, body);
  const reply = await call('POST', '/v1/reorganisations', { ...nation, body });
  assert.ok([409, 422].includes(reply.status), reply.text);
  assert.match(problem(reply), /reorganisation_(under_way|done_already)/);
});

test('the same key gives the same reorganisation again', async () => {
  const body = { happened_on: day, dry_run: true, moves: [move('other', 'to')] };
  const headers = { 'idempotency-key': randomUUID() };
  const [first, second] = [await expect(201, 'POST', '/v1/reorganisations', { ...nation, body, headers }),
    await expect(201, 'POST', '/v1/reorganisations', { ...nation, body, headers })];
  assert.equal(first.json.id, second.json.id);
  assert.equal(first.headers.get('location'), `/v1/reorganisations/${first.json.id}`);
  assert.deepEqual([first.json.state, first.json.people], ['queued', null]);
});
