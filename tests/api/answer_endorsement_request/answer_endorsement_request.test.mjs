// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, sql, token } from '../../lib/client.mjs';
import { problem } from '../../lib/access.mjs';
import { ask, older, read, withdrawClaim } from '../../lib/endorsements.mjs';
import { items, officer } from '../../lib/force.mjs';
import { posted, run } from '../../lib/posted.mjs';
import { eventsOf } from '../../lib/trail.mjs';

let lancashire, item, values;

before(async () => {
  lancashire = posted('lancashire', { HR: {}, A: {}, B: {}, C: {} });
  const cvf = await items('cop-cvf-2016');
  [item, values] = [cvf['we-are-collaborative'], cvf.integrity];
});

const answer = (status, id, body, options = officer(lancashire.B)) => expect(status, 'POST', `/v1/endorsement-requests/${id}/answer`, { ...options, body });
const asked = (more, item_ = item) => ask(lancashire.A, lancashire.B, item_, more);
const assertionOf = async (id) => (await expect(200, 'GET', `/v1/assertions/${id}`, officer(lancashire.A))).json;
const today = () => sql('select london_today()')[0];

test('to endorse records an endorsement of the asker by the name of who answers', async () => {
  const { id } = await asked({ valid_until: '2198-12-31' });
  const reply = await answer(200, id, { answer: 'endorse' });
  const { state, direction, endorsed_level, comment, endorsement } = reply.json;
  assert.deepEqual([state, direction, endorsed_level, comment], ['endorsed', 'received', 2, null]);
  const made = await assertionOf(endorsement);
  assert.deepEqual([made.basis, made.level, made.assessor, made.reason, made.evidence, made.valid_from, made.valid_until, made.state],
    ['endorsed', 2, `Test B-${run}`, null, null, today(), '2198-12-31', 'held']);
  assert.deepEqual(await read(lancashire.A, id), { ...reply.json, direction: 'made' });
  assert.deepEqual(eventsOf(reply).map(({ operation, kind, people }) => [operation, kind, people]), [['answer_endorsement_request', 'change', [lancashire.A]]]);
  const skill = (await expect(200, 'GET', `/v1/skills/${item}`, officer(lancashire.A))).json;
  assert.equal(skill.bases.find(({ basis }) => basis === 'endorsed').assertion, endorsement);
});

test('another level needs a comment, which is its reason', async () => {
  const { id } = await asked();
  assert.equal(problem(await answer(422, id, { answer: 'endorse', level: 1 })), 'answer_without_comment /comment');
  const { endorsement } = (await answer(200, id, { answer: 'endorse', level: 1, comment: 'Well on the way.' })).json;
  const made = await assertionOf(endorsement);
  assert.deepEqual([made.level, made.reason], [1, 'Well on the way.']);
});

test('what is claimed for later is endorsed for then; an item without levels takes none', async () => {
  const later = await asked({ valid_from: '2199-01-01' });
  assert.equal((await assertionOf((await answer(200, later.id, { answer: 'endorse' })).json.endorsement)).valid_from, '2199-01-01');
  const held = await asked({ level: undefined }, values);
  assert.deepEqual(problem(await answer(422, held.id, { answer: 'endorse', level: 1, comment: 'Yes.' })), 'item_without_levels /level');
  assert.equal((await assertionOf((await answer(200, held.id, { answer: 'endorse' })).json.endorsement)).level, null);
});

test('to decline says why, and records nothing', async () => {
  const { id } = await asked();
  assert.equal(problem(await answer(422, id, { answer: 'decline' })), 'answer_without_comment /comment');
  assert.equal(problem(await answer(422, id, { answer: 'decline', level: 1, comment: 'No.' })), 'declined_without_level /level');
  const { state, comment, endorsement, evidence } = (await answer(200, id, { answer: 'decline', comment: 'I was on leave.' })).json;
  assert.deepEqual([state, comment, endorsement, evidence], ['declined', 'I was on leave.', null, null]);
  assert.equal((await read(lancashire.A, id)).comment, 'I was on leave.');
});

