// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, sql, token } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';
import { eventsOf } from '../../lib/trail.mjs';

// A and B serve Lancashire; C served there in 2023 alone. Each test has an item of its own, so that its days are its own.
let lancashire, humberside, item;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, A: {}, B: {}, C: { starts_on: '2023-01-01', ends_on: '2023-12-31' } });
  humberside = posted('humberside', { HR: {} });
  item = await items('cop-cvf-2016');
});

const target = (id) => `/v1/assertions/${id}/successor`;
const succeed = (status, id, options, body = { level: 2 }, tag = '"1"') =>
  expect(status, 'POST', target(id), { headers: tag ? { 'if-match': tag } : {}, ...options, body });
const claimed = async (body) => (await claim(lancashire.A, { item: item['we-are-collaborative'], level: 1, ...body })).id;
const assessed = async (person = lancashire.A, body = {}) =>
  (await expect(201, 'POST', `/v1/people/${person}/assertions`,
    { ...lancashire.hr, body: { item: item['we-are-collaborative'], level: 1, basis: 'assessed', valid_from: '2023-06-01', ...body } })).json.id;
const read = async (id, options = officer(lancashire.A)) => (await expect(200, 'GET', `/v1/assertions/${id}`, options)).json;
const code = (reply) => reply.json.type.split('#')[1];

test('it takes the place of the other from its first day on, and each names the other', async () => {
  const id = await claimed({ item: item['we-deliver-support-and-inspire'], evidence: 'A year of it.' });
  const reply = await succeed(201, id, officer(lancashire.A), { level: 3, valid_from: '2024-07-01', evidence: 'Two years.', reason: 'I led the team.' });
  const { level, basis, assessor, evidence, reason, valid_from, state, succeeds, succeeded_by } = reply.json;
  assert.deepEqual([level, basis, assessor, evidence, reason, valid_from, state, succeeds, succeeded_by],
    [3, 'self', null, 'Two years.', 'I led the team.', '2024-07-01', 'held', id, null]);
  assert.equal(reply.headers.get('location'), `/v1/assertions/${reply.json.id}`);
  assert.deepEqual(await read(reply.json.id), reply.json);
  const earlier = await expect(200, 'GET', `/v1/assertions/${id}`, officer(lancashire.A));
  assert.deepEqual([earlier.json.state, earlier.json.succeeded_by, earlier.json.level, earlier.headers.get('etag')], ['succeeded', reply.json.id, 1, '"3"']);
  const held = async (day) => (await expect(200, 'GET', `/v1/assertions?state=held&as_of=${day}&item=${item['we-deliver-support-and-inspire']}`, officer(lancashire.A)))
    .json.assertions.map((each) => each.id);
  assert.deepEqual([await held('2024-06-30'), await held('2024-07-01')], [[id], [reply.json.id]]);
});

test('one that ends leaves nothing behind: what it took the place of does not hold again', async () => {
  const id = await claimed({ item: item['we-analyse-critically'] });
  await succeed(201, id, officer(lancashire.A), { level: 2, valid_from: '2024-03-01', valid_until: '2024-03-31' });
  const level = async (day) => (await expect(200, 'GET', `/v1/skills/${item['we-analyse-critically']}?as_of=${day}`, officer(lancashire.A))).json.highest;
  assert.deepEqual([await level('2024-02-29'), await level('2024-03-31'), await level('2024-04-01')], [1, 2, null]);
});

test('a successor withdrawn on its first day succeeds nothing, and it is not succeeded a second time', async () => {
  const id = await claimed({ item: item['we-are-innovative-and-open-minded'] });
  const later = (await succeed(201, id, officer(lancashire.A), { level: 2, valid_from: '2024-07-01' })).json.id;
  await expect(200, 'POST', `/v1/assertions/${later}/withdrawal`, { ...officer(lancashire.A), headers: { 'if-match': '*' }, body: { withdrawn_on: '2024-07-01' } });
  const earlier = await read(id);
  assert.deepEqual([earlier.state, earlier.succeeded_by], ['held', null]);
  assert.equal(code(await succeed(409, id, officer(lancashire.A), { level: 2 }, '*')), 'already_succeeded');
});

