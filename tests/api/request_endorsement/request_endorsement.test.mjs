// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { randomUUID } from 'node:crypto';
import { expect, pointers, sql, token } from '../../lib/client.mjs';
import { give, problem } from '../../lib/access.mjs';
import { londonDay } from '../../lib/days.mjs';
import { ask, older, read, withdrawClaim } from '../../lib/endorsements.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted, run } from '../../lib/posted.mjs';

// Units "top-RUN" > "team-RUN" and "covert-RUN" (sensitive). SERGEANT reads the team, CHIEF all below the top, the latter cleared. L has left, F comes
// next year, S serves another force.
const [top, team, covert] = ['top', 'team', 'covert'].map((name) => `${name}-${run}`);
let lancashire, humberside, item;

before(async () => {
  humberside = posted('humberside', { HR: {}, S: {} });
  lancashire = posted('lancashire', {
    HR: {}, CHIEF: { unit: top }, SERGEANT: { unit: team, parent_unit: top }, A: { unit: team }, B: { unit: team }, ALONE: {}, TOP: { unit: top },
    U: { unit: covert, parent_unit: top, unit_sensitive: 'yes' }, V: { unit: covert }, W: { sensitive: 'yes', unit: team },
    L: { ends_on: '2024-12-31' }, F: { starts_on: '2199-01-01' },
  });
  give(lancashire.SERGEANT, 'team:read', { organisation: 'lancashire', unit: team });
  give(lancashire.CHIEF, 'team:read sensitive:read', { organisation: 'lancashire', unit: top });
  item = (await items('cop-cvf-2016'))['we-are-collaborative'];
});

const post = (status, body, person = lancashire.A) => expect(status, 'POST', '/v1/endorsement-requests', { ...officer(person), body });
const claimed = async (person = lancashire.A, more) => (await claim(person, { item, level: 2, ...more })).id;
const nameOf = (name) => `Test ${name}-${run}`;

test('a colleague is asked, and both read it', async () => {
  const assertion = await claimed(lancashire.A, { evidence: 'The joint operation.' });
  const reply = await post(201, { assertion, endorser: lancashire.B, message: 'You were there.' });
  const { id, asked_at, answer_by, ...told } = reply.json;
  assert.deepEqual(told, {
    direction: 'made', state: 'open', asker: nameOf('A'), endorser: nameOf('B'), as_line_manager: false, message: 'You were there.', assertion, item,
    framework: 'cop-cvf-2016', code: 'we-are-collaborative', title: 'We are collaborative', level: 2, level_title: told.level_title, evidence: 'The joint operation.',
    valid_from: '2024-01-01', valid_until: null, answered_at: null, comment: null, endorsement: null, endorsed_level: null, endorsed_level_title: null,
  });
  assert.equal(reply.headers.get('location'), `/v1/endorsement-requests/${id}`);
  assert.equal(answer_by, londonDay(90, asked_at));
  assert.deepEqual(await read(lancashire.A, id), reply.json);
  assert.deepEqual(await read(lancashire.B, id), { ...reply.json, direction: 'received' });
});

test('the line manager is whoever reads the nearest unit, and never oneself', async () => {
  const manager = async (person) => {
    const told = (await post(201, { assertion: await claimed(person), line_manager: true }, person)).json;
    assert.equal(told.as_line_manager, true);
    return told.endorser;
  };
  assert.equal(await manager(lancashire.A), nameOf('SERGEANT'));
  assert.equal(await manager(lancashire.SERGEANT), nameOf('CHIEF'));
  assert.equal(await manager(lancashire.TOP), nameOf('CHIEF'));
  assert.equal(await manager(lancashire.U), nameOf('CHIEF'));
  for (const name of ['CHIEF', 'ALONE']) {
    const reply = await post(422, { assertion: await claimed(lancashire[name]), line_manager: true }, lancashire[name]);
    assert.equal(problem(reply), 'no_line_manager /line_manager');
  }
});

test('a line manager without clearance is not the one of somebody withheld', async () => {
  const { endorser } = (await post(201, { assertion: await claimed(lancashire.W), line_manager: true }, lancashire.W)).json;
  assert.equal(endorser, nameOf('CHIEF'));
});