test('the ledger books it', async () => {
  const before = Number(sql('select count(*) from skill_ledger join person using (person_id) where id = $1::uuid and basis = $2', lancashire.C, 'endorsed')[0]);
  const { id } = await ask(lancashire.C, lancashire.B, item);
  await answer(200, id, { answer: 'endorse' });
  assert.deepEqual(sql(`select cause || ' ' || level || ' ' || delta from skill_ledger join person using (person_id)
                        where id = $1::uuid and basis = 'endorsed' order by entry_id`, lancashire.C).slice(before), ['assessed 2 1']);
});

test('only whoever was asked answers: not the asker, not a colleague, not HR', async () => {
  const { id } = await asked();
  assert.equal(problem(await answer(403, id, { answer: 'endorse' }, officer(lancashire.A))), 'not_yours_to_answer');
  for (const options of [officer(lancashire.C), lancashire.hr]) await answer(404, id, { answer: 'endorse' }, options);
  assert.equal((await read(lancashire.A, id)).state, 'open');
});

test('once only, and not when it is withdrawn, expired or its claim no longer stands', async () => {
  const [answered, taken, old, gone] = [await asked(), await asked(), await asked(), await asked()];
  await answer(200, answered.id, { answer: 'endorse' });
  await expect(204, 'DELETE', `/v1/endorsement-requests/${taken.id}`, officer(lancashire.A));
  older(old.id, 91);
  await withdrawClaim(lancashire.A, gone.assertion);
  for (const { id } of [answered, taken, old, gone]) assert.equal(problem(await answer(409, id, { answer: 'endorse' })), 'request_not_open');
});

test('of several answers at the same time one counts', async () => {
  const { id, assertion } = await asked();
  const options = { method: 'POST', body: '{"answer": "endorse"}', headers: { authorization: `Bearer ${token('officer', lancashire.B)}`, 'content-type': 'application/json' } };
  const replies = await Promise.all([1, 2, 3, 4].map(() => fetch(`${process.env.SKILLSD_URL}/v1/endorsement-requests/${id}/answer`, options)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409, 409]);
  assert.equal(sql(`select count(*) from assertion a join assertion c on c.person_id = a.person_id and c.id = $1::uuid
                    where a.basis = 'endorsed' and a.xid in (select xid from assertion where assertion_id = (select endorsement_id from endorsement_request where id = $2::uuid))`, assertion, id)[0], '1');
});

test('whoever no longer serves with the asker can only decline', async () => {
  const { HR, A, LEAVER } = posted('lancashire', { HR: {}, A: {}, LEAVER: {} });
  assert.ok(HR);
  const { id } = await ask(A, LEAVER, item);
  sql(`update posting set ends_before = london_today() where person_id = (select person_id from person where id = $1::uuid)`, LEAVER);
  assert.equal(problem(await answer(409, id, { answer: 'endorse' }, officer(LEAVER))), 'no_longer_colleagues');
  await answer(200, id, { answer: 'decline', comment: 'I have left.' }, officer(LEAVER));
});

test('levels and fields are refused at their places; without a token 401, without record:write 403', async () => {
  const { id } = await asked();
  assert.equal(problem(await answer(422, id, { answer: 'endorse', level: 20, comment: 'More.' })), 'level_not_on_scale /level');
  assert.deepEqual(pointers(await answer(422, id, { answer: 'perhaps', level: 'x', comment: ' ', colour: 'red' })), ['/answer', '/colour', '/comment', '/level']);
  await answer(401, id, { answer: 'endorse' }, {});
  await answer(403, id, { answer: 'endorse' }, { as: { token: token('officer', lancashire.B, 'record:read') } });
  await answer(404, lancashire.A, { answer: 'endorse' });
});
