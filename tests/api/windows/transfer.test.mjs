// SPDX-License-Identifier: MIT
// A career in two forces: each sees the time of its own postings, and what is shared with it.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// T leaves West Yorkshire at the end of 2022 and begins in West Midlands with 2023. S is seconded from West Yorkshire to the NCA for the year 2023.
let west, midlands, nca, item, made;
const name = (rows) => rows.map(({ id }) => Object.keys(made).find((each) => made[each] === id)).sort();
const list = async (person, { hr }) => name(await all(`/v1/people/${person}/assertions?state=all`, hr, 'assertions'));
const span = async (person, from, until) => (await claim(person, { item, level: 1, valid_from: from, valid_until: until })).id;
// Reads one assertion as each of the three: [West Yorkshire, West Midlands, NCA].
const statuses = (id, expected) =>
  Promise.all([west, midlands, nca].map(({ hr }, i) => expect(expected[i], 'GET', `/v1/assertions/${id}`, hr)));

before(async () => {
  west = posted('west-yorkshire', { HR: {}, T: { ends_on: '2022-12-31', leaver_type: 'transfer' }, S: {} });
  midlands = posted('west-midlands', { HR: {}, T: { person_id: west.T, starts_on: '2023-01-01', joiner_type: 'transfer', subject: '' } });
  nca = posted('nca', { HR: {}, S: { person_id: west.S, starts_on: '2023-01-01', ends_on: '2023-12-31', subject: '' } });
  item = (await items('cop-cvf-2016'))['we-take-ownership'];
  made = {
    early: await span(west.T, '2020-02-01', '2020-03-31'), old: await span(west.T, '2022-02-01', '2022-12-31'), across: await span(west.T, '2022-06-01'),
    new: await span(west.T, '2023-01-01'), before: await span(west.S, '2022-01-01', '2022-12-31'), during: await span(west.S, '2023-06-01', '2023-06-30'),
    edge: await span(west.S, '2023-12-31', '2024-02-01'), after: await span(west.S, '2024-01-01', '2024-12-31'),
  };
});

test('before and after a transfer each force has its own window', async () => {
  assert.deepEqual(await list(west.T, west), ['across', 'early', 'old']);
  assert.deepEqual(await list(west.T, midlands), ['across', 'new']);
  await statuses(made.old, [200, 404, 404]);
  await statuses(made.across, [200, 200, 404]);
  await statuses(made.new, [404, 200, 404]);
});

test('what is shared on a transfer is seen for the days shared, until that is ended', async () => {
  const share = (await expect(201, 'POST', '/v1/shares', { ...officer(west.T), body: { organisation: 'west-midlands', from: '2022-01-01', until: '2022-12-31' } })).json;
  assert.deepEqual(await list(west.T, midlands), ['across', 'new', 'old']);
  await statuses(made.old, [200, 200, 404]);
  await statuses(made.early, [200, 404, 404]);
  assert.deepEqual(await list(west.T, west), ['across', 'early', 'old'], 'the former force sees no more for it');
  await expect(204, 'DELETE', `/v1/shares/${share.id}`, officer(west.T));
  assert.deepEqual(await list(west.T, midlands), ['across', 'new']);
  await statuses(made.old, [200, 404, 404]);
});

test('the former force assesses nothing of the time after, the new one nothing of the time before', async () => {
  const assess = (status, { hr }, valid_from, valid_until) =>
    expect(status, 'POST', `/v1/people/${west.T}/assertions`, { ...hr, body: { item, level: 2, basis: 'assessed', valid_from, valid_until } });
  for (const [force, from, until] of [[west, '2023-02-01'], [midlands, '2022-02-01', '2022-03-01']])
    assert.match((await assess(422, force, from, until)).json.type, /#not_posted_then$/);
  made.late = (await assess(201, west, '2021-02-01', '2021-03-01')).json.id;
  await statuses(made.late, [200, 404, 404]);
});

test('of the person itself each reads its own postings', async () => {
  const organisations = async (person, { hr }) => (await expect(200, 'GET', `/v1/people/${person}`, hr)).json.postings.map(({ organisation }) => organisation.code);
  assert.deepEqual(await organisations(west.T, west), ['west-yorkshire']);
  assert.deepEqual(await organisations(west.T, midlands), ['west-midlands']);
  await expect(404, 'GET', `/v1/people/${west.T}`, nca.hr);
});

test('during a secondment both see what overlaps it, and each the rest of its own time', async () => {
  assert.deepEqual(await list(west.S, west), ['after', 'before', 'during', 'edge']);
  assert.deepEqual(await list(west.S, nca), ['during', 'edge']);
  await statuses(made.during, [200, 404, 200]);
  await statuses(made.edge, [200, 404, 200]);
  await statuses(made.after, [200, 404, 404]);
  await statuses(made.before, [200, 404, 404]);
});

test('the person sees all of it', async () => {
  const own = async (person) => name(await all('/v1/assertions?state=all', officer(person), 'assertions'));
  assert.deepEqual((await own(west.T)).filter((each) => each !== 'late'), ['across', 'early', 'new', 'old']);
  assert.deepEqual(await own(west.S), ['after', 'before', 'during', 'edge']);
});