test('somebody withheld, gone, yet to come, of another force and nobody are told apart by nothing', async () => {
  const assertion = await claimed();
  const replies = await Promise.all([lancashire.U, lancashire.W, lancashire.L, lancashire.F, humberside.S, randomUUID()].map((endorser) => post(422, { assertion, endorser })));
  assert.equal(problem(replies[0]), 'endorser_not_found /endorser');
  for (const { json } of replies) assert.deepEqual({ ...json, request_id: null }, { ...replies[0].json, request_id: null });
});

test('those who are withheld ask each other within their unit, and anybody else', async () => {
  const assertion = await claimed(lancashire.U);
  assert.equal((await post(201, { assertion, endorser: lancashire.V }, lancashire.U)).json.endorser, nameOf('V'));
  assert.equal(problem(await post(422, { assertion, endorser: lancashire.W }, lancashire.U)), 'endorser_not_found /endorser');
  assert.equal((await post(201, { assertion, endorser: lancashire.A }, lancashire.U)).json.endorser, nameOf('A'));
});

test('only a standing claim of one\'s own is endorsed', async () => {
  const [others, over, gone] = [await claimed(lancashire.B), await claimed(lancashire.A, { valid_until: '2024-06-30' }), await claimed()];
  const judged = (await expect(201, 'POST', `/v1/people/${lancashire.A}/assertions`, { ...lancashire.hr, body: { item, level: 1, basis: 'assessed' } })).json.id;
  await withdrawClaim(lancashire.A, gone);
  for (const assertion of [others, judged, randomUUID()]) assert.equal(problem(await post(422, { assertion, endorser: lancashire.B })), 'claim_not_found /assertion');
  for (const assertion of [over, gone]) assert.equal(problem(await post(422, { assertion, endorser: lancashire.B })), 'claim_not_standing /assertion');
  assert.equal((await post(201, { assertion: await claimed(lancashire.A, { valid_from: '2199-01-01' }), endorser: lancashire.B })).json.state, 'open');
});

test('either a colleague or the line manager, and not oneself', async () => {
  const assertion = await claimed();
  for (const whom of [{}, { line_manager: false }, { endorser: lancashire.B, line_manager: true }])
    assert.equal(problem(await post(422, { assertion, ...whom })), 'endorser_or_line_manager /endorser');
  assert.equal(problem(await post(422, { assertion, endorser: lancashire.A })), 'endorser_is_oneself /endorser');
});

test('the same colleague is asked about a claim again only when the request is over', async () => {
  const { id, assertion } = await ask(lancashire.A, lancashire.B, item);
  assert.equal(problem(await post(409, { assertion, endorser: lancashire.B })), 'already_asked');
  await post(201, { assertion, line_manager: true });
  older(id, 91);
  await post(201, { assertion, endorser: lancashire.B });
});

test('of several equal requests at the same time one is made', async () => {
  const assertion = await claimed();
  const options = { method: 'POST', body: JSON.stringify({ assertion, endorser: lancashire.B }), headers: { authorization: `Bearer ${token('officer', lancashire.A)}`, 'content-type': 'application/json' } };
  const replies = await Promise.all([1, 2, 3, 4].map(() => fetch(`${process.env.SKILLSD_URL}/v1/endorsement-requests`, options)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409]);
});

test('fields are refused at their places; without a token 401, without record:write 403', async () => {
  assert.deepEqual(pointers(await post(422, { endorser: 'x', line_manager: 'yes', message: ' ', colour: 'red' })), ['/assertion', '/colour', '/endorser', '/line_manager', '/message']);
  const body = { assertion: await claimed(), endorser: lancashire.B };
  await expect(401, 'POST', '/v1/endorsement-requests', { body });
  await expect(403, 'POST', '/v1/endorsement-requests', { as: { token: token('officer', lancashire.A, 'record:read') }, body });
  await expect(403, 'POST', '/v1/endorsement-requests', { as: 'college', body });
  assert.equal(sql('select count(*) from endorsement_request join assertion using (assertion_id) where assertion.id = $1::uuid', body.assertion)[0], '0');
});