test('the ledger books what it changes', async () => {
  const id = await claimed({ item: item['we-are-emotionally-aware'] });
  const later = (await succeed(201, id, officer(lancashire.A), { level: 2, valid_from: '2024-07-01' })).json.id;
  const entries = () => sql(`select effective_on || ' ' || cause || ' ' || gain || ' ' || level || ' ' || coalesce(other_level::text, '-') || ' ' || sum(delta)
    from skill_ledger join person using (person_id) join framework_item i using (framework_item_id)
    where person.id = $1::uuid and i.id = $2::uuid
    group by effective_on, cause, gain, level, other_level having sum(delta) <> 0 order by 1`, lancashire.A, item['we-are-emotionally-aware']);
  assert.deepEqual(entries(), ['2024-01-01 assessed true 1 - 1', '2024-07-01 superseded false 1 2 -1', '2024-07-01 superseded true 2 1 1']);
  await expect(200, 'POST', `/v1/assertions/${later}/withdrawal`, { ...officer(lancashire.A), headers: { 'if-match': '*' }, body: { withdrawn_on: '2024-07-01' } });
  assert.deepEqual(entries(), ['2024-01-01 assessed true 1 - 1']);
});

test('a claim is succeeded by whoever made it, another basis by an assessor', async () => {
  const [own, judged] = [await claimed(), await assessed()];
  assert.equal(code(await succeed(403, own, lancashire.hr)), 'not_yours_to_succeed');
  assert.equal(code(await succeed(403, judged, officer(lancashire.A))), 'not_yours_to_succeed');
  const narrow = { as: { token: token('hr', lancashire.HR, 'record:write workforce:read') } };
  assert.equal(code(await succeed(403, judged, narrow)), 'scope_not_granted');
  const reply = await succeed(201, judged, lancashire.hr, { level: 3, assessor: 'The assessment centre' });
  assert.deepEqual([reply.json.basis, reply.json.assessor, reply.json.succeeds], ['assessed', 'The assessment centre', judged]);
  assert.deepEqual(eventsOf(reply).map(({ operation, people }) => [operation, people]), [['succeed_assertion', [lancashire.A]]]);
});

test('one that is withdrawn or succeeded is refused', async () => {
  const [withdrawn, done] = [await claimed(), await claimed()];
  await expect(200, 'POST', `/v1/assertions/${withdrawn}/withdrawal`, { ...officer(lancashire.A), headers: { 'if-match': '*' }, body: {} });
  assert.equal(code(await succeed(409, withdrawn, officer(lancashire.A), { level: 2 }, '*')), 'already_withdrawn');
  await succeed(201, done, officer(lancashire.A));
  assert.equal(code(await succeed(409, done, officer(lancashire.A), { level: 2 }, '"3"')), 'already_succeeded');
});

test('of several who succeed it at the same time one does', async () => {
  const id = await claimed();
  const options = { method: 'POST', body: '{"level": 2}', headers: { authorization: `Bearer ${token('officer', lancashire.A)}`, 'content-type': 'application/json', 'if-match': '"1"' } };
  const replies = await Promise.all([1, 2, 3, 4].map(() => fetch(process.env.SKILLSD_URL + target(id), options)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409]);
});

test('an assessor records it only for a time of which the organisation has a posting', async () => {
  const id = await assessed(lancashire.C);
  assert.deepEqual(pointers(await succeed(422, id, lancashire.hr, { level: 2, valid_from: '2024-06-01' })), ['/valid_from']);
  await succeed(201, id, lancashire.hr, { level: 2, valid_from: '2023-09-01' });
});

test('not found for a colleague and for HR of another organisation', async () => {
  for (const id of [await claimed(), await assessed()]) {
    await succeed(404, id, officer(lancashire.B));
    await succeed(404, id, humberside.hr);
  }
  await succeed(404, lancashire.A, officer(lancashire.A));
});

test('it wants If-Match with the version that holds', async () => {
  const id = await claimed();
  await succeed(428, id, officer(lancashire.A), { level: 2 }, null);
  assert.equal(code(await succeed(412, id, officer(lancashire.A), { level: 2 }, '"2"')), 'version_changed');
});

test('levels, days and fields are refused at their places, and nothing is recorded', async () => {
  const id = await claimed();
  const places = async (body) => pointers(await succeed(422, id, officer(lancashire.A), body));
  assert.deepEqual(await places({}), ['/level']);
  assert.deepEqual(await places({ level: 20 }), ['/level']);
  assert.deepEqual(await places({ level: 2, valid_from: '2024-02-01', valid_until: '2024-01-31' }), ['/valid_until']);
  assert.deepEqual(await places({ level: 2, assessor: 'Myself' }), ['/assessor']);
  assert.deepEqual(await places({ level: 'x', valid_from: 'May', reason: '', basis: 'self', item: id }), ['/basis', '/item', '/level', '/reason', '/valid_from']);
  assert.equal((await read(id)).succeeded_by, null);
});

test('without a token 401, without a scope that allows it 403', async () => {
  const id = await claimed();
  await succeed(401, id, {});
  await succeed(403, id, { as: { token: token('officer', lancashire.A, 'record:read') } });
});
